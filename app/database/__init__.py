"""The two databases behind one set of verbs. Statements written as SQL have ? for every value.

Functions return rows as structs. Ordinary queries are Piccolo's; what it cannot express, or too
slowly, is SQL that also names columns by attribute, so that mypy sees a renamed one:

    class Note(msgspec.Struct):
        text: str
        visible: bool

    query = Remark.select(Remark.text, Remark.visible).where(Remark.message == message)
    notes = await rows(Note, query)

    r = names(Remark)
    sql = f"SELECT {columns(r.text, r.visible)} FROM {r} WHERE {r.message} = ?"
    notes = await rows(Note, sql, message)
"""

from __future__ import annotations

import contextlib
import datetime as dt
import functools
import operator
import time
from collections.abc import AsyncIterator, Awaitable, Sequence
from typing import Any, TypeVar

import msgspec
from piccolo.columns import Column
from piccolo.table import TABLE_REGISTRY

from app import settings
from app.database import compiling as compiling
from app.database.away import Taken, away
from app.database.names import columns, name_of, names
from app.database.postgres import WAIT_SECONDS, Postgres
from app.database.sqlite import SQLite
from app.errors import Unavailable
from app.metrics.counted import TRANSACTIONS

__all__ = [
    "Engine",
    "Postgres",
    "SQLite",
    "Taken",
    "ago",
    "columns",
    "engine",
    "execute",
    "execute_many",
    "in_use",
    "insert",
    "make",
    "names",
    "now",
    "one_of",
    "pairs",
    "row",
    "rows",
    "transaction",
    "update",
    "use",
    "value",
    "values",
]

Engine = SQLite | Postgres
T = TypeVar("T")
Query = str | Awaitable[list[dict[str, Any]]]
"""SQL text, or a query of Piccolo's."""
_engine: Engine | None = None


def make(database_url: str, sqlite_path: str) -> Engine:
    return Postgres(database_url) if database_url else SQLite(sqlite_path)


def use(engine: Engine) -> None:
    """Makes every table, every function here and every migration use `engine`."""
    global _engine
    _engine = engine
    for table in TABLE_REGISTRY:
        table._meta._db = engine


def engine() -> Engine:
    """The engine in use; at first, the one of the environment's settings."""
    if _engine is None:
        current = settings.current()
        use(make(current.database_url, str(current.sqlite_path)))
    assert _engine is not None
    return _engine


def in_use() -> Engine | None:
    """None until one is named or asked for."""
    return _engine


@contextlib.asynccontextmanager
async def transaction() -> AsyncIterator[None]:
    """Everything inside is committed together or not at all. Never create a task inside."""
    db, began = engine(), time.monotonic()
    outermost = db.current_transaction.get() is None
    # SQLite's own tells whether the database answered.
    with contextlib.nullcontext() if isinstance(db, SQLite) else away():
        async with db.transaction():
            yield
    if outermost:
        TRANSACTIONS.observe(time.monotonic() - began)


async def now() -> dt.datetime:
    """The database's clock on PostgreSQL, the machine's on SQLite. Stored times compare with this
    only."""
    if isinstance(engine(), SQLite):
        return dt.datetime.now(dt.UTC)
    found = await value(dt.datetime, "SELECT clock_timestamp() AS now")
    assert found is not None
    return found


async def is_standby() -> bool:
    """Whether this is a PostgreSQL that follows another one, and takes no writes."""
    if isinstance(engine(), SQLite):
        return False
    return await value(bool, "SELECT pg_is_in_recovery()") is True


async def rows(kind: type[T], query: Query, *bound: Any) -> list[T]:
    """Each row as a struct with fields named like the columns. What SQLite returns as text or
    number (from RETURNING, min and other expressions) is converted to the field's type."""
    found = await _found(query, bound)
    # Nothing is the most frequent answer.
    return msgspec.convert(found, list[kind], strict=False) if found else []  # type: ignore[valid-type]


async def row(kind: type[T], query: Query, *bound: Any) -> T | None:
    """The first row, None where there is none."""
    found = await rows(kind, query, *bound)
    return found[0] if found else None


async def values(kind: type[T], query: Query, *bound: Any) -> list[T]:
    """The only column of each row."""
    only = [next(iter(each.values())) for each in await _found(query, bound)]
    return msgspec.convert(only, list[kind], strict=False)  # type: ignore[valid-type]


async def value(kind: type[T], query: Query, *bound: Any) -> T | None:
    """The only column of the first row. None for no row or NULL."""
    found = await values(kind | None, query, *bound)  # type: ignore[arg-type]
    return found[0] if found else None


async def execute(sql: str, *bound: Any) -> None:
    """Runs a statement that returns nothing."""
    await _fetch(sql, bound)


async def forget() -> None:
    """After something was deleted for good: SQLite keeps pages in its log as they were. PostgreSQL
    clears its rows by itself (autovacuum)."""
    if isinstance(found := engine(), SQLite):
        await found.forget()


async def execute_many(sql: str, many: Sequence[Sequence[Any]]) -> None:
    """One statement for many rows in one trip; only inside a transaction."""
    if not many:
        return
    db = engine()
    current = db.current_transaction.get()
    assert current is not None
    if isinstance(db, SQLite):
        with away():
            await current.connection.executemany(sql, many)
        return
    async with db.answering():
        await current.connection.executemany(_numbered(sql), many)


