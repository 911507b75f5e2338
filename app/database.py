"""The two databases behind one set of verbs: SQLite with one writer and some readers, PostgreSQL
with a pool.

Piccolo's own SQLite engine opens a connection and a thread for every query and begins transactions
that cannot be upgraded under concurrency; this one keeps its connections and always begins
IMMEDIATE.
Statements written as SQL use {} for every value.
"""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import functools
import sqlite3
from collections.abc import AsyncIterator, Iterable, Sequence
from typing import Any

import aiosqlite
import asyncpg
import msgspec
from piccolo.apps.migrations.tables import Migration
from piccolo.engine.postgres import PostgresEngine
from piccolo.engine.sqlite import SQLiteEngine, SQLiteTransaction, TransactionType, dict_factory
from piccolo.table import Table

from app import tables
from app.errors import Unavailable

READERS = 3
BUSY_SECONDS = 30
"""How long a statement waits for another process (the command line) to finish writing."""
PRAGMAS = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000}",
    "PRAGMA foreign_keys = 1",
    "PRAGMA secure_delete = 1",
)
POOL_SIZE = 10
CONNECT_SECONDS = 5
COMMAND_SECONDS = 30

AWAY = (
    OSError,
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,
    asyncpg.CannotConnectNowError,
    asyncpg.TooManyConnectionsError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.DiskFullError,
    asyncpg.ReadOnlySQLTransactionError,
    asyncpg.LockNotAvailableError,
    asyncpg.QueryCanceledError,
    sqlite3.OperationalError,
    TimeoutError,
)


@contextlib.contextmanager
def _away() -> Any:
    """A database that does not answer is Unavailable; a statement that is wrong stays what it
    is."""
    try:
        yield
    except AWAY as error:
        if isinstance(error, sqlite3.OperationalError) and _is_our_fault(error):
            raise
        raise Unavailable from error


def _is_our_fault(error: sqlite3.OperationalError) -> bool:
    return any(word in str(error) for word in ("no such", "syntax error", "near ", "has no column"))


class _Kept:
    """A connection on loan: Piccolo closes it, which gives it back."""

    def __init__(self, connection: aiosqlite.Connection, lock: asyncio.Lock) -> None:
        self._connection = connection
        self._lock = lock

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connection, name)

    async def close(self) -> None:
        self._lock.release()


class _Immediate(SQLiteTransaction):
    async def __aenter__(self) -> SQLiteTransaction:
        if self._parent is not None:
            return self._parent
        with _away():
            self.connection = await self.engine.get_connection()
            try:
                await self.begin()  # type: ignore[no-untyped-call]
            except BaseException:
                await self._end()
                raise
        self.context = self.engine.current_transaction.set(self)
        return self

    async def __aexit__(self, kind: Any, error: Any, trace: Any) -> bool:
        if self._parent is not None:
            return False
        try:
            if kind is not None:
                await asyncio.shield(self.rollback())  # type: ignore[no-untyped-call]
            else:
                with _away():
                    await self.commit()  # type: ignore[no-untyped-call]
        finally:
            self.engine.current_transaction.reset(self.context)
            await self._end()
        return False

    async def _end(self) -> None:
        """Never hands back a connection with an open transaction, also when cancelled half way."""
        if self.connection.in_transaction:
            with contextlib.suppress(sqlite3.Error):
                await asyncio.shield(self.connection.execute("ROLLBACK"))
        await self.connection.close()


