"""SQLite: one writer, some readers, and everything that can stand in their way."""

from __future__ import annotations

import asyncio
import contextlib
import importlib
import sqlite3
import threading
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from app import database, turns
from app.database import sqlite
from app.errors import Unavailable
from app.tables import new_id


@pytest.fixture
async def engine(tmp_path: Path, configure: Callable[..., Any]) -> AsyncIterator[database.SQLite]:
    """A file with one small table."""
    made = database.SQLite(str(tmp_path / "leavemsg.sqlite"))
    database.use(made)
    await made.open()
    await database.execute("CREATE TABLE thing (id TEXT PRIMARY KEY, body TEXT)")
    yield made
    await made.close()


async def add(*bodies: str) -> None:
    async with database.transaction():
        sql = "INSERT INTO thing (id, body) VALUES (?, ?)"
        for body in bodies or ("x",):
            await database.execute_many(sql, [(str(new_id()), body)])


async def count() -> int:
    return int((await database.rows(dict, "SELECT count(*) AS n FROM thing"))[0]["n"])


def writer(engine: database.SQLite) -> Any:
    assert engine._writer is not None
    return engine._writer


def threads() -> set[threading.Thread]:
    """Those of connections; the loop's own pool has others."""
    return {each for each in threading.enumerate() if "connection" in each.name}


@contextlib.contextmanager
def other_process(engine: database.SQLite) -> Any:
    """Another connection to the same file, as the command line would have it."""
    connection = sqlite3.connect(engine.path, isolation_level=None, check_same_thread=False)
    yield connection
    connection.close()


async def test_what_is_committed_survives_a_power_cut(engine: database.SQLite) -> None:
    for pragma, value in (("journal_mode", "wal"), ("synchronous", 2), ("foreign_keys", 1)):
        rows = await writer(engine).execute_fetchall(f"PRAGMA {pragma}")
        assert list(rows[0].values()) == [value]


async def test_readers_do_not_wait_for_a_writer(engine: database.SQLite) -> None:
    with other_process(engine) as other:
        other.execute("BEGIN IMMEDIATE")
        started = time.monotonic()
        assert await count() == 0
        assert time.monotonic() - started < 4


async def test_a_lock_of_another_process_is_waited_for(engine: database.SQLite) -> None:
    with other_process(engine) as other:
        other.execute("BEGIN IMMEDIATE")
        waiting = asyncio.create_task(add())
        await asyncio.sleep(0.3)
        assert not waiting.done()
        other.execute("COMMIT")
        await waiting
    assert await count() == 1


async def test_a_lock_that_is_held_for_too_long_is_an_outage(
    engine: database.SQLite, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite, "BUSY_SECONDS", 0.1)
    with other_process(engine) as other:
        other.execute("BEGIN IMMEDIATE")
        for _ in range(3):
            with pytest.raises(Unavailable):
                await add()
        assert not writer(engine).in_transaction
    await add()
    assert await count() == 1


async def test_who_queues_behind_a_lock_waits_once_and_not_each_in_turn(
    engine: database.SQLite, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite, "BUSY_SECONDS", 1.0)
    with other_process(engine) as other:
        other.execute("BEGIN IMMEDIATE")
        # In turns they would take 12 s.
        async with asyncio.timeout(6):
            done = await asyncio.gather(*(add() for _ in range(12)), return_exceptions=True)
        assert {type(each) for each in done} == {Unavailable}
        assert {each.reason for each in done if isinstance(each, Unavailable)} <= {
            "locked",
            "too_slow",
        }
    await add()
    assert await count() == 1


async def test_why_it_is_an_outage_is_in_the_log_once(
    engine: database.SQLite, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importlib.import_module("app.database.away"), "_said", {})
    await add()
    await writer(engine).execute("PRAGMA max_page_count = 10")
    for _ in range(3):
        with pytest.raises(Unavailable):
            await add(*["secret words " * 400] * 100)
    assert [line.__dict__["reason"] for line in caplog.records] == ["disk_full"]
    assert "secret words" not in caplog.text


