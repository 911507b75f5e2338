"""backup and restore: a copy of everything in one file, and the way back."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any

import click
import msgspec

from app import keyfile, keymark, settings
from app.backup import make as making
from app.backup import restore as restoring
from app.backup import verify as verifying
from app.backup.file import Reader
from app.database import migrate
from app.erasure import tombstones
from app.people import organizations
from cli import log, running
from cli.output import json_option, show
from cli.shared import with_database

KEEP_THE_KEY = (
    "The secret key is not in the file. Keep a copy of it elsewhere: without it the secrets of"
    " channels cannot be read."
)


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


@backup.command("verify")
@click.argument("file", type=click.Path(path_type=Path))
@json_option
def verify_backup(file: Path, as_json: bool) -> None:
    """Restore FILE into a place of its own and count what is there. Touches nothing else."""
    found: list[restoring.Restored] = []

    async def main() -> None:
        found.append(await verifying.verify(file))

    running.run(main())
    _show(found[0], as_json)


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--erased",
    type=click.Path(path_type=Path),
    help="What `leavemsg erased list` wrote later: that does not come back.",
)
@json_option
def restore(file: Path, erased: Path | None, as_json: bool) -> None:
    """Put FILE into an empty database, of either kind. Stop the product first."""
    gone = tombstones.read_file(erased) if erased else []
    reader = Reader(file)
    reader.close()
    found = _settings(reader.manifest.key)
    log.configure(found.log_level)
    done: list[restoring.Restored] = []

    async def main() -> None:
        async with running.database_open(found, wait=0):
            done.append(await restoring.restore(file))
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
    path = found.data_dir / keyfile.NAME
    there = path.read_text().split() if path.exists() else []
    if key and there[:1] == [found.secret_key] and key.split() != there:
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
        f"The backup of {found['made_at']} is whole: {rows['message']} messages,"
        f" {rows['channel']} channels, {rows['agent']} people."
    )
