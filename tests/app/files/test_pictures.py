"""Pictures are drawn anew."""

from __future__ import annotations

import io
import struct
import zlib

import pytest
from PIL import Image

from app.files import families, pictures
from tests.app.files.pictures import PLACE, photo, picture


def opened(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content))


def test_where_it_was_taken_is_left_out_and_how_it_is_held_is_kept() -> None:
    assert PLACE in photo()
    made = pictures.drawn(families.JPEG, photo())
    image = opened(made.content)
    assert image.size == (48, 64)  # It was 64 wide, on its side.
    red = image.convert("RGB").getpixel((24, 4))
    assert isinstance(red, tuple)
    assert red[0] > 150 > red[2]
    for content in (made.content, made.small):
        assert b"Shanghai" not in content
        assert not opened(content).getexif()
        assert "comment" not in opened(content).info


def test_each_kind_stays_what_it_is_or_becomes_one_that_every_browser_shows() -> None:
    see_through = io.BytesIO()
    Image.new("RGBA", (20, 20), (1, 2, 3, 0)).save(see_through, "PNG")
    cmyk = io.BytesIO()
    Image.new("CMYK", (20, 20)).save(cmyk, "JPEG")
    for kind, content, into in (
        (families.PNG, see_through.getvalue(), families.PNG),
        (families.WEBP, picture("WEBP"), families.WEBP),
        (families.GIF, picture("GIF"), families.PNG),
        (families.BMP, picture("BMP"), families.PNG),
        (families.AVIF, picture("AVIF"), families.JPEG),
        (families.JPEG, cmyk.getvalue(), families.JPEG),
    ):
        made = pictures.drawn(kind, content)
        assert (made.kind, families.of(made.content)) == (into, into)
    assert opened(pictures.drawn(families.PNG, see_through.getvalue()).content).mode == "RGBA"


def test_what_moves_goes_on_moving() -> None:
    frames = [Image.new("RGB", (20, 20), (n * 80, 0, 0)) for n in range(3)]
    given = io.BytesIO()
    frames[0].save(given, "GIF", save_all=True, append_images=frames[1:], comment=PLACE)
    made = pictures.drawn(families.GIF, given.getvalue())
    assert getattr(opened(made.content), "n_frames", 1) == 3
    assert PLACE not in made.content


def test_a_large_one_is_made_smaller() -> None:
    made = pictures.drawn(families.PNG, picture("PNG", (5000, 100)))
    assert opened(made.content).width == pictures.SIDE_MAX
    assert max(opened(made.small).size) == pictures.SMALL


def png(width: int, height: int) -> bytes:
    """It says how large it is, and is a few bytes."""

    def chunk(name: bytes, content: bytes) -> bytes:
        sum_ = struct.pack(">I", zlib.crc32(name + content))
        return struct.pack(">I", len(content)) + name + content + sum_

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0")) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


def test_a_bomb_is_refused_before_it_is_unpacked() -> None:
    with pytest.raises(pictures.TooManyPixels):
        pictures.drawn(families.PNG, png(60_000, 60_000))


@pytest.mark.parametrize("content", [png(10, 10), photo()[:200], b"\xff\xd8\xff", b""])
def test_what_is_damaged_is_said_to_be(content: bytes) -> None:
    kind = families.of(content) or families.JPEG
    with pytest.raises(pictures.NoPicture):
        pictures.drawn(kind, content)


def test_a_jpeg_of_endless_passes_is_refused() -> None:
    with pytest.raises(pictures.NoPicture):
        pictures.drawn(families.JPEG, photo() + pictures.SCAN * 101)


def test_one_that_says_it_is_another_is_not_opened_as_that() -> None:
    with pytest.raises(pictures.NoPicture):
        pictures.drawn(families.JPEG, picture("PNG"))
