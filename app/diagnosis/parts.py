"""The parts of the installation: database, key, worker, queue, Redis and clocks, by what `/readyz`
finds."""

from __future__ import annotations

import asyncio
import datetime as dt
import uuid
from typing import Any
from urllib.parse import urlsplit

from app import database, health, heartbeat, keyfile, keymark, maintenance, queue
from app.database import migrate
from app.diagnosis import address, backups, durability, files, kept_files, statements
from app.diagnosis.finding import DEADLINE, Finding, within
from app.errors import Unavailable
from app.own_address import reach_of
from app.settings import Settings

REASONS = {
    "disk_full": "The disk is full: free some room.",
    "read_only": "It can only be read: check the mount, the owner, or whether it is a replica.",
    "in_recovery": "It is a standby and takes no writes: name the primary, or promote this one.",
    "disk_error": "The disk does not do what it should: look into the system's log.",
    "overloaded": "It has no connection or memory left for us: look at its limits.",
    "locked": "Another process holds it: end that one.",
    "too_slow": "It does not answer in time.",
    "damaged": "The file is damaged or is none: restore a backup.",
    "cannot_open": "It cannot be opened: check the path and the owner.",
    "sign_in_refused": "It refuses the name or the password of DATABASE_URL.",
    "no_such_database": "There is none of the name in DATABASE_URL.",
}
SILENT = "It does not answer: check DATABASE_URL and the server."
EARLIER = "An earlier version's: the next start brings it up to date."
OTHER_KEY = (
    "It is not the one that the data was written with, or an older one is missing. Put it back "
    "({file}, LEAVEMSG_SECRET_KEY or LEAVEMSG_OTHER_SECRET_KEYS), or run `leavemsg key accept` and "
    "enter the channels' secrets again."
)
OLDER_KEY = "The data still needs an older key, too: run `leavemsg key rotate`."
SKEW_SECONDS = 5.0
"""Two clocks that differ by more are worth a look: signatures of robots allow an hour, waits and
leases a few seconds."""


async def look(settings: Settings, organization: uuid.UUID | None = None) -> list[Finding]:
    """`organization`: of whose channels the names are told; None: of all."""
    try:
        async with asyncio.timeout(DEADLINE):
            schema = await migrate.state()
    except Unavailable as error:
        return [unavailable(error.reason)]
    except TimeoutError:
        return [unavailable("too_slow")]
    if schema == "old":
        return [Finding("warn", "database", EARLIER)]
    known = await health.ready()
    if known["database"] == "down":
        return [unavailable(known["reason"]), *_redis(known)]
    data, kept, key, clocks, store, base, backup, closed = await asyncio.gather(
        within("database", _database(settings, known)),
        within("durability", durability.look()),
        within("key", _key(settings, known, organization)),
        within("clock", _clocks(known)),
        within("store", kept_files.look(settings)),
        within("address", _one_address(settings)),
        within("backup", backups.look(settings)),
        within("maintenance", _maintenance()),
    )
    return [
        *(*data, *kept, *key, *_worker(known), *base, *_redis(known), *address.redis(settings)),
        *(*clocks, *store, *backup, *closed),
    ]


async def _maintenance() -> list[Finding]:
    since = await maintenance.since()
    if since is None:
        return []
    said = (
        "Only visitors are served since {at} UTC: run `leavemsg maintenance off` when you are done."
    )
    return [Finding("warn", "maintenance", said, {"at": f"{since:%Y-%m-%d %H:%M}"})]


async def _one_address(settings: Settings) -> list[Finding]:
    """Links begin with it, and the ids of mails carry its host."""
    theirs = await heartbeat.address()
    if theirs in {"", settings.base_url}:
        return []
    facts = {"theirs": theirs, "address": settings.base_url}
    if reach_of(urlsplit(theirs).hostname or "") == settings.reach == "machine":
        # As `PORT=8081 make run` has it, and then a command without PORT.
        said = (
            "A worker has {theirs} as its address, this process {address}: give this one the same "
            "PORT, or all the same LEAVEMSG_BASE_URL."
        )
        return [Finding("warn", "address", said, facts)]
    said = (
        "A worker has {theirs} as LEAVEMSG_BASE_URL, this process {address}. Give all the same "
        "one: links begin with it, and mails of one thread name it."
    )
    return [Finding("fail", "address", said, facts)]


