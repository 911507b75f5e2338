"""backup and restore: a copy of everything in one file, and the way back."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import msgspec

from app import durable, keyfile, keymark, settings
from app.backup import left, marked, places, rotation, scheduled, sealed
from app.backup import make as making
from app.backup import restore as restoring
from app.backup import verify as verifying
from app.backup.file import Reader
from app.backup.told import Round
from app.database import migrate
from app.durable import PART
from app.erasure import tombstones
from app.errors import Misconfigured, NotFound, Unavailable
from app.people import organizations
from cli import log, running
from cli.output import EXIT_FAILURE, json_option, show
from cli.shared import settings_of, with_database

KEEP_THE_KEY = (
    "The secret key is not in the file. Keep a copy of it elsewhere: without it the secrets of"
    " channels cannot be read."
)
NO_PLACE = (
    "LEAVEMSG_BACKUPS_TO names no place. What `leavemsg backup make` made lies where it said."
)
ELSEWHERE = "copy the file into a folder that can be written"
NOTHING_KEPT = "{place} has no backup. If there was one: is its disk mounted?"


@click.group()
def backup() -> None:
    """Copies of everything, each in one file."""


@backup.command("make")
@click.option(
    "--to", "where", default="", help="A file, or a folder. Without it: backups in the data folder."
)
@click.option("--with-key", is_flag=True, help="Put the generated secret key into the file, too.")
@json_option
def make_backup(where: str, with_key: bool, as_json: bool) -> None:
    """Copy everything into one file while the product runs, and read the file again."""

    async def work() -> making.Made:
        return await verifying.make_verified(_place(where), with_key=with_key)

    made = with_database(work)
    show(msgspec.to_builtins(made), as_json=as_json, line=_made)
    if not as_json and not made.has_key:
        click.echo(KEEP_THE_KEY, err=True)


def _place(where: str) -> Path:
    if where:
        return Path(where)
    folder = settings.current().data_dir / "backups"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def _made(made: dict[str, Any]) -> str:
    return f"{made['path']}: {made['messages']} messages, {made['bytes']} bytes, verified"


identity_option = click.option(
    "--identity",
    type=click.Path(path_type=Path),
    help="The file with the identity that a sealed backup is opened with.",
)


@backup.command("verify")
@click.argument("file", type=click.Path(path_type=Path))
@identity_option
@json_option
def verify_backup(file: Path, identity: Path | None, as_json: bool) -> None:
    """Restore FILE into a place of its own and count what is there. Touches nothing else."""
    found: list[restoring.Restored] = []

    async def main() -> None:
        with _room(file) as room:
            plain = _opened(file, identity, room)
            found.append(await verifying.verify(plain, room=room))

    running.run(main())
    _show(found[0], as_json)


@contextlib.contextmanager
def _room(file: Path) -> Iterator[Path]:
    """A folder of ours alone for what lies open meanwhile, gone afterwards. What a command left
    there that was killed goes with the next, and with the next backup: in the system's own folder
    nobody would find it."""
    data = settings.data_folder(os.environ)
    place = data / "backups" if os.access(data, os.W_OK | os.X_OK) else file.parent
    try:
        place.mkdir(mode=0o700, exist_ok=True)
        left.clear(place, left.ROOMS, scheduled.LEASE.total_seconds())
        made = tempfile.TemporaryDirectory(prefix=left.ROOM_TO_OPEN, suffix=PART, dir=place)
    except OSError as error:
        raise Misconfigured([f"{place}: {error.strerror} — {ELSEWHERE}"]) from None
    with made as name:
        yield Path(name)


def _opened(file: Path, identity: Path | None, room: Path) -> Path:
    """The backup itself, or of a sealed one a copy in `room`."""
    if not sealed.is_sealed(file):
        return file
    plain = room / file.name.removesuffix(sealed.SUFFIX)
    sealed.unseal(file, plain, identity)
    return plain


@backup.command("run")
@json_option
def run_backup(as_json: bool) -> None:
    """Make a backup now and put it into every place of LEAVEMSG_BACKUPS_TO, as a worker does."""
    if not settings_of().backups.to:
        raise Misconfigured(["CONFIG LEAVEMSG_BACKUPS_TO: is empty — name where they are kept"])
    try:
        done: Round = with_database(_run)
    except asyncio.CancelledError:
        raise click.Abort from None
    show(msgspec.to_builtins(done), as_json=as_json, line=_round)
    if done.faults:
        click.get_current_context().exit(EXIT_FAILURE)


async def _run() -> Round:
    """A worker that stops sends SIGTERM. Then, too, what is not sealed yet is removed."""
    this = asyncio.current_task()
    assert this
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, this.cancel)
    return await scheduled.run()


def _round(done: dict[str, Any]) -> str:
    lines = [f"{place or 'no backup'}: {why}" for place, why in done["faults"].items()]
    if done["made_at"]:
        size = f"{done['messages']} messages, {done['bytes']} bytes"
        lines += [f"{place}: {done['name']}, {size}, verified" for place in done["places"]]
    return "\n".join(lines)


@backup.command("accept")
def accept_places() -> None:
    """Take the folders of LEAVEMSG_BACKUPS_TO as they are now: a disk was changed on purpose."""
    with_database(marked.accept)
    click.echo("The next backup takes the folders as they are.")


@backup.command("list")
@json_option
def list_backups(as_json: bool) -> None:
    """List what is kept in every place of LEAVEMSG_BACKUPS_TO."""
    rows, faults = list[dict[str, Any]](), list[Unavailable]()

    async def main() -> None:
        for address in settings_of().backups.to:
            place = places.of(address)
            try:
                names = [name for name in await place.names() if rotation.made_at(name)]
            except Unavailable as error:
                click.echo(f"{place.name}: {error}", err=True)
                faults.append(error)
                continue
            if not names:
                click.echo(NOTHING_KEPT.format(place=place.name), err=True)
            rows.extend({"place": place.name, "name": name} for name in names)

    running.run(main())
    for row in rows:
        show(row, as_json=as_json, line=lambda each: f"{each['place']}  {each['name']}")
    if not settings_of().backups.to:
        click.echo(NO_PLACE, err=True)
    if faults:
        click.get_current_context().exit(EXIT_FAILURE)


@backup.command("fetch")
@click.argument("name")
@click.option("--to", "where", type=click.Path(path_type=Path), default=Path(), help="A folder.")
def fetch_backup(name: str, where: Path) -> None:
    """Fetch one by its name out of the first place of LEAVEMSG_BACKUPS_TO that has it."""

    async def main() -> None:
        missed: NotFound | Unavailable = NotFound()
        for address in settings_of().backups.to:
            try:
                await _fetch(places.of(address), name, where / name)
            except NotFound:
                continue
            except Unavailable as error:
                # Another place may have it, and this is when it is needed.
                missed = error
                continue
            click.echo(str(where / name))
            return
        raise missed

    if rotation.made_at(name) is None:
        raise NotFound
    running.run(main())


async def _fetch(place: places.Kept, name: str, into: Path) -> None:
    try:
        with durable.written(into) as file:
            async for block in place.read(name):
                file.write(block)
    except OSError as error:
        raise Misconfigured([f"{into}: {error.strerror} — name a folder with --to"]) from None


@backup.command("identity")
def make_identity() -> None:
    """Make a key pair for LEAVEMSG_BACKUPS_RECIPIENTS. Keep what is printed away from here."""
    identity, recipient = sealed.new()
    click.echo(f"# public key: {recipient}\n{identity}")


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--erased",
    type=click.Path(path_type=Path),
    help="What `leavemsg erased list` wrote later: that does not come back.",
)
@identity_option
@json_option
def restore(file: Path, erased: Path | None, identity: Path | None, as_json: bool) -> None:
    """Put FILE into an empty database, of either kind. Stop the product first."""
    with _room(file) as room:
        _restore(_opened(file, identity, room), erased, as_json=as_json)


def _restore(file: Path, erased: Path | None, *, as_json: bool) -> None:
    gone = tombstones.read_file(erased) if erased else []
    reader = Reader(file)
    reader.close()
    found = _settings(reader.manifest.key)
    log.configure(found.log_level)
    done: list[restoring.Restored] = []

    async def main() -> None:
        async with running.database_open(found, wait=0):
            done.append(await restoring.restore(file))
            # Another machine may have other folders under these names.
            await marked.accept()
            await keymark.check()
            await organizations.first()
            assert not await migrate.missing()
            await tombstones.obey(gone)

    with running.only_one(found):
        running.run(main())
    _show(done[0], as_json)


def _settings(key: str) -> settings.Settings:
    """With the key of the backup in place, where it has one and the operator has set none. A key
    that was there is kept beside it: an empty database has nothing that it would open."""
    found = settings.load(os.environ, new_key=True)
    there = keyfile.in_use(found.data_dir, found.secret_key)
    if key and there and key.split() != there:
        path = found.data_dir / keyfile.NAME
        path.replace(path.with_name(f"{keyfile.NAME}.before-{int(time.time())}"))
        keyfile.put(found.data_dir, key)
        found = settings.load(os.environ)
    settings.use(found)
    return found


def _show(found: restoring.Restored, as_json: bool) -> None:
    show(msgspec.to_builtins(found), as_json=as_json, line=_told)


def _told(found: dict[str, Any]) -> str:
    rows = found["rows"]
    return (
        f"The backup of {found['made_at']} is whole. Messages: {rows['message']},"
        f" channels: {rows['channel']}, people: {rows['agent']}."
    )
