"""The same verbs mean the same on both databases."""

from __future__ import annotations

import asyncio
import contextlib
import contextvars
import datetime as dt
from typing import Any

import pytest

from app import database
from app.database.away import AWAY
from app.errors import Unavailable
from app.tables import Organization, new_id


async def add(slug: str) -> None:
    await database.execute_many(
        "INSERT INTO organization (id, slug, name, created_at, locale, timezone)"
        " VALUES (?, ?, '', ?, 'en', 'UTC')",
        [(new_id(), slug, dt.datetime(2026, 11, 22, 8, tzinfo=dt.UTC))],
    )


async def add_all(*slugs: str, fails: bool = False, nested: bool = False) -> None:
    """All of them in one transaction; the first in one of its own inside it."""
    async with database.transaction():
        for slug in slugs:
            async with database.transaction() if nested else contextlib.nullcontext():
                await add(slug)
        if fails:
            raise ValueError("mine")


async def stored() -> set[str]:
    return {row["slug"] for row in await database.rows(dict, "SELECT slug FROM organization")}


async def nothing_is_left_open() -> None:
    engine = database.engine()
    if isinstance(engine, database.SQLite):
        assert engine._writer is not None
        assert not engine._writer.in_transaction
        assert engine._readers.qsize() == 3
        assert not engine._writing.locked()
        return
    assert engine.pool is not None
    rows = await database.rows(
        dict,
        "SELECT count(*) AS n FROM pg_stat_activity"
        " WHERE datname = current_database() AND state LIKE 'idle in transaction%'",
    )
    assert rows[0]["n"] == 0
    assert engine.pool.get_idle_size() == engine.pool.get_size()


async def test_a_transaction_is_stored_whole(db: str) -> None:
    await add_all("one", "two")
    assert await stored() == {"one", "two"}
    await nothing_is_left_open()


async def test_a_fault_undoes_everything(db: str) -> None:
    with pytest.raises(ValueError, match="mine"):
        await add_all("one", fails=True)
    assert await stored() == set()
    await nothing_is_left_open()


async def test_a_transaction_inside_another_is_part_of_it(db: str) -> None:
    with pytest.raises(ValueError, match="mine"):
        await add_all("one", "two", nested=True, fails=True)
    assert await stored() == set()
    await add_all("one", "two", nested=True)
    assert await stored() == {"one", "two"}
    await nothing_is_left_open()


async def test_what_is_not_committed_is_seen_by_nobody_else(db: str) -> None:
    async with database.transaction():
        await add("one")
        assert await stored() == {"one"}
        # A new context has no part in the transaction of this one.
        other = asyncio.get_running_loop().create_task(stored(), context=contextvars.Context())
        assert await other == set()


async def test_a_refused_row_undoes_the_rows_before_it(db: str) -> None:
    with pytest.raises(database.Taken, match="slug") as caught:
        await add_all("one", "one")
    assert "one" not in str(caught.value).replace("organization", "")
    assert await stored() == set()
    await nothing_is_left_open()


async def test_writers_take_turns(db: str) -> None:
    await add_all("counter")

    async def once() -> None:
        async with database.transaction():
            (row,) = await database.rows(
                dict, "UPDATE organization SET wakes = wakes + 1 RETURNING wakes AS n"
            )
            await database.execute("UPDATE organization SET messages = ?", row["n"])

    await asyncio.gather(*(once() for _ in range(40)))
    (row,) = await database.rows(dict, "SELECT wakes, messages FROM organization")
    assert (row["wakes"], row["messages"]) == (40, 40)
    await nothing_is_left_open()


async def test_who_is_cancelled_at_any_moment_leaves_all_or_nothing(db: str) -> None:
    for number in range(40):
        task = asyncio.create_task(add_all(f"{number}-first", f"{number}-second"))
        for _ in range(number % 20):
            await asyncio.sleep(0)
        await asyncio.sleep(0.0001 * (number // 2))
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    found = await stored()
    halves = [slug.partition("-")[0] for slug in found]
    assert all(halves.count(number) == 2 for number in halves)
    await nothing_is_left_open()


async def test_many_cancelled_at_once_block_nobody(db: str) -> None:
    tasks = [asyncio.create_task(add_all(str(number))) for number in range(30)]
    await asyncio.sleep(0.002)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    async with asyncio.timeout(30):
        await add_all("after")
    assert "after" in await stored()
    await nothing_is_left_open()


async def test_a_wrong_statement_is_our_fault_and_no_outage(db: str) -> None:
    for sql in ("SELECT nothing FROM nowhere", "SELEC", "SELECT nothing FROM organization"):
        with pytest.raises(Exception) as caught:
            await database.execute(sql)
        assert not isinstance(caught.value, Unavailable)


async def test_a_value_of_the_wrong_kind_is_our_fault_and_no_outage(db: str) -> None:
    with pytest.raises(Exception) as caught:
        await database.execute("SELECT 1 FROM organization WHERE due_at < ?", object())
    assert not isinstance(caught.value, Unavailable)


async def test_values_come_back_as_they_went_in(db: str) -> None:
    moment = dt.datetime(2026, 11, 22, 8, 0, 0, 123456, tzinfo=dt.UTC)
    values: dict[str, Any] = {"id": new_id(), "slug": "字", "name": "'; --%", "created_at": moment}
    values |= {"locale": "{}", "timezone": "?", "wakes": 2**40, "rate_limit_per_minute": 0}
    async with database.transaction():
        await Organization.insert(Organization(**values))
    (row,) = await database.rows(dict, "SELECT * FROM organization WHERE id = ?", values["id"])
    assert {name: row[name] for name in values} == values


async def test_several_rows_are_found_by_a_list(db: str) -> None:
    await add_all("a", "b", "c")
    rows = await Organization.select(Organization.id).where(Organization.slug.is_in(["a", "c"]))
    for column, wanted in (("slug", ["a", "c"]), ("id", [row["id"] for row in rows])):
        condition, value = database.one_of(column, wanted)
        found = await database.rows(dict, f"SELECT slug FROM organization WHERE {condition}", value)
        assert {row["slug"] for row in found} == {"a", "c"}
        condition, value = database.one_of(column, [])
        assert (
            await database.rows(dict, f"SELECT slug FROM organization WHERE {condition}", value)
            == []
        )


async def test_the_clock_is_in_utc(db: str) -> None:
    now = await database.now()
    assert now.utcoffset() == dt.timedelta(0)
    assert abs((now - dt.datetime.now(dt.UTC)).total_seconds()) < 5


async def test_many_rows_are_written_only_inside_a_transaction(db: str) -> None:
    await database.execute_many("INSERT INTO organization (slug) VALUES (?)", [])
    with pytest.raises(AssertionError):
        await add("one")


@pytest.mark.parametrize("error", AWAY)
def test_every_kind_of_absence_is_an_exception_of_its_own(error: type[BaseException]) -> None:
    assert issubclass(error, Exception)
    assert not issubclass(error, Unavailable)
