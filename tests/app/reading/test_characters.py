"""Characters that look different and mean the same."""

from __future__ import annotations

from app.reading.characters import digits, plain


def test_letters_are_narrow_digits_western_and_dashes_of_one_kind() -> None:
    assert plain("Ａ１－２–٣\u3000\u200b४") == "A1-2-3 4"
    assert digits("(010) 8888–６６６６") == "01088886666"
