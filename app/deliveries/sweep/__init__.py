"""Finds organizations with due work that no wake-up announced."""

from __future__ import annotations

import datetime as dt
import uuid

from app import database, steady
from app.deliveries import rows
from app.deliveries import statements as every
from app.deliveries.clock_repair import catch_up
from app.deliveries.owe import lock
from app.deliveries.sealed import sender_of
from app.deliveries.sweep import statements
from app.deliveries.verdict import SEALED
from app.errors import NotFound
from app.feed import channels as feed
from app.secrets import Unreadable
from app.tables import Channel, Dispatch

AT_ONCE = 50
NOBODY = uuid.UUID(int=0)
"""Before every organization."""
FORGOTTEN = dt.timedelta(seconds=60)


async def due() -> list[uuid.UUID]:
    """Organizations that are due, the longest waiting first."""
    asked = steady.uptime()
    now = await database.now()
    steady.clock().observe(now, asked)
    return await database.values(uuid.UUID, f"{statements.DUE} LIMIT {AT_ONCE}", now)


async def rescue() -> int:
    """The slow safety net: marks organizations due that have overdue deliveries but no due time, or
    one from before the clock was set back. Returns how many."""
    caught_up = await catch_up() + await _readable_again()
    now = await database.now()
    found = await database.values(
        uuid.UUID, statements.FORGOTTEN, now, NOBODY, now - FORGOTTEN, True
    )
    return caught_up + len(found)


async def _readable_again() -> int:
    """Ends the pause of channels whose secrets can be read again: the key is back. Returns the
    number of organizations."""
    found: dict[uuid.UUID, list[uuid.UUID]] = {}
    for each in await database.rows(rows.Sealed, statements.UNREADABLE, SEALED):
        if _is_readable(each):
            found.setdefault(each.organization, []).append(each.id)
    for organization, channels in found.items():
        await _go_on(organization, channels)
    return len(found)


def _is_readable(channel: rows.Sealed) -> bool:
    try:
        sender_of(channel)
    except Unreadable:
        return False
    return True


async def _go_on(organization: uuid.UUID, channels: list[uuid.UUID]) -> None:
    async with database.transaction():
        try:
            org = await lock(organization)
        except NotFound:
            return
        await feed.mended(organization, org, channels)
        await Channel.update(every.HEALED).where(Channel.id.is_in(channels))
        await Dispatch.update({Dispatch.retry_at: org.now}).where(
            Dispatch.state == "retry", Dispatch.channel.is_in(channels)
        )
