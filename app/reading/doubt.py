"""What a reader says besides what it read."""

from __future__ import annotations

import msgspec


class Doubt(msgspec.Struct, frozen=True):
    """A question to whoever wrote it; the same text a second time is the answer yes."""

    code: str
    detail: str
    facts: dict[str, str] = {}


class Unreadable(ValueError):
    """There is nothing in it of what was asked for."""
