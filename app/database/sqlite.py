"""SQLite with one writer and some readers.

Piccolo's own engine opens a connection and a thread for every query and begins transactions that
cannot be upgraded under concurrency; this one keeps its connections and always begins IMMEDIATE.
"""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
import time
from collections.abc import Awaitable, Callable
from typing import Any

import aiosqlite
from piccolo.engine.sqlite import SQLiteEngine, SQLiteTransaction, TransactionType

from app import turns
from app.database.away import away
from app.database.converting import as_dict

READERS, FOR_VISITORS = 3, 1
"""Connections that read, and one more that visitors have to themselves when these are taken."""
GOODBYE_SECONDS = 1.0
RETRY_SECONDS = 0.02
BUSY_SECONDS = 10
"""How long a statement waits for another process (the command line) to finish writing; shorter than
the time for a stop, which waits for it."""
LOOK_MS = 8
"""After this SQLite begins anew to look whether another process has finished: after 1, 2 and 5 ms.
It would go on ever more seldom, in the end ten times a second, and hardly find a moment between
two transactions of a process that is busy."""
PATIENT, BRIEF = (f"PRAGMA busy_timeout = {ms}" for ms in (BUSY_SECONDS * 1000, LOOK_MS))
PRAGMAS = (
    PATIENT,
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = 1",
    "PRAGMA secure_delete = 1",
)


class _Kept:
    """A borrowed connection: closing it, as Piccolo does, gives it back."""

    def __init__(self, connection: aiosqlite.Connection, lock: asyncio.Lock) -> None:
        self._connection = connection
        self._lock = lock
        # What every statement of a transaction asks for.
        self.execute_fetchall = connection.execute_fetchall
        self.executemany = connection.executemany

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connection, name)

    async def close(self) -> None:
        self._lock.release()


async def _patiently(connection: aiosqlite.Connection, pragma: str) -> None:
    """Retries a pragma: SQLite refuses at once, whatever the timeout, when two turn a new file to
    WAL together, since waiting would deadlock: https://www.sqlite.org/c3ref/busy_handler.html."""
    until = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            await connection.execute(pragma)
            return
        except sqlite3.OperationalError as error:
            if not _is_busy(error) or time.monotonic() > until:
                raise
        await asyncio.sleep(RETRY_SECONDS)


def _is_busy(error: sqlite3.OperationalError) -> bool:
    return error.sqlite_errorcode & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)


async def _in_turn(ask: Callable[[], Awaitable[Any]], seconds: float) -> Any:
    """Writes once no other process does, or gives up; whoever waited for our own writers before has
    so much less time."""
    until = time.monotonic() + seconds
    while True:
        try:
            return await ask()
        except sqlite3.OperationalError as error:
            if not _is_busy(error) or time.monotonic() > until:
                raise


class _Immediate(SQLiteTransaction):
    engine: SQLite

    async def __aenter__(self) -> SQLiteTransaction:
        if self._parent is not None:
            return self._parent
        with away():
            began = time.monotonic()
            async with asyncio.timeout(BUSY_SECONDS):
                self.connection = await self.engine.get_connection()
            try:
                await _in_turn(self.begin, BUSY_SECONDS - (time.monotonic() - began))
            except BaseException:
                await self._undo()
                raise
        self.context = self.engine.current_transaction.set(self)
        return self

    async def __aexit__(self, kind: Any, error: Any, trace: Any) -> bool:
        if self._parent is not None:
            return False
        self.engine.current_transaction.reset(self.context)
        if kind is not None:
            await self._undo()
            return False
        try:
            with away(committing=True):
                await self.commit()  # type: ignore[no-untyped-call]
        except BaseException:
            await self._undo()
            raise
        await self.connection.close()
        return False

    async def _undo(self) -> None:
        """Rolls back and gives the connection back, also when cancelled: the connection works in
        order, so this comes after whatever was begun."""
        try:
            with contextlib.suppress(sqlite3.Error):
                await asyncio.shield(self.connection.rollback())
        finally:
            await self.connection.close()


