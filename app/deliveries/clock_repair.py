"""A clock that was set back: what was to happen soon must not wait until it has caught up."""

from __future__ import annotations

import datetime as dt
import uuid

from app import database
from app.deliveries import throttle
from app.deliveries.owe import lock
from app.errors import NotFound

SLACK = dt.timedelta(minutes=3)
"""No place is taken for longer than the longest lease and a minute, and nothing has begun in the
future; beyond this, the clock was set back."""
AT_ONCE = "purpose IN ('new', 'alert', 'confirm', 'more')"
"""Purposes that are due the moment they are owed; the others some time after that."""
AHEAD = (
    "SELECT id FROM organization WHERE due_at IS NOT NULL AND (EXISTS (SELECT 1 FROM attempt a"
    " WHERE a.organization = organization.id AND a.blocks_until > {})"
    " OR EXISTS (SELECT 1 FROM delivery d WHERE d.organization = organization.id"
    f" AND d.state = 'pending' AND d.due_at > {{}} AND (d.{AT_ONCE} OR d.created_at > {{}}))"
    " OR EXISTS (SELECT 1 FROM dispatch s JOIN attempt a ON a.dispatch = s.id"
    " WHERE s.organization = organization.id AND s.state IN ('sending', 'retry')"
    " AND a.started_at > {}))"
)


async def catch_up() -> int:
    """Gives those who wait for a time that the clock had before another one, soon."""
    horizon = await database.now() + SLACK
    found = await database.fetch(AHEAD, *[horizon] * 4)
    for row in found:
        await _correct(row["id"])
    return len(found)


async def _correct(organization: uuid.UUID) -> None:
    async with database.transaction():
        try:
            now = (await lock(organization)).now
        except NotFound:
            return
        soon, horizon = now + throttle.WINDOW, now + SLACK
        await free_places(organization, now)
        await database.fetch(
            "UPDATE dispatch SET lease_until = {} WHERE organization = {} AND state = 'sending'"
            " AND lease_until > {}",
            soon,
            organization,
            horizon,
        )
        await database.fetch(
            "UPDATE dispatch SET retry_at = {} WHERE organization = {} AND state = 'retry'"
            " AND retry_at > {} AND EXISTS (SELECT 1 FROM attempt a"
            " WHERE a.dispatch = dispatch.id AND a.started_at > {})",
            soon,
            organization,
            soon,
            horizon,
        )
        await database.fetch(
            "UPDATE delivery SET due_at = {}, rank = {} WHERE organization = {}"
            f" AND state = 'pending' AND {AT_ONCE} AND due_at > {{}}",
            now,
            now,
            organization,
            now,
        )
        await _owe_later(organization, now)
        await database.fetch(
            "UPDATE channel SET paused_until = {} WHERE organization = {} AND error_at > {}"
            " AND paused_until > {}",
            soon,
            organization,
            horizon,
            soon,
        )
        await database.fetch(
            "UPDATE channel SET blocked_until = {} WHERE organization = {} AND blocked_until > {}"
            " AND EXISTS (SELECT 1 FROM attempt a WHERE a.organization = channel.organization"
            " AND a.bucket = channel.bucket AND a.started_at > {})",
            soon,
            organization,
            soon,
            horizon,
        )


async def _owe_later(organization: uuid.UUID, now: dt.datetime) -> None:
    """What was to wait for a while, from a moment that has not come yet, waits as long from now."""
    rows = await database.fetch(
        "SELECT id, created_at, due_at, rank FROM delivery WHERE organization = {}"
        f" AND state = 'pending' AND NOT {AT_ONCE} AND due_at > {{}} AND created_at > {{}}",
        organization,
        now + SLACK,
        now + SLACK,
    )
    await database.execute_many(
        "UPDATE delivery SET created_at = {}, due_at = {}, rank = {} WHERE id = {}",
        [
            (
                now,
                row["due_at"] - (row["created_at"] - now),
                row["rank"] - (row["created_at"] - now),
                row["id"],
            )
            for row in rows
        ],
    )


async def free_places(organization: uuid.UUID, now: dt.datetime) -> None:
    """Places stay taken for a minute more at the longest."""
    await database.fetch(
        "UPDATE attempt SET blocks_until = {} WHERE organization = {} AND blocks_until > {}",
        now + throttle.WINDOW,
        organization,
        now + SLACK,
    )
