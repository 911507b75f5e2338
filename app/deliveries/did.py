"""What visitors did with their messages after they left them."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

import msgspec

from app import database
from app.tables import Event

ACTIONS = ("added", "corrected", "withdrawn", "resumed", "erasure_asked", "unsolved")


class _Did(msgspec.Struct):
    message: uuid.UUID
    action: str


async def last(
    messages: Sequence[uuid.UUID], among: Sequence[str] = ACTIONS
) -> dict[uuid.UUID, str]:
    """What was done last, by message; nothing of those whose visitors did nothing."""
    if not messages:
        return {}
    query = Event.select(Event.message, Event.action).order_by(Event.id)
    query = query.where(Event.message.is_in([*messages]), Event.action.is_in([*among]))
    return {each.message: each.action for each in await database.rows(_Did, query)}
