"""Visitors' files in a backup: sealed as they are in the store, so that the same key opens them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

from app.backup import codec
from app.backup.file import TableLine, Writer
from app.database.snapshot import Snapshot
from app.errors import NotFound
from app.files import store
from app.files.keep import names_of
from app.files.store import Store
from app.tables import VisitorFile

LINE = TableLine(table="stored_file", columns=[("name", "text"), ("content", "bytes")])


async def write(writer: Writer, taken: Snapshot) -> None:
    """Nothing where there are none. One that was removed since the moment of the copy is left
    out. Raises Unavailable."""
    begun = False
    async for name in _names(taken):
        try:
            sealed = await store.current().get(name)
        except NotFound:
            continue
        if not begun:
            writer.table(LINE)
            begun = True
        row = [
            codec.written(kind, value)
            for kind, value in zip(LINE.kinds, (name, sealed), strict=True)
        ]
        await asyncio.to_thread(writer.add, [row])


async def _names(taken: Snapshot) -> AsyncIterator[str]:
    f = VisitorFile
    names = [each._meta.db_column_name for each in (f.id, f.size, f.small)]
    async for rows in taken.rows(f._meta.tablename, names):
        for row in rows:
            for name in names_of(*row):
                yield name


async def fill(into: Store, rows: list[list[Any]]) -> None:
    """Raises Unavailable."""
    for name, sealed in rows:
        await into.put(name, sealed)
