"""What people in China make passwords of."""

from __future__ import annotations

from app.people import habits


def test_a_few_of_the_words_are_recognised_and_more_are_not() -> None:
    words = frozenset({"wo", "woai", "ai", "ni"})
    for text in ("", "wo", "woaini", "nini", "woaiwoaini"):
        assert habits.are_few(text, words), text
    for text in ("w", "woaix", "xwo", "woniwoni", "ni" * 100):
        assert not habits.are_few(text, words), text


def test_the_list_is_packed_along_in_its_order() -> None:
    assert len(habits.words()) > 400
    listed = habits.LIST.read_text("utf-8").split()
    plain = [each for each in listed if each.isascii()]
    assert plain == sorted(set(plain))
    assert all(each == each.casefold() for each in listed)
