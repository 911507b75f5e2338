"""What a reader may add to its result."""

from __future__ import annotations

import msgspec


class Doubt(msgspec.Struct, frozen=True):
    """A question to the writer; sending the same text again means yes."""

    code: str
    detail: str
    facts: dict[str, str] = {}


class Unreadable(ValueError):
    """The text has nothing of what was asked for."""
