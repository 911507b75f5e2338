"""Places at which a process stands still, so that it can be killed exactly there."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import sqlite3
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

import asyncpg

from tests.matrix.world import World

LOCK = 815
LONG_WORK = 3000
"""Rows whose cube SQLite counts for longer than any test lasts."""
REACHED_SECONDS = 30.0
STEADY = 5
"""A lock that is seen this many times in a row is no passing one."""


class Brake:
    """The next INSERT into a table stops in its middle, in whichever process does it."""

    async def reached(self) -> None:
        deadline = time.monotonic() + REACHED_SECONDS
        seen = 0
        while seen < STEADY:
            assert time.monotonic() < deadline, "nobody came to the brake"
            seen = seen + 1 if await self.holds() else 0
            await asyncio.sleep(0.01)

    async def holds(self) -> bool:
        raise AssertionError


class PostgresBrake(Brake):
    """A trigger that waits for a lock which the test holds."""

    def __init__(self, connection: asyncpg.Connection) -> None:
        self.connection = connection

    async def holds(self) -> bool:
        waiting = await self.connection.fetchval(
            "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
            " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
        )
        return bool(waiting)


class SQLiteBrake(Brake):
    """A trigger that works for longer than the test; the write lock shows that it has begun."""

    def __init__(self, path: Path) -> None:
        self.path = path

    async def holds(self) -> bool:
        with contextlib.closing(sqlite3.connect(self.path, timeout=0)) as connection:
            try:
                connection.execute("BEGIN IMMEDIATE")
            except sqlite3.OperationalError:
                return True
        return False


@contextlib.asynccontextmanager
async def brake(world: World, table: str) -> AsyncIterator[Brake]:
    if world.on_sqlite:
        with _sqlite_brake(world.folder / "leavemsg.sqlite", table) as made:
            yield made
        return
    connection = await asyncpg.connect(world.url)
    try:
        await connection.execute(
            "CREATE OR REPLACE FUNCTION brake() RETURNS trigger LANGUAGE plpgsql AS"
            f" 'BEGIN PERFORM pg_advisory_xact_lock({LOCK}); RETURN NEW; END'"
        )
        await connection.execute(
            f"CREATE TRIGGER brake BEFORE INSERT ON {table} EXECUTE FUNCTION brake()"
        )
        await connection.execute("SELECT pg_advisory_lock($1)", LOCK)
        yield PostgresBrake(connection)
        await connection.execute("SELECT pg_advisory_unlock_all()")
        await connection.execute(f"DROP TRIGGER brake ON {table}")
    finally:
        await connection.close()


@contextlib.contextmanager
def _sqlite_brake(path: Path, table: str) -> Iterator[Brake]:
    numbers = f"WITH RECURSIVE n(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n LIMIT {LONG_WORK})"
    with contextlib.closing(sqlite3.connect(path, timeout=10, isolation_level=None)) as connection:
        connection.execute("CREATE TABLE brake (n)")
        connection.execute(f"INSERT INTO brake {numbers} SELECT n FROM n")
        connection.execute(
            f"CREATE TRIGGER brake_on BEFORE INSERT ON {table} BEGIN SELECT count(*)"
            " FROM brake a, brake b, brake c WHERE a.n + b.n + c.n < 0; END"
        )
        yield SQLiteBrake(path)
        connection.execute("DROP TRIGGER brake_on")
        connection.execute("DROP TABLE brake")


@contextlib.asynccontextmanager
async def held_lock(world: World) -> AsyncIterator[None]:
    """Somebody else's long transaction: SQLite's write lock, or the organization's row."""
    if world.on_sqlite:
        path = world.folder / "leavemsg.sqlite"
        with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as connection:
            connection.execute("BEGIN IMMEDIATE")
            yield
            connection.execute("ROLLBACK")
        return
    rival = await asyncpg.connect(world.url)
    try:
        async with rival.transaction():
            await rival.execute("SELECT 1 FROM organization FOR UPDATE")
            yield
    finally:
        await rival.close()


class Plug:
    """A port at which every connection hangs: its queue is full and nobody takes from it."""

    def __init__(self) -> None:
        self._listener = socket.socket()
        self._listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._listener.bind(("127.0.0.1", 0))
        self._listener.listen(0)
        self.port: int = self._listener.getsockname()[1]
        self._fillers = [self._filler() for _ in range(3)]

    def _filler(self) -> socket.socket:
        made = socket.socket()
        made.setblocking(False)
        made.connect_ex(("127.0.0.1", self.port))
        return made

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for one in (*self._fillers, self._listener):
            one.close()
