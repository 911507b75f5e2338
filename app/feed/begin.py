"""From when on events are recorded: since somebody may read them."""

from __future__ import annotations

import uuid

from app import database
from app.feed import statements
from app.tables import Organization


async def begin(organization: uuid.UUID) -> int:
    """Events are recorded from now on, if they are not already. Returns the number after which."""
    begun = await database.value(int, statements.BEGIN, organization)
    if begun is not None:
        return begun
    query = Organization.select(Organization.feed_from).where(Organization.id == organization)
    return await database.value(int, query) or 0
