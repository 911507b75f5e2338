"""Pictures are drawn anew: what was in the file beside the picture, such as where it was taken, is
left out, and so is whatever only pretends to be a picture."""

from __future__ import annotations

import io
import warnings

import msgspec
from PIL import Image, ImageOps

from app.files import families
from app.files.families import Type

PIXELS_MAX = 50_000_000
"""200 MB of memory while it is drawn."""
JPEG_PIXELS_MAX = 250_000_000
"""What phones take; of a JPEG a smaller one is read where it is larger than SIDE_MAX."""
SIDE_MAX = 4096
FRAMES_MAX = 200
SMALL = 480
QUALITY = 86
SMALL_QUALITY = 78
PROFILE_MAX = 16 * 1024
SCAN, SCANS_MAX = b"\xff\xda", 100
"""A JPEG that comes in passes has some ten; each costs as much time as the whole picture."""
DRAWN = {
    families.JPEG: "JPEG",
    families.PNG: "PNG",
    families.GIF: "GIF",
    families.WEBP: "WEBP",
    families.BMP: "BMP",
    families.AVIF: "AVIF",
}
"""What is drawn anew. HEIC and TIFF are kept as they are: nothing here can read them."""
KEPT_AS = {"JPEG": families.JPEG, "PNG": families.PNG, "GIF": families.GIF, "WEBP": families.WEBP}

# Of all that it could read, only what is named in DRAWN is opened; the limits are ours.
Image.MAX_IMAGE_PIXELS = None


class TooManyPixels(Exception):
    pass


class NoPicture(Exception):
    """It cannot be read as the picture that it says it is."""


class Drawn(msgspec.Struct, frozen=True):
    """`small` is a JPEG or PNG for lists."""

    kind: Type
    content: bytes
    small: bytes


def drawn(kind: Type, content: bytes) -> Drawn:
    """Raises TooManyPixels and NoPicture. It calculates: not for the event loop."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return _drawn(kind, content)
    except (TooManyPixels, MemoryError):
        raise TooManyPixels from None
    except Exception as error:
        # What decoders raise for broken files is anything.
        raise NoPicture from error


def _drawn(kind: Type, content: bytes) -> Drawn:
    if kind == families.JPEG and content.count(SCAN) > SCANS_MAX:
        raise NoPicture
    with Image.open(io.BytesIO(content), formats=[DRAWN[kind]]) as image:
        pixels = image.width * image.height
        if pixels > (JPEG_PIXELS_MAX if kind == families.JPEG else PIXELS_MAX):
            raise TooManyPixels
        if _moves(image, pixels):
            return _moving(image)
        if kind == families.JPEG and pixels > PIXELS_MAX:
            image.draft("RGB", (SIDE_MAX, SIDE_MAX))
            if image.width * image.height > PIXELS_MAX:
                raise TooManyPixels
        image.load()
        clean = _upright(image)
    as_jpeg = kind in {families.JPEG, families.AVIF} and clean.mode in {"RGB", "L"}
    form = "JPEG" if as_jpeg else "WEBP" if kind == families.WEBP else "PNG"
    return Drawn(KEPT_AS[form], _written(clean, form), _small(clean))


def _upright(image: Image.Image) -> Image.Image:
    """The pixels alone, as they are to be looked at, with the profile of their colours."""
    profile = image.info.get("icc_profile") or b""
    turned = ImageOps.exif_transpose(image) or image
    see_through = turned.mode in {"RGBA", "LA", "PA"} or "transparency" in turned.info
    mode = "RGBA" if see_through else "L" if turned.mode in {"1", "L"} else "RGB"
    # The profile of a CMYK picture says nothing about RGB.
    keeps = turned.mode in {"RGB", "RGBA"} and len(profile) <= PROFILE_MAX
    clean = turned if turned.mode == mode else turned.convert(mode)
    clean.info = {"icc_profile": profile} if profile and keeps else {}
    clean.getexif().clear()
    if max(clean.size) > SIDE_MAX:
        kept = clean.info
        clean.thumbnail((SIDE_MAX, SIDE_MAX))
        clean.info = kept
    return clean


def _written(image: Image.Image, form: str, quality: int = QUALITY) -> bytes:
    made = io.BytesIO()
    more = {"icc_profile": image.info["icc_profile"]} if "icc_profile" in image.info else {}
    if form in {"JPEG", "WEBP"}:
        more |= {"quality": quality}
    image.save(made, form, **more)
    return made.getvalue()


def _small(image: Image.Image) -> bytes:
    small = image.copy()
    small.thumbnail((SMALL, SMALL))
    return _written(small, "PNG" if small.mode == "RGBA" else "JPEG", SMALL_QUALITY)


def _moves(image: Image.Image, pixels: int) -> bool:
    frames = getattr(image, "n_frames", 1)
    if image.format not in {"GIF", "WEBP"} or frames < 2:
        return False
    return frames <= FRAMES_MAX and frames * pixels <= PIXELS_MAX


def _moving(image: Image.Image) -> Drawn:
    frames, waits = [], []
    for number in range(getattr(image, "n_frames", 1)):
        image.seek(number)
        frames.append(image.convert("RGBA"))
        waits.append(int(image.info.get("duration") or 100))
    for frame in frames:
        frame.info = {}
    form = str(image.format)
    made = io.BytesIO()
    frames[0].save(
        made,
        form,
        save_all=True,
        append_images=frames[1:],
        duration=waits,
        loop=0,
        **({"disposal": 2} if form == "GIF" else {"quality": QUALITY}),
    )
    return Drawn(KEPT_AS[form], made.getvalue(), _small(frames[0]))
