"""On which sites the widget was loaded: the site alone, nothing of its visitors."""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import time
import uuid
from weakref import WeakKeyDictionary

import msgspec

from app import database, limits
from app.errors import Unavailable
from app.tables import new_id
from app.widget.hosts import by_name, matches
from app.widget.setup import read

RECENT = dt.timedelta(hours=24)
KEPT = dt.timedelta(days=7)
SITES_MAX = 50
"""Anybody can name a site in a header, so the list has an end: whoever was seen least goes first,
and a site that is allowed by its name never."""
EVERY = 60.0
WRITING_MAX = 20
"""Who invents sites must not keep the database busy; what is left out is noted with the next
visitor."""
REMEMBERED_MAX = 5000

_noted: WeakKeyDictionary[database.Engine, dict[tuple[uuid.UUID, str], float]] = WeakKeyDictionary()
_writing: set[asyncio.Task[None]] = set()


class Seen(msgspec.Struct, frozen=True):
    origin: str
    minutes: int
    at: dt.datetime


def note(organization: uuid.UUID, origin: str, ip: str = "", *, allowed: bool = False) -> None:
    """At most once a minute for a site, and never waited for: nobody needs it to be exact. `ip` is
    who says so; `allowed` that the site is listed by its very name."""
    noted = _noted.setdefault(database.engine(), {})
    key, now = (organization, origin), time.monotonic()
    if noted.get(key, 0.0) > now or (len(_writing) >= WRITING_MAX and not allowed):
        return
    if len(noted) >= REMEMBERED_MAX:
        noted.clear()
    noted[key] = now + EVERY
    _writing.add(task := asyncio.create_task(_try(organization, origin, ip, allowed)))
    task.add_done_callback(_writing.discard)


async def _try(organization: uuid.UUID, origin: str, ip: str, allowed: bool) -> None:
    with contextlib.suppress(Unavailable):
        fine = allowed or not ip or await _known(organization, origin)
        if fine or await limits.names_site(ip, organization):
            await record(organization, origin)


async def _known(organization: uuid.UUID, origin: str) -> bool:
    rows = await database.fetch(
        "SELECT 1 AS one FROM widget_host WHERE organization = {} AND origin = {}",
        organization,
        origin,
    )
    return bool(rows)


async def written() -> None:
    """When what was noted so far is in the database."""
    await asyncio.gather(*_writing)


async def record(organization: uuid.UUID, origin: str) -> None:
    async with database.transaction():
        now = await database.now()
        await database.fetch(
            "DELETE FROM widget_host WHERE organization = {} AND at < {}", organization, now - KEPT
        )
        await _make_room(organization, origin)
        values = {"id": new_id(), "organization": organization, "origin": origin}
        values |= {"minutes": 1, "first_at": now, "at": now}
        await database.fetch(
            database.insert_sql("widget_host", values)
            + " ON CONFLICT (organization, origin) DO UPDATE"
            " SET minutes = widget_host.minutes + 1, at = excluded.at",
            *values.values(),
        )


async def _make_room(organization: uuid.UUID, origin: str) -> None:
    rows = await database.fetch(
        "SELECT origin FROM widget_host WHERE organization = {} ORDER BY minutes, at, origin",
        organization,
    )
    known = [row["origin"] for row in rows]
    if origin in known or len(known) < SITES_MAX:
        return
    listed = by_name((await read(organization)).hosts)
    least = next((each for each in known if not matches(listed, each)), None)
    await database.fetch(
        "DELETE FROM widget_host WHERE organization = {} AND origin = {}", organization, least
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