def plain(known: dict[str, Any]) -> str:
    """What `/readyz` has found, in English, without a place: what is wrong and what to do."""
    if known["database"] == "down":
        found = [unavailable(known["reason"])]
    else:
        found = [*_of_schema(known), *_of_key(known), *_worker(known)]
    found += _redis(known) if known["redis"] != "unknown" else []
    found += [files.disk(known["disk"], "the data folder")] if known["disk"] in files.SAID else []
    return " ".join(f"{each.about}: {each.told()}" for each in found if each.state != "ok")


def _of_schema(known: dict[str, Any]) -> list[Finding]:
    if known["schema"] != "old":
        return []
    return [Finding("warn", "database", EARLIER)]


def _of_key(known: dict[str, Any]) -> list[Finding]:
    facts = {"file": keyfile.NAME}
    return [Finding("fail", "key", OTHER_KEY, facts)] if known["key"] == "other" else []


def unavailable(reason: str) -> Finding:
    return Finding("fail", "database", REASONS.get(reason, SILENT))


async def _database(settings: Settings, known: dict[str, Any]) -> list[Finding]:
    if known["schema"] == "newer":
        said = (
            "A newer Leavemsg than {version} has changed it: start that one, or restore the backup."
        )
        return [Finding("fail", "database", said, {"version": settings.version})]
    embedded = isinstance(database.engine(), database.SQLite)
    kind, size = statements.SQLITE if embedded else statements.POSTGRES
    facts = {
        "kind": "SQLite" if embedded else "PostgreSQL",
        "version": (await database.value(str, kind) or "").split(" ")[0],
        "n": f"{(await database.value(int, size) or 0) / 1024**2:.1f}",
    }
    said = "{kind} {version}, {n} MB: it can be read and written, and is up to date."
    return [Finding("ok", "database", said, facts)]


async def _key(
    settings: Settings, known: dict[str, Any], organization: uuid.UUID | None
) -> list[Finding]:
    if known["schema"] == "newer":
        return []
    if not settings.secret_key:
        return [Finding("warn", "key", "There is none yet: the first start makes it.")]
    if known["key"] == "other":
        return [Finding("fail", "key", OTHER_KEY, {"file": str(settings.data_dir / keyfile.NAME)})]
    found = [Finding("ok", "key", "It is the one that the data was written with.")]
    if not await keymark.is_only_this():
        found = [Finding("warn", "key", OLDER_KEY)]
    for name in await keymark.unreadable(organization):
        said = "Its secrets were saved with another key: enter them again."
        found.append(Finding("fail", "channel", said, name=name))
    return found


def _worker(known: dict[str, Any]) -> list[Finding]:
    waiting = {"n": str(known["oldest_due_seconds"])}
    if known["oldest_due_seconds"] > health.OVERDUE_SECONDS:
        late = Finding("fail", "queue", "What is due has waited for {n} seconds.", waiting)
    else:
        late = Finding("ok", "queue", "Nothing that is due waits for longer than usual.")
    if known["worker"] == "down":
        said = "None has looked for work lately: start `leavemsg serve` or `leavemsg worker`."
        return [Finding("fail", "worker", said), late]
    return [Finding("ok", "worker", "It looks for work."), late]


def _redis(known: dict[str, Any]) -> list[Finding]:
    if known["redis"] == "ok":
        return [Finding("ok", "redis", "It can be written.")]
    if known["redis"] == "full":
        return [Finding("warn", "redis", "It is full: give it more memory.")]
    if known["redis"] == "read_only":
        return [Finding("warn", "redis", "It can only be read: name the primary in REDIS_URL.")]
    said = "It does not answer. Notices go all the same, a little later."
    return [Finding("warn", "redis", said)]


async def _clocks(known: dict[str, Any]) -> list[Finding]:
    """This machine's against those of the database and of Redis, if that answers."""
    found = []
    others: dict[str, Any] = {"database": database.now}
    if known["redis"] != "down":
        others["Redis"] = queue.now
    for name, ask in others.items():
        there, here = await _asked(ask), dt.datetime.now(dt.UTC)
        off = abs((there - here).total_seconds()) if there else 0.0
        if off > SKEW_SECONDS:
            facts = {"other": name, "n": str(round(off))}
            said = "It differs by {n} seconds from that of {other}: set both by NTP."
            found.append(Finding("fail", "clock", said, facts))
    return found or [
        Finding("ok", "clock", "Database and Redis have the same time as this server.")
    ]


async def _asked(ask: Any) -> dt.datetime | None:
    try:
        found: dt.datetime | None = await ask()
    except Unavailable:
        return None
    return found
