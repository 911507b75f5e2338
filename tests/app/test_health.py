"""Whether the parts that we need are there, and do what we need of them."""

from __future__ import annotations

import asyncio
import contextvars
import datetime as dt
import logging
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
from piccolo.apps.migrations.tables import Migration

from app import database, health, heartbeat, instance, keymark, queue
from app.tables import Organization
from cli.bundled import Bundled
from tests.servers import full_disk


@pytest.fixture
async def redis(tmp_path: Path) -> AsyncIterator[Bundled]:
    server = Bundled(tmp_path)
    await server.start()
    queue.connect(server.url)
    yield server
    await queue.close()
    await server.stop()


@pytest.fixture
async def worker(db: str) -> None:
    """One that looked just now."""
    await heartbeat.beat()


async def due_since(seconds: float) -> None:
    moment = await database.now() - dt.timedelta(seconds=seconds)
    await database.execute("UPDATE organization SET due_at = ?", moment)


def writer() -> Any:
    """SQLite's own connection for writing."""
    engine = database.engine()
    assert isinstance(engine, database.SQLite)
    return engine._writer


async def test_all_is_well(org: Organization, redis: Bundled, worker: None) -> None:
    assert await health.look() == {
        "status": "ok",
        "reason": "",
        "database": "ok",
        "schema": "ok",
        "key": "ok",
        "redis": "ok",
        "disk": "ok",
        "worker": "ok",
        "oldest_due_seconds": 0,
    }


async def test_without_redis_it_is_only_degraded(org: Organization) -> None:
    found = await health.look()
    assert (found["status"], found["redis"], found["database"]) == ("degraded", "down", "ok")
    assert found["reason"] == "worker_down"
    await heartbeat.beat()
    assert (await health.look())["reason"] == "redis_down"


@pytest.mark.parametrize(
    ("trouble", "said"),
    [
        (("CONFIG", "SET", "maxmemory", "1"), "full"),
        (("REPLICAOF", "127.0.0.1", "1"), "read_only"),
    ],
)
async def test_a_redis_that_answers_and_takes_nothing_is_no_redis(
    org: Organization, redis: Bundled, worker: None, trouble: tuple[str, ...], said: str
) -> None:
    bell = queue.connection(redis.url)
    await bell.execute_command(*trouble)
    found = await health.look()
    assert (found["status"], found["redis"]) == ("degraded", said)
    await bell.aclose()


async def test_what_nobody_looks_at_for_long_says_that_no_worker_runs(
    org: Organization, redis: Bundled, worker: None
) -> None:
    await due_since(20)
    assert (await health.look())["worker"] == "ok"
    await due_since(100)
    found = await health.look()
    assert (found["status"], found["worker"]) == ("degraded", "down")
    assert 100 <= found["oldest_due_seconds"] <= 110


async def test_what_is_due_later_is_not_overdue(
    org: Organization, redis: Bundled, worker: None
) -> None:
    await due_since(-3600)
    found = await health.look()
    assert (found["status"], found["oldest_due_seconds"]) == ("ok", 0)


@pytest.mark.parametrize("hours", [-1, 24])
async def test_a_worker_that_no_longer_looks_is_missed_before_there_is_work(
    org: Organization, redis: Bundled, worker: None, hours: int
) -> None:
    """Also when its last word is of a clock that was ahead."""
    moved = await database.now() + dt.timedelta(hours=hours)
    await database.execute("UPDATE instance SET at = ? WHERE name = 'worker'", moved)
    assert (await health.look())["worker"] == "down"
    await heartbeat.beat()
    assert (await health.look())["worker"] == "ok"


async def test_an_old_schema_is_named(org: Organization, redis: Bundled) -> None:
    (last,) = await database.rows(dict, "SELECT * FROM migration ORDER BY name DESC LIMIT 1")
    await database.execute("DELETE FROM migration WHERE name = ?", last["name"])
    found = await health.look()
    async with database.transaction():
        await Migration.insert(Migration(**last))
    assert (found["status"], found["schema"]) == ("degraded", "old")


async def test_without_the_database_it_is_down(db: str) -> None:
    await database.engine().close()
    if isinstance(engine := database.engine(), database.SQLite):
        engine.connection_kwargs["database"] = "/nowhere/leavemsg.sqlite"
    found = await health.look()
    assert (found["status"], found["database"], found["worker"]) == ("down", "down", "unknown")


async def test_another_secret_key_takes_it_out_of_service(
    org: Organization, redis: Bundled, worker: None, configure: Callable[..., Any]
) -> None:
    await keymark.settle()
    configure(LEAVEMSG_SECRET_KEY="o" * 40)
    found = await health.look()
    assert (found["status"], found["key"], found["database"]) == ("down", "other", "ok")
    assert found["reason"] == "key_other"