async def test_who_gives_up_waiting_for_a_lock_blocks_nobody(engine: database.SQLite) -> None:
    with other_process(engine) as other:
        other.execute("BEGIN IMMEDIATE")
        waiting = asyncio.create_task(add())
        await asyncio.sleep(0.1)
        waiting.cancel()
        other.execute("COMMIT")
        await asyncio.gather(waiting, return_exceptions=True)
    assert not writer(engine).in_transaction
    await add()
    assert await count() == 1


async def test_a_statement_after_a_cancelled_begin_is_not_lost(engine: database.SQLite) -> None:
    for rounds in range(8):
        task = asyncio.create_task(add())
        for _ in range(rounds):
            await asyncio.sleep(0)
        task.cancel()
        sql = "INSERT INTO thing (id, body) VALUES (?, 'alone')"
        await database.execute(sql, str(new_id()))
        await asyncio.gather(task, return_exceptions=True)
    rows = await database.rows(dict, "SELECT count(*) AS n FROM thing WHERE body = 'alone'")
    assert rows[0]["n"] == 8


async def test_a_file_that_cannot_be_written_is_an_outage(engine: database.SQLite) -> None:
    await add()
    await writer(engine).execute("PRAGMA query_only = 1")
    with pytest.raises(Unavailable):
        await add()
    with pytest.raises(Unavailable):
        await database.execute("DELETE FROM thing")
    assert await count() == 1
    await writer(engine).execute("PRAGMA query_only = 0")
    await add()


async def test_a_full_disk_is_an_outage_and_leaves_nothing_half(engine: database.SQLite) -> None:
    await add()
    await writer(engine).execute("PRAGMA max_page_count = 10")
    with pytest.raises(Unavailable):
        await add(*["x" * 4000] * 100)
    assert not writer(engine).in_transaction
    assert await count() == 1
    await writer(engine).execute("PRAGMA max_page_count = 100000")
    await add()
    assert await count() == 2


@pytest.mark.parametrize("kind", ["missing folder", "folder", "no database"])
async def test_what_cannot_be_opened_is_an_outage_and_leaves_no_thread(
    tmp_path: Path, kind: str
) -> None:
    path = tmp_path / "nowhere" / "x" if kind == "missing folder" else tmp_path / "x"
    if kind == "folder":
        path.mkdir()
    if kind == "no database":
        path.write_bytes(b"this is no database " * 100)
    before = threads()
    with pytest.raises(Unavailable):
        await database.SQLite(str(path)).open()
    assert threads() - before == set()


async def test_eight_that_open_a_new_file_at_once_all_get_in(tmp_path: Path) -> None:
    made = [database.SQLite(str(tmp_path / "new.sqlite")) for _ in range(8)]

    await asyncio.gather(*(each.open() for each in made))

    await asyncio.gather(*(each.close() for each in made))


async def test_closing_leaves_no_thread(tmp_path: Path) -> None:
    before = threads()
    engine = database.SQLite(str(tmp_path / "x"))
    await engine.open()
    opened = threads() - before
    assert len(opened) == 5
    await engine.close()
    await engine.close()
    for thread in opened:
        thread.join(1)
    assert threads() & opened == set()


async def test_two_hundred_readers_share_three_connections(engine: database.SQLite) -> None:
    await add()
    assert await asyncio.gather(*(count() for _ in range(200))) == [1] * 200
    assert engine._readers.qsize() == 3


async def test_a_reader_whose_caller_left_goes_back(engine: database.SQLite) -> None:
    for rounds in range(6):
        task = asyncio.create_task(count())
        for _ in range(rounds):
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    assert engine._readers.qsize() == 3
    assert await count() == 0


async def test_visitors_do_not_wait_for_those_who_read_for_long(engine: database.SQLite) -> None:
    taken = [engine._readers.get_nowait() for _ in range(3)]
    with turns.of_visitors():
        assert await asyncio.gather(*(count() for _ in range(3))) == [0] * 3
    waiting = asyncio.create_task(count())
    await asyncio.sleep(0)
    assert not waiting.done()
    for reader in taken:
        engine._readers.put_nowait(reader)
    assert await waiting == 0