class SQLite(SQLiteEngine):
    """One writer behind a lock and a few readers, all opened once and kept."""

    def __init__(self, path: str) -> None:
        super().__init__(path=path, timeout=BUSY_SECONDS)
        self._writer: aiosqlite.Connection | None = None
        self._writing = asyncio.Lock()
        self._readers: asyncio.Queue[aiosqlite.Connection] = asyncio.Queue()
        self._loop: asyncio.AbstractEventLoop | None = None

    async def open(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._writing = asyncio.Lock()
        self._readers = asyncio.Queue()
        with _away():
            self._writer = await self._connect()
            for _ in range(READERS):
                self._readers.put_nowait(await self._connect())

    async def close(self) -> None:
        if self._writer is None:
            return
        async with self._writing:
            for _ in range(READERS):
                await (await self._readers.get()).close()
            await self._writer.close()
            self._writer = None

    async def _connect(self) -> aiosqlite.Connection:
        # A left-over connection thread must never keep the process alive.
        connection = aiosqlite.connect(**self.connection_kwargs)
        connection._thread.daemon = True
        await connection
        connection.row_factory = dict_factory  # type: ignore[assignment]
        for pragma in PRAGMAS:
            await connection.execute(pragma)
        return connection

    async def _ready(self) -> aiosqlite.Connection:
        """Opens at first use, and anew on another event loop (Piccolo's own command line does
        that)."""
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
        with _away():
            if query.lstrip()[:6].upper() != "SELECT":
                writer = await self._ready()
                async with self._writing:
                    return await writer.execute_fetchall(query, args or [])
            await self._ready()
            reader = await self._readers.get()
            try:
                return await reader.execute_fetchall(query, args or [])
            finally:
                self._readers.put_nowait(reader)

    async def _run_in_existing_connection(
        self,
        connection: Any,
        query: str,
        args: Any = None,
        query_type: str = "generic",
        table: Any = None,
    ) -> Any:
        with _away():
            return await connection.execute_fetchall(query, args or [])


class Postgres(PostgresEngine):
    def __init__(self, dsn: str) -> None:
        super().__init__(
            config={"dsn": dsn, "timeout": CONNECT_SECONDS, "command_timeout": COMMAND_SECONDS},
            extensions=(),
        )

    async def open(self) -> None:
        with _away():
            await self.start_connection_pool(min_size=1, max_size=POOL_SIZE)

    async def close(self) -> None:
        if self.pool is not None:
            await self.close_connection_pool()

    async def run_querystring(self, *args: Any, **kwargs: Any) -> Any:
        with _away():
            return await super().run_querystring(*args, **kwargs)

    async def _run_in_pool(self, *args: Any, **kwargs: Any) -> Any:
        with _away():
            return await super()._run_in_pool(*args, **kwargs)

    async def _run_in_new_connection(self, *args: Any, **kwargs: Any) -> Any:
        with _away():
            return await super()._run_in_new_connection(*args, **kwargs)


Engine = SQLite | Postgres
_engine: Engine | None = None


def make(database_url: str, sqlite_path: str) -> Engine:
    return Postgres(database_url) if database_url else SQLite(sqlite_path)


def use(engine: Engine) -> None:
    """Makes `engine` the one that every table, every verb here and every migration speaks to."""
    import piccolo_conf

    global _engine
    _engine = piccolo_conf.DB = engine
    known: tuple[type[Table], ...] = (*tables.ALL, Migration)
    for table in known:
        table._meta._db = engine


def engine() -> Engine:
    if _engine is None:
        import piccolo_conf

        use(piccolo_conf.DB)
    assert _engine is not None
    return _engine


@contextlib.asynccontextmanager
async def transaction() -> AsyncIterator[None]:
    """Everything inside is committed together or not at all. Never create a task inside."""
    db = engine()
    if isinstance(db, SQLite):
        async with db.transaction():
            yield
        return
    with _away():
        async with db.transaction():
            yield


async def now() -> dt.datetime:
    """The database's clock on PostgreSQL, the machine's on SQLite: the one clock that is
    compared."""
    if isinstance(engine(), SQLite):
        return dt.datetime.now(dt.UTC)
    return (await fetch("SELECT clock_timestamp() AS now"))[0]["now"]  # type: ignore[no-any-return]


@functools.lru_cache(maxsize=512)
def _numbered(sql: str) -> str:
    first, *rest = sql.split("{}")
    return first + "".join(f"${n}{part}" for n, part in enumerate(rest, start=1))


@functools.lru_cache(maxsize=512)
def _questioned(sql: str) -> str:
    return sql.replace("{}", "?")


async def fetch(sql: str, *values: Any) -> list[dict[str, Any]]:
    """Rows as dicts. Under SQLite a column of RETURNING comes back raw: read typed columns by
    SELECT."""
    db = engine()
    current = db.current_transaction.get()
    with _away():
        if isinstance(db, SQLite):
            text = _questioned(sql)
            if current is not None:
                return await current.connection.execute_fetchall(text, values)  # type: ignore[no-any-return]
            return await db._run_in_new_connection(text, values)  # type: ignore[no-any-return]
        if current is not None:
            return [dict(row) for row in await current.connection.fetch(_numbered(sql), *values)]
        assert db.pool is not None
        return [dict(row) for row in await db.pool.fetch(_numbered(sql), *values)]


async def execute_many(sql: str, rows: Sequence[Sequence[Any]]) -> None:
    """One statement for many rows in one trip; only inside a transaction."""
    if not rows:
        return
    db = engine()
    current = db.current_transaction.get()
    assert current is not None
    with _away():
        if isinstance(db, SQLite):
            await current.connection.executemany(_questioned(sql), rows)
        else:
            await current.connection.executemany(_numbered(sql), rows)


def insert_sql(table: str, columns: Iterable[str]) -> str:
    names = list(columns)
    return f"INSERT INTO {table} ({', '.join(names)}) VALUES ({', '.join(['{}'] * len(names))})"


def one_of(column: str, values: Sequence[Any]) -> tuple[str, Any]:
    """A condition "column is one of these", and its single value, for either database."""
    if isinstance(engine(), SQLite):
        listed = msgspec.json.encode([str(value) for value in values]).decode()
        return f"{column} IN (SELECT value FROM json_each({{}}))", listed
    return f"{column} = ANY({{}})", list(values)


def moment(value: Any) -> dt.datetime | None:
    """A time from an expression (min, RETURNING), which SQLite gives back as text."""
    if value is None or isinstance(value, dt.datetime):
        return value
    return dt.datetime.fromisoformat(value).replace(tzinfo=dt.UTC)