@pytest.mark.parametrize("db", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("trouble", "reason"),
    [("PRAGMA query_only = 1", "read_only"), ("PRAGMA max_page_count = 10", "disk_full")],
)
@pytest.mark.usefixtures("spoiled")
async def test_a_database_that_can_only_be_read_is_down(
    org: Organization, trouble: str, reason: str
) -> None:
    """A page count stands in for a full disk: SQLite says the same."""
    await database.execute("DELETE FROM instance")
    # Pages that are free would be used.
    await database.execute("VACUUM")
    await writer().execute(trouble)
    found = await health.look()
    assert (found["status"], found["database"], found["reason"]) == ("down", "down", reason)
    await writer().execute("PRAGMA query_only = 0")
    await writer().execute("PRAGMA max_page_count = 100000")
    assert (await health.look())["database"] == "ok"


@pytest.mark.parametrize("db", ["postgres"], indirect=True)
async def test_a_server_that_can_only_be_read_is_down(org: Organization) -> None:
    """As a replica, or a primary that was made one."""
    engine = database.engine()
    assert isinstance(engine, database.Postgres)
    replica = database.Postgres(engine.config["dsn"])
    replica.config["server_settings"]["default_transaction_read_only"] = "on"
    await replica.open()
    database.use(replica)
    found = await health.look()
    await replica.close()
    database.use(engine)
    assert (found["status"], found["reason"]) == ("down", "read_only")


async def test_an_answer_stands_for_a_moment_so_that_asking_costs_nothing(
    org: Organization, worker: None
) -> None:
    before = await health.ready()
    await asyncio.gather(*(health.ready() for _ in range(50)))
    probed = await instance.read("probe")
    assert probed is not None
    assert await health.ready() is before
    assert (await instance.read("probe")) == probed


async def test_a_database_that_hangs_keeps_nobody_waiting_and_gets_one_question(
    org: Organization, monkeypatch: pytest.MonkeyPatch
) -> None:
    await health.look()
    monkeypatch.setattr(health, "LOOK_SECONDS", 0.2)
    async with database.transaction():
        # A task begun here would be a part of the transaction.
        await database.execute("UPDATE instance SET at = at WHERE name = 'probe'")
        found = await asyncio.gather(*(_outside(health.ready()) for _ in range(20)))
        assert {each["reason"] for each in found} == {"too_slow"}
        assert {each["status"] for each in found} == {"down"}


async def test_while_a_look_takes_long_the_last_one_is_told_and_then_that_it_takes_too_long(
    org: Organization, worker: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = await health.ready()
    monkeypatch.setattr(health, "FRESH_SECONDS", 0.0)
    monkeypatch.setattr(health, "ANSWER_SECONDS", 0.0)
    async with database.transaction():
        await database.execute("UPDATE instance SET at = at WHERE name = 'probe'")
        health._known[database.engine()].at -= 7200
        assert await _outside(health.ready()) is before
        assert 7200 <= health.age(before) < 7300
        monkeypatch.setattr(health, "LOOK_SECONDS", 0.0)
        found = await _outside(health.ready())
    assert (found["status"], found["reason"], health.age(found)) == ("down", "too_slow", 0)


async def test_a_glance_tells_nothing_of_hours_ago(org: Organization, worker: None) -> None:
    before = await health.ready()
    assert health.glance() is before
    health._known[database.engine()].at -= 7200
    assert health.glance() == {}
    await health._look_once().task
    assert health.glance()["status"] == before["status"]


@pytest.mark.parametrize("db", ["sqlite"], indirect=True)
async def test_a_full_disk_is_named_as_such_and_is_well_again_with_room(
    org: Organization, tmp_path: Path
) -> None:
    """SQLite itself only says that the disk is faulty."""
    with full_disk():
        found = await health.look()
        assert health.disk(tmp_path) == "full"
    assert (found["status"], found["reason"], found["disk"]) == ("down", "disk_full", "full")
    assert (await health.look())["database"] == "ok"


def _outside(question: Any) -> Any:
    """In a context that has no part in a transaction of this one."""
    return asyncio.get_running_loop().create_task(question, context=contextvars.Context())


async def test_a_change_is_told_in_the_log_once(
    org: Organization,
    redis: Bundled,
    worker: None,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(health, "FRESH_SECONDS", 0.0)
    caplog.set_level(logging.INFO, "app.health")
    await health.ready()
    await due_since(100)
    for _ in range(3):
        await health.ready()
    await due_since(0)
    await health.ready()
    told = [(line.levelname, line.__dict__["worker"]) for line in caplog.records]
    assert told == [("ERROR", "down"), ("INFO", "ok")]


def test_a_folder_that_takes_nothing_is_named(tmp_path: Path) -> None:
    assert health.disk(tmp_path) == "ok"
    assert health.disk(tmp_path / "nowhere") == "missing"
    assert health.disk(Path("/proc/self")) in {"read_only", "missing"}


def test_a_disk_without_room_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "FREE_MIN", 2**62)
    assert health.disk(tmp_path) == "low"
