"""Making a backup while the product runs."""

from __future__ import annotations

import asyncio
import datetime as dt
from pathlib import Path
from typing import Any

import msgspec
from piccolo.table import Table, sort_table_classes

from app import keyfile, settings
from app.backup import codec, files
from app.backup.file import Manifest, TableLine, Writer
from app.database import migrate
from app.database.snapshot import Snapshot, snapshot
from app.errors import Misconfigured
from app.tables import ALL

SUFFIX = ".lmbak"


class Made(msgspec.Struct, frozen=True, kw_only=True):
    path: str
    made_at: str
    bytes: int
    messages: int
    has_key: bool


def place(where: Path, now: dt.datetime) -> Path:
    """A file of that name, or one named by the time in that folder."""
    if where.is_dir():
        return where / f"leavemsg-{now:%Y%m%dT%H%M%SZ}{SUFFIX}"
    return where


async def make(where: Path, *, with_key: bool = False) -> Made:
    """Not verified yet. Raises Misconfigured where the file cannot be written."""
    now = dt.datetime.now(dt.UTC).replace(microsecond=0)
    path = place(where, now)
    key = _generated_key() if with_key else ""
    manifest = Manifest(
        version=settings.VERSION,
        made_at=now.isoformat(),
        migrations=await migrate.done(),
        key=key,
    )
    try:
        writer = Writer(path)
    except OSError as error:
        raise _cannot(path, error) from None
    try:
        async with snapshot() as taken:
            await _write(writer, manifest, taken)
        await asyncio.to_thread(writer.finish)
    except OSError as error:
        writer.give_up()
        raise _cannot(path, error) from None
    except BaseException:
        writer.give_up()
        raise
    return Made(
        path=str(path),
        made_at=now.isoformat(),
        bytes=path.stat().st_size,
        messages=writer.rows["message"],
        has_key=bool(key),
    )


async def _write(writer: Writer, manifest: Manifest, taken: Snapshot) -> None:
    """Tables in the order in which rows may be inserted again."""
    writer.head(manifest)
    for table in sort_table_classes(list(ALL)):
        line = _line(table)
        writer.table(line)
        names = [name for name, _ in line.columns]
        async for rows in taken.rows(line.table, names):
            # Packing takes most of the time, and nobody else should wait for it.
            await asyncio.to_thread(_add, writer, line.kinds, rows)
    await files.write(writer, taken)


def _line(table: type[Table]) -> TableLine:
    columns = [(each._meta.db_column_name, _kind(each)) for each in table._meta.columns]
    return TableLine(table=table._meta.tablename, columns=columns)


def _kind(column: Any) -> str:
    """A foreign key is of the type of what it leads to."""
    while hasattr(column, "_foreign_key_meta"):
        column = column._foreign_key_meta.resolved_references._meta.primary_key
    return codec.TYPES[type(column)]


def _add(writer: Writer, kinds: list[str], rows: list[tuple[Any, ...]]) -> None:
    writer.add([[*map(codec.written, kinds, row)] for row in rows])


def _generated_key() -> str:
    """With older ones below it. Empty where the operator has set one: they keep it themselves."""
    current = settings.current()
    return "\n".join(keyfile.in_use(current.data_dir, current.secret_key))


def _cannot(path: Path, error: OSError) -> Misconfigured:
    return Misconfigured([f"{path}: {error.strerror} — name a folder that can be written"])
