"""Whether database, Redis, worker and disk work, tested by writing."""

from __future__ import annotations

import asyncio
import contextlib
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
OLD_SECONDS = 300.0
"""After this a glance is of another time: an alarm of last night is none of this morning."""
LOOK_SECONDS = 3.0
"""Monitoring never waits longer, and a look that takes longer has failed."""
ANSWER_SECONDS = 0.5
"""Monitoring waits this long for a look that is under way, then it is told the last one."""
PROBE = "." * 8192
"""As large as a long message."""
OF_THE_DISK = {"full": "disk_full", "read_only": "read_only"}
FREE_MIN = 32 * 1024 * 1024
"""Bytes. Below this the disk counts as low: a checkpoint of SQLite's log alone may need 4 MB."""


class Known(msgspec.Struct):
    """What was found, and when by the monotonic clock."""

    at: float
    found: dict[str, Any]


class Look(msgspec.Struct):
    """One that is under way, since when by the monotonic clock."""

    began: float
    task: asyncio.Task[dict[str, Any]]


_known: WeakKeyDictionary[database.Engine, Known] = WeakKeyDictionary()
_looking: WeakKeyDictionary[database.Engine, Look] = WeakKeyDictionary()


async def ready() -> dict[str, Any]:
    """`status` is "down" when no message can be stored or the secret key is another one, "degraded"
    when anything else is wrong. At most FRESH_SECONDS old."""
    known = _known.get(database.engine())
    if known is not None and time.monotonic() - known.at < FRESH_SECONDS:
        return known.found
    look = _look_once()
    # One look at a time, so that none queue up behind a database that hangs.
    left = max(0.0, look.began + LOOK_SECONDS - time.monotonic())
    await asyncio.wait([look.task], timeout=min(left, ANSWER_SECONDS) if known else left)
    if look.task.done():
        return look.task.result()
    if known is None or time.monotonic() - look.began >= LOOK_SECONDS:
        return _down("too_slow")
    return known.found


def age(found: dict[str, Any]) -> int:
    """How many seconds ago it was found. The last answer is told while a look takes long, and in a
    process that nobody has asked for a while that one may be old."""
    known = _known.get(database.engine())
    if known is None or known.found is not found:
        return 0
    return int(time.monotonic() - known.at)


def glance() -> dict[str, Any]:
    """The last result without waiting; empty before the first look, and when nobody has looked for
    so long that it says nothing of now."""
    known = _known.get(database.engine())
    if known is None or time.monotonic() - known.at > GLANCE_SECONDS:
        _look_once()
    return known.found if known and time.monotonic() - known.at < OLD_SECONDS else {}


async def close() -> None:
    """Cancels a running look before its database is closed."""
    look = _looking.pop(database.engine(), None)
    if look is not None:
        look.task.cancel()
        await asyncio.wait([look.task])


def _look_once() -> Look:
    engine = database.engine()
    look = _looking.get(engine)
    if look is None or look.task.done():
        task = asyncio.create_task(_look_and_tell(engine))
        look = _looking[engine] = Look(time.monotonic(), task)
    return look


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
    bell, disk, parts = await asyncio.gather(queue.state(), _disk(), _parts())
    if isinstance(parts, str):
        # SQLite calls an error of the disk whatever it cannot write; the folder knows better.
        reason = OF_THE_DISK.get(disk, parts) if parts == "disk_error" else parts
        return _down(reason, redis=bell, disk=disk)
    parts |= {"redis": bell, "disk": disk}
    wrong = [name for name in ("key", "schema", "worker", "redis", "disk") if parts[name] != "ok"]
    status = "down" if parts["key"] == "other" else "degraded" if wrong else "ok"
    reason = f"{wrong[0]}_{parts[wrong[0]]}" if wrong else ""
    return {"status": status, "reason": reason, "database": "ok", **parts}


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


async def _parts() -> dict[str, Any] | str:
    """What the database tells, or the reason why nothing can be written."""
    try:
        return await _database()
    except Unavailable as error:
        return "in_recovery" if await _in_recovery(error.reason) else error.reason


async def _in_recovery(reason: str) -> bool:
    """Whether a server that takes no writes is a standby, rather than told not to."""
    with contextlib.suppress(Unavailable):
        return reason == "read_only" and await database.is_standby()
    return False


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
    return await asyncio.to_thread(disk, found.data_dir) if found.uses_data_dir else "ok"


def free(folder: Path) -> int:
    """Bytes that may still be written there."""
    found = os.statvfs(folder)
    return found.f_bavail * found.f_frsize


def disk(folder: Path) -> str:
    """The disk of a folder: ok, low, full, read_only or missing."""
    try:
        with tempfile.TemporaryFile(dir=folder, buffering=0) as file:
            written = file.write(PROBE.encode())
        room = free(folder)
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}:
            return "full"
        return "missing" if error.errno == errno.ENOENT else "read_only"
    if written < len(PROBE):
        return "full"
    return "ok" if room >= FREE_MIN else "low"
