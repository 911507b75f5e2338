"""What was just done, and the way back."""

from __future__ import annotations

from web.console import done_words


def test_whatever_can_be_taken_back_has_words() -> None:
    assert {*done_words.TAKEN_BACK, *done_words.WAYS_BACK} <= done_words.DONE.keys()
