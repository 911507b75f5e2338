"""On which sites the widget was loaded: the site alone, nothing of its visitors."""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import time
import uuid
from weakref import WeakKeyDictionary

import msgspec

from app import database
from app.errors import Unavailable
from app.tables import new_id

RECENT = dt.timedelta(hours=24)
KEPT = dt.timedelta(days=7)
SITES_MAX = 50
"""Anybody can name a site in a header, so the list has an end."""
EVERY = 60.0
REMEMBERED_MAX = 5000

_noted: WeakKeyDictionary[database.Engine, dict[tuple[uuid.UUID, str], float]] = WeakKeyDictionary()
_writing: set[asyncio.Task[None]] = set()


class Seen(msgspec.Struct, frozen=True):
    origin: str
    minutes: int
    at: dt.datetime


def note(organization: uuid.UUID, origin: str) -> None:
    """At most once a minute for a site, and never waited for: nobody needs it to be exact."""
    noted = _noted.setdefault(database.engine(), {})
    key, now = (organization, origin), time.monotonic()
    if noted.get(key, 0.0) > now:
        return
    if len(noted) >= REMEMBERED_MAX:
        noted.clear()
    noted[key] = now + EVERY
    _writing.add(task := asyncio.create_task(_try(organization, origin)))
    task.add_done_callback(_writing.discard)


async def _try(organization: uuid.UUID, origin: str) -> None:
    with contextlib.suppress(Unavailable):
        await record(organization, origin)


async def written() -> None:
    """When what was noted so far is in the database."""
    await asyncio.gather(*_writing)


async def record(organization: uuid.UUID, origin: str) -> None:
    async with database.transaction():
        now = await database.now()
        await database.fetch(
            "DELETE FROM widget_host WHERE organization = {} AND at < {}", organization, now - KEPT
        )
        rows = await database.fetch(
            "SELECT origin FROM widget_host WHERE organization = {}", organization
        )
        known = {row["origin"] for row in rows}
        if origin not in known and len(known) >= SITES_MAX:
            return
        values = {"id": new_id(), "organization": organization, "origin": origin}
        values |= {"minutes": 1, "first_at": now, "at": now}
        await database.fetch(
            database.insert_sql("widget_host", values)
            + " ON CONFLICT (organization, origin) DO UPDATE"
            " SET minutes = widget_host.minutes + 1, at = excluded.at",
            *values.values(),
        )


async def seen(organization: uuid.UUID) -> list[Seen]:
    """Of the last 24 hours, those first that loaded it in the most minutes."""
    since = await database.now() - RECENT
    rows = await database.fetch(
        "SELECT origin, minutes, at FROM widget_host WHERE organization = {} AND at >= {}"
        " ORDER BY minutes DESC, origin",
        organization,
        since,
    )
    return [Seen(row["origin"], row["minutes"], row["at"]) for row in rows]
