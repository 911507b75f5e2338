"""Finding what nobody rang for."""

from __future__ import annotations

import datetime as dt
import uuid

from app import database
from app.deliveries.clock import catch_up

AT_ONCE = 50
FORGOTTEN = dt.timedelta(seconds=60)


async def due() -> list[uuid.UUID]:
    """Organizations that want a look, the longest waiting first."""
    rows = await database.fetch(
        f"SELECT id FROM organization WHERE due_at <= {{}} ORDER BY due_at LIMIT {AT_ONCE}",
        await database.now(),
    )
    return [row["id"] for row in rows]


async def rescue() -> int:
    """The slow safety net: marks due who has overdue deliveries and no time to be looked at, or one
    by a clock that was set back since."""
    caught_up = await catch_up()
    now = await database.now()
    rows = await database.fetch(
        "UPDATE organization SET due_at = {} WHERE due_at IS NULL AND EXISTS (SELECT 1"
        " FROM delivery WHERE delivery.organization = organization.id AND state = 'pending'"
        " AND delivery.due_at < {} AND EXISTS (SELECT 1 FROM channel"
        " WHERE channel.id = delivery.channel AND channel.stopped_at IS NULL"
        " AND channel.enabled = {} AND channel.archived_at IS NULL)) RETURNING 1 AS one",
        now,
        now - FORGOTTEN,
        True,
    )
    return caught_up + len(rows)
