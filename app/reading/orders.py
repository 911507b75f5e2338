"""The order of a list that people change."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")


def moved(now: Sequence[T], one: T, step: int) -> list[T]:
    """With that one so many places further down, or up where it is negative, at most to an end."""
    place = min(max(now.index(one) + step, 0), len(now) - 1)
    others = [each for each in now if each != one]
    return [*others[:place], one, *others[place:]]


def ordered(now: Sequence[T], wanted: Sequence[T]) -> list[T]:
    """In the wanted order; what that does not name keeps its place after those."""
    named = [each for each in dict.fromkeys(wanted) if each in now]
    return [*named, *(each for each in now if each not in named)]
