"""Copies that are made by themselves: to every place that the operator named, sealed if they gave a
recipient, read again there, and the oldest removed."""

from __future__ import annotations

import asyncio
import datetime as dt
import hashlib
import logging
import tempfile
from pathlib import Path

import msgspec

from app import database, instance, settings
from app.backup import left, marked, places, rotation, sealed
from app.backup.file import Unusable
from app.backup.places import Kept
from app.backup.told import ROUND, Round
from app.backup.verify import make_verified
from app.durable import PART
from app.errors import Misconfigured, NotFound, Unavailable
from app.tables import Instance

log = logging.getLogger(__name__)

TRY = "backup_try"
NEVER, RUNNING, FAILED, DONE = "never", "running", "failed", "done"
AGAIN = dt.timedelta(minutes=30)
"""After one that failed."""
LEASE = dt.timedelta(hours=6)
"""Whoever has not said anything by then has died."""
DIFFERENT = "what is there is not what was put there"


async def take() -> bool:
    """Whether one is due, and nobody else is at it. Whoever takes it says later how it went."""
    now = await database.now()
    await instance.write(TRY, NEVER, keep=True)
    i = Instance
    pause = dt.timedelta(hours=settings.current().backups.hours)
    query = i.update({i.value: RUNNING, i.at: now}).where(
        i.name == TRY,
        (i.value == NEVER)
        | ((i.value == DONE) & (i.at <= now - pause))
        | ((i.value == FAILED) & (i.at <= now - AGAIN))
        | ((i.value == RUNNING) & (i.at <= now - LEASE)),
    )
    return bool(await query.returning(i.name))


async def gave_up() -> None:
    """It is tried again soon. What it said of itself stays."""
    await instance.write(TRY, FAILED)


async def run() -> Round:
    """Makes one now. What goes wrong is in the result, in the log and in the finding of doctor."""
    try:
        found = await _round()
    except (Misconfigured, Unavailable, Unusable, OSError) as error:
        found = Round(faults={"": why(error)})
    except BaseException:
        await gave_up()
        raise
    if found.faults:
        log.error("backup failed", extra={"faults": found.faults})
    await instance.write(ROUND, msgspec.json.encode(found).decode())
    await instance.write(TRY, FAILED if found.faults else DONE)
    return found


async def _round() -> Round:
    now = settings.current()
    await asyncio.to_thread(left.clear, _room(now), left.ALL, LEASE.total_seconds())
    with tempfile.TemporaryDirectory(prefix=left.ROOM, suffix=PART, dir=_room(now)) as folder:
        made = await make_verified(Path(folder))
        path = Path(made.path)
        if now.backups.recipients:
            plain, path = path, path.with_name(path.name + sealed.SUFFIX)
            await asyncio.to_thread(sealed.seal, plain, path, now.backups.recipients)
            plain.unlink()
        size, digest = path.stat().st_size, await asyncio.to_thread(_digest, path)
        good, faults = list[str](), dict[str, str]()
        for address in now.backups.to:
            place = places.of(address)
            try:
                if isinstance(address, Path):
                    await marked.check(address)
                await _keep(place, path, digest)
                good.append(place.name)
            except (Unavailable, NotFound, OSError) as error:
                faults[place.name] = why(error)
    return Round(
        made_at=made.made_at,
        name=path.name,
        bytes=size,
        messages=made.messages,
        sealed=bool(now.backups.recipients),
        places=good,
        faults=faults,
    )


async def _keep(place: Kept, path: Path, digest: str) -> None:
    """Older ones go only after the new one was read again."""
    now = settings.current()
    await place.put(path.name, path)
    if await places.digest(place, path.name) != digest:
        raise Unavailable(DIFFERENT)
    there = await place.names()
    for name in rotation.surplus(there, keep=now.backups.keep, weeks=now.backups.weeks):
        await place.remove(name)


def _room(now: settings.Settings) -> Path:
    """On the disk of the data folder: /tmp is often small, or memory."""
    folder = now.data_dir / "backups"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def why(error: Exception) -> str:
    """In a word at least: a disk that is full says nothing else."""
    reason = error.reason if isinstance(error, Unavailable) else ""
    return str(error) or reason or type(error).__name__


def _digest(path: Path) -> str:
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
