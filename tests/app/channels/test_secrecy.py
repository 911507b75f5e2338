"""No secret in what is shown."""

from __future__ import annotations

import pytest

from app.channels.secrecy import scrub, tidy


@pytest.mark.parametrize(
    "shown", ["p@ss/wörd", "p%40ss%2Fw%C3%B6rd", '{"x":"p@ss/wörd"}', "p%40ss%2Fw%C3%B6rd&y=1"]
)
def test_a_secret_is_hidden_however_it_is_written(shown: str) -> None:
    assert "rd" not in scrub(shown, ["p@ss/wörd"])


def test_a_secret_inside_another_is_hidden_whole() -> None:
    assert scrub("https://h/?key=abcd", ["abcd", "https://h/?key=abcd"]) == "••••"


def test_what_is_too_short_to_be_a_secret_blackens_nothing() -> None:
    assert scrub("ok, a key", ["", "k", "key"]) == "ok, a key"


def test_foreign_text_is_cleaned_and_cut() -> None:
    assert tidy("a\r\nb\x00\u202e" + "x" * 1000, []).startswith("a\nbxxx")
    assert len(tidy("x" * 1000, [])) == 500