async def insert(
    into: Sequence[Column],
    structs: Sequence[msgspec.Struct],
    *,
    keep: bool = False,
    update: Sequence[Column] = (),
) -> None:
    """Many rows of one table in one trip, from structs with fields named like the columns; only
    inside a transaction. If a row exists (same first column), its `update` columns change; with
    `keep`, a row that conflicts stays as it is. Faster than Piccolo's, which rebuilds every
    statement."""
    if not structs:
        return
    named = [name_of(each) for each in into]
    marks = ", ".join("?" * len(named))
    together = _are_together(structs)
    source = f"SELECT * FROM unnest({_arrays(into)})" if together else f"VALUES ({marks})"
    sql = f"INSERT INTO {_table(into)} ({', '.join(named)}) {source}"
    if keep:
        sql += " ON CONFLICT DO NOTHING"
    elif update:
        changed = ", ".join(f"{name} = excluded.{name}" for name in map(name_of, update))
        sql += f" ON CONFLICT ({named[0]}) DO UPDATE SET {changed}"
    await _with_all(sql, named, structs, together=together)


async def update(of: Sequence[Column], structs: Sequence[msgspec.Struct]) -> None:
    """Many rows of one table in one trip, from structs with fields named like the columns: the
    first column says which row, the others change. Only inside a transaction."""
    if not structs:
        return
    table, (key, *named) = _table(of), [name_of(each) for each in of]
    if together := _are_together(structs):
        changed = ", ".join(f"{name} = one.{name}" for name in named)
        listed = f"unnest({_arrays(of)}) AS one ({key}, {', '.join(named)})"
        sql = f"UPDATE {table} SET {changed} FROM {listed} WHERE {table}.{key} = one.{key}"
        named = [key, *named]
    else:
        changed = ", ".join(f"{name} = ?" for name in named)
        sql = f"UPDATE {table} SET {changed} WHERE {key} = ?"
        named = [*named, key]
    await _with_all(sql, named, structs, together=together)


def _table(of: Sequence[Column]) -> str:
    return of[0]._meta.table._meta.tablename


def _are_together(structs: Sequence[msgspec.Struct]) -> bool:
    """Whether one statement takes all of them, as arrays: PostgreSQL plans a statement anew for
    each row that it is run with."""
    return len(structs) > 1 and not isinstance(engine(), SQLite)


def _arrays(of: Sequence[Column]) -> str:
    """A mark for the values of each column. A text that is too long is refused by its column."""
    types = (each.column_type.partition("(")[0] for each in of)
    return ", ".join(f"CAST(? AS {each}[])" for each in types)


async def _with_all(
    sql: str, named: Sequence[str], structs: Sequence[msgspec.Struct], *, together: bool
) -> None:
    found = [*map(operator.attrgetter(*named), structs)]
    if together:
        await execute(sql, *map(list, zip(*found, strict=True)))
    else:
        await execute_many(sql, found)


@functools.lru_cache(maxsize=512)
def _numbered(sql: str) -> str:
    first, *rest = sql.split("?")
    return first + "".join(f"${n}{part}" for n, part in enumerate(rest, start=1))


async def _found(query: Query, bound: Sequence[Any]) -> list[dict[str, Any]]:
    return await (_fetch(query, bound) if isinstance(query, str) else query)


async def _fetch(sql: str, bound: Sequence[Any]) -> list[dict[str, Any]]:
    db = engine()
    current = db.current_transaction.get()
    if isinstance(db, SQLite):
        with away():
            if current is not None:
                return await current.connection.execute_fetchall(sql, bound)  # type: ignore[no-any-return]
            return await db._run_in_new_connection(sql, bound)  # type: ignore[no-any-return]
    async with db.answering():
        if current is not None:
            return [dict(row) for row in await current.connection.fetch(_numbered(sql), *bound)]
        if db.pool is None:
            raise Unavailable  # Not open yet, or closed already.
        async with db.turn(), db.pool.acquire(timeout=WAIT_SECONDS) as connection:
            return [dict(row) for row in await connection.fetch(_numbered(sql), *bound)]


def one_of(column: str, values: Sequence[Any]) -> tuple[str, Any]:
    """A condition "column is one of these", and its single value, for either database."""
    if isinstance(engine(), SQLite):
        listed = msgspec.json.encode([str(value) for value in values]).decode()
        return f"{column} IN (SELECT value FROM json_each(?))", listed
    return f"{column} = ANY(?)", list(values)


def ago(past: dt.timedelta) -> tuple[str, Any]:
    """That long before `now`, within a statement, and its value."""
    if isinstance(engine(), SQLite):
        return "?", dt.datetime.now(dt.UTC) - past
    return "clock_timestamp() - CAST(? AS interval)", past


def pairs(values: Sequence[tuple[str, str]]) -> tuple[str, tuple[Any, ...]]:
    """A table `asked` of these texts in their order (`place`, `one`, `other`), and its values."""
    if isinstance(engine(), SQLite):
        listed = (
            "(SELECT key AS place, json_extract(value, '$[0]') AS one,"
            " json_extract(value, '$[1]') AS other FROM json_each(?)) AS asked"
        )
        return listed, (msgspec.json.encode(values).decode(),)
    listed = (
        "unnest(CAST(? AS text[]), CAST(? AS text[])) WITH ORDINALITY AS asked (one, other, place)"
    )
    return listed, ([one for one, _ in values], [other for _, other in values])