class SQLite(SQLiteEngine):
    """One writer behind a lock and a few readers, all opened once and kept."""

    def __init__(self, path: str) -> None:
        super().__init__(path=path, timeout=BUSY_SECONDS)
        self._writer: aiosqlite.Connection | None = None
        self._writing = asyncio.Lock()
        self._readers: asyncio.Queue[aiosqlite.Connection] = asyncio.Queue()
        self._for_visitors: asyncio.Queue[aiosqlite.Connection] = asyncio.Queue()
        self._loop: asyncio.AbstractEventLoop | None = None

    async def open(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._writing = asyncio.Lock()
        self._readers, self._for_visitors = asyncio.Queue(), asyncio.Queue()
        with away(quiet=True):
            opened = [await self._connect()]
            try:
                for _ in range(READERS + FOR_VISITORS):
                    opened.append(await self._connect())
            except BaseException:
                for connection in opened:
                    await connection.close()
                raise
        self._writer, *readers = opened
        await self._writer.execute(BRIEF)
        for number, reader in enumerate(readers):
            (self._readers if number < READERS else self._for_visitors).put_nowait(reader)

    async def close(self) -> None:
        if self._writer is None:
            return
        async with self._writing:
            for each, many in ((self._readers, READERS), (self._for_visitors, FOR_VISITORS)):
                for _ in range(many):
                    await (await each.get()).close()
            await self._writer.close()
            self._writer = None

    async def _connect(self) -> aiosqlite.Connection:
        # A leftover connection thread must not keep the process alive.
        connection = aiosqlite.connect(**self.connection_kwargs)
        connection._thread.daemon = True
        try:
            await connection
            connection.row_factory = as_dict  # type: ignore[assignment]
            for pragma in PRAGMAS:
                await _patiently(connection, pragma)
        except BaseException:
            await connection.close()
            # The thread reports its end to the loop, which must still be running.
            await asyncio.to_thread(connection._thread.join, GOODBYE_SECONDS)
            raise
        return connection

    async def forget(self) -> None:
        """Takes what was deleted out of the log, too, unless somebody reads it at the moment."""
        writer = await self._ready()
        async with self._writing:
            await writer.execute(PATIENT)
            try:
                await writer.execute_fetchall("PRAGMA wal_checkpoint(TRUNCATE)")
            finally:
                await writer.execute(BRIEF)

    async def reading(self) -> aiosqlite.Connection:
        """A connection for somebody who reads for long. Whoever asked closes it."""
        return await self._connect()

    async def _ready(self) -> aiosqlite.Connection:
        """The writer, opened at first use, and again on another event loop (as Piccolo's command
        line has)."""
        if self._writer is None or self._loop is not asyncio.get_running_loop():
            await self.open()
        assert self._writer is not None
        return self._writer

    def transaction(
        self,
        transaction_type: TransactionType = TransactionType.immediate,
        allow_nested: bool = True,
    ) -> SQLiteTransaction:
        return _Immediate(self, TransactionType.immediate, allow_nested)

    async def get_connection(self) -> Any:
        writer = await self._ready()
        await self._writing.acquire()
        return _Kept(writer, self._writing)

    async def _run_in_new_connection(
        self, query: str, args: Any = None, query_type: str = "generic", table: Any = None
    ) -> Any:
        with away():
            if query.lstrip()[:6].upper() != "SELECT":
                writer = await self._ready()
                began = time.monotonic()
                async with asyncio.timeout(BUSY_SECONDS):
                    await self._writing.acquire()
                try:
                    return await _in_turn(
                        lambda: writer.execute_fetchall(query, args or []),
                        BUSY_SECONDS - (time.monotonic() - began),
                    )
                finally:
                    self._writing.release()
            await self._ready()
            taken = self._readers.empty() and turns.are_visitors()
            readers = self._for_visitors if taken else self._readers
            reader = await readers.get()
            try:
                return await reader.execute_fetchall(query, args or [])
            finally:
                readers.put_nowait(reader)

    async def _run_in_existing_connection(
        self,
        connection: Any,
        query: str,
        args: Any = None,
        query_type: str = "generic",
        table: Any = None,
    ) -> Any:
        with away():
            return await connection.execute_fetchall(query, args or [])
