"""The order of a list that people change."""

from __future__ import annotations

from app.reading.orders import moved, ordered


def test_one_is_moved_at_most_to_an_end() -> None:
    assert moved("abc", "b", -1) == ["b", "a", "c"]
    assert moved("abc", "b", 1) == ["a", "c", "b"]
    assert moved("abc", "c", 5) == ["a", "b", "c"]
    assert moved("abc", "a", -1) == ["a", "b", "c"]


def test_what_is_not_named_stays_behind_in_its_order() -> None:
    assert ordered("abcd", ["d", "x", "b", "d"]) == ["d", "b", "a", "c"]
