"""Messages of several organizations at once, for somebody who belongs to them."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from app import database
from app.messages import statements

COUNT_MAX = 1000
"""As in the list."""


async def unread(organizations: Sequence[uuid.UUID]) -> dict[uuid.UUID, int]:
    """Of each of them, at most COUNT_MAX."""
    if not organizations:
        return {}
    return await statements.unread(organizations, await database.now(), most=COUNT_MAX)
