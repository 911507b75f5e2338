"""The types of events that an endpoint may choose."""

from __future__ import annotations

from typing import Literal

from app.feed.catalogue import TYPES

EventType = Literal[
    "message.created",
    "message.added",
    "message.corrected",
    "message.assigned",
    "message.replied",
    "message.handled",
    "message.reopened",
    "message.solved",
    "message.spam",
    "message.deleted",
    "message.restored",
    "channel.broken",
    "channel.mended",
]


def said() -> dict[str, str]:
    """What each means, as message ids."""
    return {each.name: each.means for each in TYPES}
