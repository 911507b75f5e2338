"""What is true of the whole installation, as the database says it; asked once for many scrapes."""

from __future__ import annotations

import asyncio
import datetime as dt
import time
from typing import Any
from weakref import WeakKeyDictionary

import msgspec

from app import database, health, heartbeat, instance, settings
from app.backup import BACKUP, told
from app.database import connections
from app.deliveries.verdict import BREAKER
from app.diagnosis import statements as sizes
from app.errors import Unavailable
from app.metrics import statements

KEPT_SECONDS = 5.0
"""So long an answer is told again, however many ask."""
SHARE = 20
"""An answer is kept for this many times as long as it took, so that looks never take more than a
twentieth of the database's time."""
LOOK_SECONDS = 4.0
"""Prometheus waits ten seconds by default."""
PARTS = ("database", "redis", "worker", "schema", "key", "disk")


class Pending(msgspec.Struct, frozen=True):
    pending: int = 0
    oldest: dt.datetime | None = None
    reminders: int = 0


class Named(msgspec.Struct):
    name: str
    n: int


class Kind(msgspec.Struct):
    """The channels of a kind that are on."""

    kind: str
    n: int
    broken: int
    failing: int


class Boxes(msgspec.Struct, frozen=True):
    n: int = 0
    failing: int = 0


class Found(msgspec.Struct, kw_only=True):
    """`at` is the database's time, None while it does not answer; then only `health` is known."""

    health: dict[str, Any]
    at: dt.datetime | None = None
    beat: dt.datetime | None = None
    pending: Pending = Pending()
    open: dict[str, int] = {}
    channels: list[Kind] = []
    mailboxes: Boxes = Boxes()
    backup: dt.datetime | None = None
    """When the last one was made that could be restored."""
    backup_faults: int = 0
    """Places that did not get the last one that was made by itself."""
    size: int = 0
    wal: int = 0
    free: int | None = None


class Kept(msgspec.Struct):
    until: float
    """By the monotonic clock."""
    found: Found


_kept: WeakKeyDictionary[database.Engine, Kept] = WeakKeyDictionary()
_looking: WeakKeyDictionary[database.Engine, asyncio.Task[Found]] = WeakKeyDictionary()


async def now() -> Found:
    """At most KEPT_SECONDS old, or what SHARE says; one look at a time."""
    engine = database.engine()
    kept = _kept.get(engine)
    if kept is not None and time.monotonic() < kept.until:
        return kept.found
    task = _looking.get(engine)
    if task is None or task.done():
        task = _looking[engine] = asyncio.create_task(_look(engine))
    return await asyncio.shield(task)


async def _look(engine: database.Engine) -> Found:
    known = await health.ready()
    began = time.monotonic()
    try:
        async with asyncio.timeout(LOOK_SECONDS):
            found = await _ask(known)
    except (Unavailable, TimeoutError):
        found = Found(health=known)
    ended = time.monotonic()
    _kept[engine] = Kept(ended + max(KEPT_SECONDS, SHARE * (ended - began)), found)
    return found


async def _ask(known: dict[str, Any]) -> Found:
    now = await database.now()
    beat = await instance.read(heartbeat.NAME)
    pending = await database.row(Pending, statements.PENDING, now)
    backup, faults = await _backup()
    embedded = isinstance(database.engine(), database.SQLite)
    _, size = sizes.SQLITE if embedded else sizes.POSTGRES
    return Found(
        health=known,
        at=now,
        beat=beat.at if beat else None,
        pending=pending or Pending(),
        open={each.name: each.n for each in await database.rows(Named, statements.OPEN)},
        channels=await database.rows(Kind, statements.CHANNELS, BREAKER, True),
        mailboxes=await database.row(Boxes, statements.MAILBOXES, True) or Boxes(),
        backup=backup,
        backup_faults=faults,
        size=await database.value(int, size) or 0,
        wal=connections.log_bytes(),
        free=await asyncio.to_thread(_free),
    )


async def _backup() -> tuple[dt.datetime | None, int]:
    by_hand, by_itself = await instance.read(BACKUP), await told.last()
    try:
        last = told.read(by_itself) if by_itself else told.Round()
    except msgspec.MsgspecError:
        last = told.Round()  # As after another version: the other numbers are told all the same.
    made = [each.at for each in (by_hand, by_itself if last.made_at else None) if each]
    return max(made, default=None), len(last.faults)


def _free() -> int | None:
    """Bytes of the data folder's disk, where it is used."""
    found = settings.current()
    used = found.uses_data_dir and found.data_dir.is_dir()
    return health.free(found.data_dir) if used else None
