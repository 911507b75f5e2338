"""Whose turn it is at the database: what is read for visitors never waits until others have read
for long, as for a search."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from contextvars import ContextVar

_visitors: ContextVar[bool] = ContextVar("visitors", default=False)


@contextlib.contextmanager
def of_visitors(are_served: bool = True) -> Iterator[None]:
    """For this block, and for the tasks that begin in it."""
    before = _visitors.set(are_served)
    try:
        yield
    finally:
        _visitors.reset(before)


def are_visitors() -> bool:
    return _visitors.get()
