"""Whether database, Redis, worker and disk work, tested by writing."""

from __future__ import annotations

import asyncio
import datetime as dt
import errno
import logging
import os
import tempfile
import time
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

import msgspec
from piccolo.query.functions import Min

from app import (
    database,
    heartbeat,
    instance,
    keymark,
    queue,
    settings,
)
from app.database import migrate
from app.errors import Unavailable
from app.tables import Organization

log = logging.getLogger(__name__)

OVERDUE_SECONDS = 30
"""A due organization that nobody looked at for this long means that no worker runs."""
FRESH_SECONDS = 2.0
"""An answer is kept this long, however often it is asked for: asking costs a write."""
GLANCE_SECONDS = 30.0
LOOK_SECONDS = 3.0
"""Monitoring never waits longer."""
PROBE = "." * 8192
"""As large as a long message."""
FREE_MIN = 32 * 1024 * 1024
"""Bytes. Below this the disk counts as low: a checkpoint of SQLite's log alone may need 4 MB."""


class Known(msgspec.Struct):
    """What was found, and when by the monotonic clock."""

    at: float
    found: dict[str, Any]


_known: WeakKeyDictionary[database.Engine, Known] = WeakKeyDictionary()
_looking: WeakKeyDictionary[database.Engine, asyncio.Task[dict[str, Any]]] = WeakKeyDictionary()


async def ready() -> dict[str, Any]:
    """`status` is "down" when no message can be stored or the secret key is another one, "degraded"
    when anything else is wrong. At most FRESH_SECONDS old."""
    known = _known.get(database.engine())
    if known is not None and time.monotonic() - known.at < FRESH_SECONDS:
        return known.found
    task = _look_once()
    # One look at a time, so that none queue up behind a database that hangs.
    await asyncio.wait([task], timeout=LOOK_SECONDS)
    return task.result() if task.done() else _down("too_slow")


def glance() -> dict[str, Any]:
    """The last result without waiting; empty before the first look."""
    known = _known.get(database.engine())
    if known is None or time.monotonic() - known.at > GLANCE_SECONDS:
        _look_once()
    return known.found if known else {}


async def close() -> None:
    """Cancels a running look before its database is closed."""
    task = _looking.pop(database.engine(), None)
    if task is not None:
        task.cancel()
        await asyncio.wait([task])


def _look_once() -> asyncio.Task[dict[str, Any]]:
    engine = database.engine()
    task = _looking.get(engine)
    if task is None or task.done():
        task = _looking[engine] = asyncio.create_task(_look_and_tell(engine))
    return task


async def _look_and_tell(engine: database.Engine) -> dict[str, Any]:
    """Looks, and logs a change, also when nobody reads `/readyz`."""
    found = await look()
    before = _known.get(engine)
    was, now = (_core(before.found) if before else {"status": "ok"}), _core(found)
    if was.get("status") != now["status"] or (before and was != now):
        tell = log.info if now["status"] == "ok" else log.error
        tell("readiness", extra=now)
    _known[engine] = Known(time.monotonic(), found)
    return found


def _core(found: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in found.items() if name != "oldest_due_seconds"}


async def look() -> dict[str, Any]:
    """Like `ready`, but looked up now."""
    bell = await queue.state()
    try:
        parts = await _database()
    except Unavailable as error:
        return _down(error.reason, redis=bell, disk=await _disk())
    parts |= {"redis": bell, "disk": await _disk()}
    fine = all(parts[name] == "ok" for name in ("schema", "key", "worker", "redis", "disk"))
    status = "down" if parts["key"] == "other" else "ok" if fine else "degraded"
    return {"status": status, "reason": "", "database": "ok", **parts}


def _down(reason: str, *, redis: str = "unknown", disk: str = "unknown") -> dict[str, Any]:
    unknown = dict.fromkeys(("schema", "key", "worker"), "unknown")
    return {
        "status": "down",
        "reason": reason,
        "database": "down",
        **unknown,
        "oldest_due_seconds": 0,
        "redis": redis,
        "disk": disk,
    }


async def _database() -> dict[str, Any]:
    """The parts that the database tells. Raises Unavailable when nothing can be written."""
    schema = await migrate.state()
    if schema != "old":
        await instance.write("probe", PROBE)
    key = "unknown" if schema == "old" else await keymark.state()
    now = await database.now()
    due = await database.value(dt.datetime, Organization.select(Min(Organization.due_at)))
    waiting = max(0, int((now - due).total_seconds())) if due else 0
    late = schema != "old" and await heartbeat.is_late(now)
    return {
        "schema": schema,
        "key": {"same": "ok", "new": "ok"}.get(key, key),
        "worker": "down" if late or waiting > OVERDUE_SECONDS else "ok",
        "oldest_due_seconds": waiting,
    }


async def _disk() -> str:
    """The state of the data folder's disk; "ok" when it is not used."""
    found = settings.current()
    if not found.embedded_database and found.redis_url:
        return "ok"
    return await asyncio.to_thread(disk, found.data_dir)


def free(folder: Path) -> int:
    """Bytes that may still be written there."""
    found = os.statvfs(folder)
    return found.f_bavail * found.f_frsize


def disk(folder: Path) -> str:
    """The disk of a folder: ok, low, full, read_only or missing."""
    try:
        with tempfile.TemporaryFile(dir=folder, buffering=0) as file:
            file.write(PROBE.encode())
        room = free(folder)
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}:
            return "full"
        return "missing" if error.errno == errno.ENOENT else "read_only"
    return "ok" if room >= FREE_MIN else "low"
