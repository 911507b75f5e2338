"""Messages of several organizations at once, for somebody who belongs to them."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from app import database
from app.messages import statements
from app.reading import uids
from app.tables import Message

COUNT_MAX = 1000
"""As in the list."""


async def unread(organizations: Sequence[uuid.UUID]) -> dict[uuid.UUID, int]:
    """Of each of them, at most COUNT_MAX."""
    if not organizations:
        return {}
    return await statements.unread(organizations, await database.now(), most=COUNT_MAX)


async def home_of(message: str, organizations: Sequence[uuid.UUID]) -> uuid.UUID | None:
    """Which of these organizations has the message."""
    found = uids.uid_or_none(message)
    if found is None or not organizations:
        return None
    query = Message.select(Message.organization)
    query = query.where(Message.id == found, Message.organization.is_in(list(organizations)))
    return await database.value(uuid.UUID, query)
