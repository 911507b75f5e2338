"""Sites that loaded a brand's widget, with nothing about their visitors."""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import time
import uuid
from weakref import WeakKeyDictionary

import msgspec

from app import database, limits
from app.brands.owner import organization_of
from app.errors import Unavailable
from app.tables import WidgetHost, new_id
from app.widget import statements
from app.widget.hosts import by_name, matches
from app.widget.setup import read

RECENT = dt.timedelta(hours=24)
KEPT = dt.timedelta(days=7)
SITES_MAX = 50
"""Anybody can send any site in a header, so the list is limited: the least seen goes first, a site
that is allowed by name never."""
EVERY = 60.0
WRITING_MAX = 20
"""Invented sites must not keep the database busy; what is left out is noted with the next
visitor."""
REMEMBERED_MAX = 5000

_noted: WeakKeyDictionary[database.Engine, dict[tuple[uuid.UUID, str], float]] = WeakKeyDictionary()
_writing: set[asyncio.Task[None]] = set()


class Seen(msgspec.Struct, frozen=True):
    origin: str
    minutes: int
    at: dt.datetime


def note(brand: uuid.UUID, origin: str, ip: str = "", *, allowed: bool = False) -> None:
    """Notes a site at most once a minute, in the background: it need not be exact. `ip` is the
    visitor's; `allowed`: the site is listed by name."""
    noted = _noted.setdefault(database.engine(), {})
    key, now = (brand, origin), time.monotonic()
    if noted.get(key, 0.0) > now or (len(_writing) >= WRITING_MAX and not allowed):
        return
    if len(noted) >= REMEMBERED_MAX:
        noted.clear()
    noted[key] = now + EVERY
    _writing.add(task := asyncio.create_task(_try(brand, origin, ip, allowed)))
    task.add_done_callback(_writing.discard)


async def _try(brand: uuid.UUID, origin: str, ip: str, allowed: bool) -> None:
    with contextlib.suppress(Unavailable):
        fine = allowed or not ip or await _known(brand, origin)
        if fine or await limits.names_site(ip, brand):
            await record(brand, origin)


async def _known(brand: uuid.UUID, origin: str) -> bool:
    return await WidgetHost.exists().where(WidgetHost.brand == brand, WidgetHost.origin == origin)


async def written() -> None:
    """Waits until everything noted so far is in the database."""
    await asyncio.gather(*_writing)


async def record(brand: uuid.UUID, origin: str) -> None:
    async with database.transaction():
        now = await database.now()
        await WidgetHost.delete().where(WidgetHost.brand == brand, WidgetHost.at < now - KEPT)
        await _make_room(brand, origin)
        organization = await organization_of(brand)
        await database.execute(statements.NOTE, new_id(), organization, brand, origin, now, now)


async def _make_room(brand: uuid.UUID, origin: str) -> None:
    query = WidgetHost.select(WidgetHost.origin).where(WidgetHost.brand == brand)
    query = query.order_by(WidgetHost.minutes, WidgetHost.at, WidgetHost.origin)
    known = await database.values(str, query)
    if origin in known or len(known) < SITES_MAX:
        return
    listed = by_name((await read(brand)).hosts)
    least = next((each for each in known if not matches(listed, each)), None)
    await WidgetHost.delete().where(WidgetHost.brand == brand, WidgetHost.origin == least)


async def seen(brand: uuid.UUID) -> list[Seen]:
    """Sites of the last 24 hours, those with the most minutes first."""
    since = await database.now() - RECENT
    query = WidgetHost.select(WidgetHost.origin, WidgetHost.minutes, WidgetHost.at)
    query = query.where(WidgetHost.brand == brand, WidgetHost.at >= since)
    query = query.order_by(WidgetHost.minutes, ascending=False).order_by(WidgetHost.origin)
    return await database.rows(Seen, query)
