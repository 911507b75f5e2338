"""Finding what nobody rang for."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from app import database, steady
from app.deliveries.clock_repair import catch_up
from app.deliveries.owe import lock
from app.deliveries.parcel import sender_of
from app.deliveries.record import HEALED
from app.deliveries.verdict import SEALED
from app.errors import NotFound
from app.secrets import Unreadable

AT_ONCE = 50
FORGOTTEN = dt.timedelta(seconds=60)


async def due() -> list[uuid.UUID]:
    """Organizations that want a look, the longest waiting first."""
    asked = steady.uptime()
    now = await database.now()
    steady.clock().observe(now, asked)
    rows = await database.fetch(
        f"SELECT id FROM organization WHERE due_at <= {{}} ORDER BY due_at LIMIT {AT_ONCE}", now
    )
    return [row["id"] for row in rows]


async def rescue() -> int:
    """The slow safety net: marks due who has overdue deliveries and no time to be looked at, or one
    by a clock that was set back since."""
    caught_up = await catch_up() + await _readable_again()
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


async def _readable_again() -> int:
    """The key is back: channels whose secrets could not be read go on at once, whatever pause they
    had come to. How many organizations have one."""
    rows = await database.fetch(
        "SELECT id, organization, config FROM channel WHERE error_code = {} AND failures > 0"
        " AND archived_at IS NULL",
        SEALED,
    )
    found: dict[uuid.UUID, list[uuid.UUID]] = {}
    for row in rows:
        if _is_readable(row):
            found.setdefault(row["organization"], []).append(row["id"])
    for organization, channels in found.items():
        await _go_on(organization, channels)
    return len(found)


def _is_readable(channel: dict[str, Any]) -> bool:
    try:
        sender_of(channel)
    except Unreadable:
        return False
    return True


async def _go_on(organization: uuid.UUID, channels: list[uuid.UUID]) -> None:
    condition, ids = database.one_of("id", channels)
    theirs, same_ids = database.one_of("channel", channels)
    async with database.transaction():
        try:
            now = (await lock(organization)).now
        except NotFound:
            return
        await database.fetch(f"UPDATE channel SET {HEALED} WHERE {condition}", ids)
        await database.fetch(
            f"UPDATE dispatch SET retry_at = {{}} WHERE state = 'retry' AND {theirs}", now, same_ids
        )
