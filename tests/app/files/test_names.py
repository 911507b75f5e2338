"""What a file may be called."""

from __future__ import annotations

import pytest

from app.files import families, names


@pytest.mark.parametrize(
    ("given", "made"),
    [
        ("IMG_0001.JPG", "IMG_0001.JPG"),
        ("../../etc/passwd", "passwd.jpg"),
        ("C:\\Users\\x\\图 1.jpeg", "图 1.jpeg"),
        ("photo.jpg.exe", "photo.jpg.exe.jpg"),
        ("gpj\u202eexe.jpg", "gpjexe.jpg"),
        (".htaccess", "htaccess.jpg"),
        ("", "pictures.jpg"),
        ("a\r\nSet-Cookie: x.jpg", "a Set-Cookie_ x.jpg"),
    ],
)
def test_it_is_safe_and_ends_as_what_it_is(given: str, made: str) -> None:
    assert names.fitting(given, families.JPEG, "pictures") == made


def test_a_long_one_keeps_its_ending() -> None:
    made = names.fitting("长" * 300 + ".jpg", families.JPEG, "pictures")
    assert len(made) <= names.NAME_MAX
    assert made.endswith("长.jpg")


def test_what_it_weighs() -> None:
    assert [names.weight(each) for each in (0, 2048, 3_000_000)] == ["1 KB", "2 KB", "2.9 MB"]
