"""Settings that single categories have of their own, one each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from app.errors import Problem
from app.reading import objects

OWN_MAX = 50
CATEGORY_MAX = 64


def faults(categories: Sequence[str]) -> Iterator[Problem]:
    """What is wrong with them, as the `category` of each of a list at /categories."""
    if len(categories) > OWN_MAX:
        facts = {"limit": str(OWN_MAX)}
        yield Problem("/categories", "too_long", "At most {limit} is allowed.", facts)
    seen: set[str] = set()
    for place, category in enumerate(categories):
        at = objects.pointer("categories", place, "category")
        if len(category) > CATEGORY_MAX:
            facts = {"limit": str(CATEGORY_MAX)}
            yield Problem(at, "too_long", "Use at most {limit} characters", facts)
        if category in seen:
            yield Problem(at, "twice", "This is listed twice")
        seen.add(category)
