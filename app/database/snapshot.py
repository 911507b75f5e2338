"""Tables by their names: all rows as they were at one moment, while the product goes on writing,
and rows put back."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Sequence
from typing import Any

from app import database
from app.database.away import away

ROWS = 500
"""Read at once: few enough that long messages take little memory."""


async def count(table: str) -> int:
    return await database.value(int, f'SELECT COUNT(*) FROM "{table}"') or 0


async def empty(table: str) -> None:
    await database.execute(f'DELETE FROM "{table}"')


async def fill(table: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Only inside a transaction."""
    named = ", ".join(f'"{name}"' for name in columns)
    marks = ", ".join("?" * len(columns))
    await database.execute_many(f'INSERT INTO "{table}" ({named}) VALUES ({marks})', rows)


class Snapshot:
    def __init__(self, connection: Any) -> None:
        self._connection = connection

    async def rows(self, table: str, columns: list[str]) -> AsyncIterator[list[tuple[Any, ...]]]:
        """All rows of a table, some at a time, with values as Python has them."""
        named = ", ".join(f'"{name}"' for name in columns)
        sql = f'SELECT {named} FROM "{table}"'
        with away():
            if isinstance(database.engine(), database.SQLite):
                cursor = await self._connection.execute(sql)
                while found := await cursor.fetchmany(ROWS):
                    yield [tuple(row.values()) for row in found]
                await cursor.close()
                return
            cursor = await self._connection.cursor(sql)
            while found := await cursor.fetch(ROWS):
                yield [tuple(row) for row in found]


@contextlib.asynccontextmanager
async def snapshot() -> AsyncIterator[Snapshot]:
    """Holds nobody up: both databases let others write meanwhile."""
    engine = database.engine()
    if isinstance(engine, database.SQLite):
        with away():
            connection = await engine.reading()
        try:
            await connection.execute("BEGIN")
            # The moment is that of the first look.
            await connection.execute_fetchall("SELECT 1 FROM sqlite_master LIMIT 1")
            yield Snapshot(connection)
        finally:
            await connection.close()
        return
    with away():
        connection = await engine.get_new_connection()
    try:
        async with connection.transaction(isolation="repeatable_read", readonly=True):
            # Whoever writes the file may be slower than a process that is lost.
            await connection.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
            yield Snapshot(connection)
    finally:
        await connection.close()
