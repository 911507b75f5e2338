"""Whose turn it is at the database: what is read for visitors never waits until others have read
for long, as for a search."""

from __future__ import annotations

from contextvars import ContextVar

from app.within import Within

_visitors: ContextVar[bool] = ContextVar("visitors", default=False)


def of_visitors(are_served: bool = True) -> Within[bool]:
    """For a block, and for the tasks that begin in it."""
    return Within(_visitors, are_served)


def are_visitors() -> bool:
    return _visitors.get()
