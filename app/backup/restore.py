"""Putting a backup into an empty database: of the kind that it was made from, or of the other."""

from __future__ import annotations

from pathlib import Path

import msgspec

from app import database
from app.backup import codec, files
from app.backup.file import DAMAGED, NEWER, Manifest, Reader, TableLine, Unusable
from app.database import migrate
from app.database.snapshot import count, empty, fill
from app.errors import Conflict
from app.files import store
from app.files.store import Store
from app.tables import ALL, Agent, Channel, Message

NOT_EMPTY = "There is something in this database already. A backup goes into an empty one only"
OLDER = (
    "The backup is from an older version, and this database has the newer tables already. Use a"
    " database in which nothing has been started yet"
)
KNOWN = {table._meta.tablename for table in ALL} | {files.LINE.table}


class Restored(msgspec.Struct, frozen=True, kw_only=True):
    made_at: str
    version: str
    rows: dict[str, int]


async def restore(path: Path, *, into: Store | None = None) -> Restored:
    """All of it or nothing; files go `into` the store in use, or another. Then the schema is
    brought up to date. Raises Unusable, and Conflict unless the database is empty."""
    reader = Reader(path)
    try:
        await _make_room(reader.manifest)
        async with database.transaction():
            if await _is_used():
                raise Conflict("not_empty", NOT_EMPTY)
            await _fill(reader, into or store.current())
        await migrate.run()
    finally:
        reader.close()
    made = reader.manifest
    return Restored(made_at=made.made_at, version=made.version, rows=reader.rows)


async def _make_room(manifest: Manifest) -> None:
    """Tables as they were when the backup was made."""
    wanted = manifest.migrations
    if set(wanted) - set(migrate.known()):
        raise Unusable(NEWER)
    if not await migrate.done():
        await migrate.run(until=max(wanted))
    if set(await migrate.done()) != set(wanted):
        raise Conflict("not_empty", OLDER)


async def _is_used() -> bool:
    for table in (Agent, Channel, Message):
        if await count(table._meta.tablename):
            return True
    return False


async def _fill(reader: Reader, into: Store) -> None:
    """Only inside a transaction: whether the file is whole is known at its end."""
    table = TableLine(table="", columns=[])
    for found in reader.tables():
        if isinstance(found, TableLine):
            table = _known(found)
            if table.table != files.LINE.table:
                await empty(table.table)
            continue
        try:
            rows = [codec.read(table.kinds, row) for row in found]
        except (ValueError, TypeError, AttributeError):
            raise Unusable(DAMAGED) from None
        if table.table == files.LINE.table:
            await files.fill(into, rows)
        else:
            await fill(table.table, [name for name, _ in table.columns], rows)


def _known(line: TableLine) -> TableLine:
    """It goes into statements: so it must be a table, and its columns names."""
    if line.table not in KNOWN or not all(name.isidentifier() for name, _ in line.columns):
        raise Unusable(NEWER)
    return line
