"""The two databases behind one set of verbs. Statements written as SQL use {} for every value."""

from __future__ import annotations

import contextlib
import datetime as dt
import functools
from collections.abc import AsyncIterator, Iterable, Sequence
from typing import Any

import msgspec
from piccolo.apps.migrations.tables import Migration
from piccolo.table import Table

from app import tables
from app.database.away import Taken, away
from app.database.postgres import WAIT_SECONDS, Postgres
from app.database.sqlite import SQLite
from app.errors import Unavailable

__all__ = [
    "Engine",
    "Postgres",
    "SQLite",
    "Taken",
    "engine",
    "execute_many",
    "fetch",
    "insert_sql",
    "make",
    "moment",
    "now",
    "one_of",
    "transaction",
    "use",
]

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
    with away():
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
    with away():
        if isinstance(db, SQLite):
            text = _questioned(sql)
            if current is not None:
                return await current.connection.execute_fetchall(text, values)  # type: ignore[no-any-return]
            return await db._run_in_new_connection(text, values)  # type: ignore[no-any-return]
        if current is not None:
            return [dict(row) for row in await current.connection.fetch(_numbered(sql), *values)]
        if db.pool is None:
            raise Unavailable  # Not open yet, or closed already.
        async with db.pool.acquire(timeout=WAIT_SECONDS) as connection:
            return [dict(row) for row in await connection.fetch(_numbered(sql), *values)]


async def execute_many(sql: str, rows: Sequence[Sequence[Any]]) -> None:
    """One statement for many rows in one trip; only inside a transaction."""
    if not rows:
        return
    db = engine()
    current = db.current_transaction.get()
    assert current is not None
    with away():
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
