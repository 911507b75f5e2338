"""Pictures as cameras and liars make them."""

from __future__ import annotations

import io
from typing import Any

from PIL import Image

PLACE = b"GPSLatitude 31.2304 Shanghai"


def picture(form: str = "JPEG", size: tuple[int, int] = (64, 48), **more: Any) -> bytes:
    """Red on the left, blue on the right."""
    image = Image.new("RGB", size, (220, 20, 20))
    image.paste((20, 20, 220), (size[0] // 2, 0, *size))
    made = io.BytesIO()
    image.save(made, form, **more)
    return made.getvalue()


def photo() -> bytes:
    """Taken with the phone on its side: it says how it is to be turned, and where it was taken."""
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010E] = PLACE.decode()
    exif.get_ifd(0x8825)[2] = (31.0, 13.0, 49.0)
    return picture(exif=exif.tobytes(), comment=PLACE)
