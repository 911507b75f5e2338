"""doctor: what is wrong with this installation, and what to do about it. It changes nothing but the
row and the file that it writes to see whether anything can be written."""

from __future__ import annotations

import os
import stat
import sys

import click
import msgspec

from app import (
    database,
    health,
    heartbeat,
    instance,
    keymark,
    queue,
)
from app import settings as all_settings
from app.database import migrate
from app.errors import Misconfigured, Unavailable
from app.settings import Settings
from cli import folder, log, running
from cli.bundled import Bundled
from cli.output import EXIT_CONFIG, EXIT_FAILURE, json_option, show

DISK = {
    "low": "there is hardly any room left: free some",
    "full": "the disk is full: free some room",
    "read_only": "nothing can be written there: check the mount and the owner",
    "missing": "it is not there yet: the first start makes it",
}
REASONS = {
    "disk_full": "the disk is full: free some room",
    "read_only": "it can only be read: check the mount, the owner, or whether it is a replica",
    "locked": "another process holds it: end that one",
    "too_slow": "it does not answer in time",
    "damaged": "the file is damaged or is none: restore a backup",
    "cannot_open": "it cannot be opened: check the path and the owner",
    "sign_in_refused": "it refuses the name or the password of DATABASE_URL",
    "no_such_database": "there is none of the name in DATABASE_URL",
}


class Finding(msgspec.Struct, frozen=True):
    """`state` is ok, warn (works, but look at it) or fail."""

    state: str
    about: str
    said: str


@click.command()
@json_option
def doctor(as_json: bool) -> None:
    """Look at settings, files, database, secret key, Redis and worker, and say what to do. Exits 1
    when something does not work, 78 when a setting is wrong."""
    log.configure("critical")
    found, code = _findings()
    if as_json:
        show({"ok": code == 0, "findings": msgspec.to_builtins(found)}, as_json=True)
    else:
        for each in found:
            click.echo(f"{each.state:4}  {each.about:10}  {each.said}")
    sys.exit(code)


def _findings() -> tuple[list[Finding], int]:
    try:
        settings = all_settings.load(os.environ, only_look=True)
    except Misconfigured as error:
        return [Finding("fail", "settings", fault) for fault in error.faults], EXIT_CONFIG
    all_settings.use(settings)
    found = [Finding("ok", "settings", "every setting can be used"), *_files(settings)]
    running.run(_live(settings, found))
    failed = any(each.state == "fail" for each in found)
    return found, EXIT_FAILURE if failed else 0


def _files(settings: Settings) -> list[Finding]:
    place = settings.data_dir
    if not settings.embedded_database and settings.redis_url:
        return [Finding("ok", "folder", "is not used: the data is in DATABASE_URL")]
    state = health.disk(place)
    if state != "ok":
        return [
            Finding("warn" if state == "missing" else "fail", "folder", f"{place}: {DISK[state]}")
        ]
    found = [Finding("ok", "folder", f"{place} can be written")]
    mode = stat.S_IMODE(place.stat().st_mode)
    if folder.may_be_replaced(place):
        said = f"others may put files into {place} (mode {mode:04o}): chmod 700 {place}"
        found.append(Finding("fail", "folder", said))
    open_ones = folder.open_to_others(place)
    for path in open_ones:
        shown = f"{stat.S_IMODE(path.stat().st_mode):04o}"
        said = f"others may read {path} (mode {shown}): the next start closes it, or chmod go-rwx"
        found.append(Finding("warn", "files", said))
    if not open_ones:
        found.append(Finding("ok", "files", "only their owner reads them"))
    return found


async def _live(settings: Settings, found: list[Finding]) -> None:
    if settings.embedded_database and not settings.sqlite_path.exists():
        found.append(Finding("warn", "database", "there is none yet: the first start makes it"))
        return
    engine = database.make(settings.database_url, str(settings.sqlite_path))
    database.use(engine)
    try:
        await engine.open()
        await _database(settings, found)
    except Unavailable as error:
        said = REASONS.get(error.reason, "it does not answer: check DATABASE_URL and the server")
        found.append(Finding("fail", "database", said))
    finally:
        await engine.close()
    await _redis(settings, found)


async def _database(settings: Settings, found: list[Finding]) -> None:
    schema = await migrate.state()
    if schema == "newer":
        found.append(Finding("fail", "database", migrate.NEWER.format(settings.version)))
        return
    if schema == "old":
        said = "an earlier version's: the next start brings it up to date"
        found.append(Finding("warn", "database", said))
        return
    await instance.write("probe", health.PROBE)
    found.append(Finding("ok", "database", "can be read and written, and is up to date"))
    await _key(settings, found)
    late = await heartbeat.is_late(await database.now())
    found.append(
        Finding(
            "fail", "worker", "none has looked for work lately: start `leavemsg serve` or worker"
        )
        if late
        else Finding("ok", "worker", "looks for work")
    )


async def _key(settings: Settings, found: list[Finding]) -> None:
    if not settings.secret_key:
        found.append(Finding("warn", "key", "there is none yet: the first start makes it"))
        return
    if await keymark.state() == "other":
        found.append(Finding("fail", "key", keymark.fault()))
        return
    found.append(Finding("ok", "key", "is the one that the data was written with"))
    for name in await keymark.unreadable():
        said = f"the secrets of channel {name} were saved with another key: enter them again"
        found.append(Finding("fail", "channel", said))


async def _redis(settings: Settings, found: list[Finding]) -> None:
    queue.connect(settings.redis_url or Bundled(settings.data_dir).url)
    state = await queue.state()
    await queue.close()
    if state == "ok":
        found.append(Finding("ok", "redis", "can be written"))
        return
    said = {
        "full": "it is full: give it more memory",
        "read_only": "it can only be read: name the primary in REDIS_URL",
    }.get(state, "it does not answer; notices go all the same, a little later")
    found.append(Finding("warn", "redis", said))
