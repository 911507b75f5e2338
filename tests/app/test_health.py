"""Whether the parts that we need are there."""

from __future__ import annotations

import datetime as dt
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from app import database, health, queue
from app.tables import Organization
from cli.bundled import Bundled


@pytest.fixture
async def redis(tmp_path: Path) -> AsyncIterator[Bundled]:
    server = Bundled(tmp_path)
    await server.start()
    queue.connect(server.url)
    yield server
    await queue.close()
    await server.stop()


async def due_since(seconds: float) -> None:
    moment = await database.now() - dt.timedelta(seconds=seconds)
    await database.fetch("UPDATE organization SET due_at = {}", moment)


async def test_all_is_well(org: Organization, redis: Bundled) -> None:
    assert await health.ready() == {
        "status": "ok",
        "database": "ok",
        "schema": "ok",
        "redis": "ok",
        "worker": "ok",
        "oldest_due_seconds": 0,
    }


async def test_without_redis_it_is_only_degraded(org: Organization) -> None:
    found = await health.ready()
    assert (found["status"], found["redis"], found["database"]) == ("degraded", "down", "ok")


async def test_what_nobody_looks_at_for_long_says_that_no_worker_runs(
    org: Organization, redis: Bundled
) -> None:
    await due_since(20)
    assert (await health.ready())["worker"] == "ok"
    await due_since(100)
    found = await health.ready()
    assert (found["status"], found["worker"]) == ("degraded", "down")
    assert 100 <= found["oldest_due_seconds"] <= 110


async def test_what_is_due_later_is_not_overdue(org: Organization, redis: Bundled) -> None:
    await due_since(-3600)
    found = await health.ready()
    assert (found["status"], found["oldest_due_seconds"]) == ("ok", 0)


async def test_an_old_schema_is_named(org: Organization, redis: Bundled) -> None:
    rename = "UPDATE migration SET name = {} WHERE name = {}"
    (last,) = await database.fetch("SELECT max(name) AS name FROM migration")
    await database.fetch(rename, "not yet", last["name"])
    found = await health.ready()
    await database.fetch(rename, last["name"], "not yet")
    assert (found["status"], found["schema"]) == ("degraded", "old")


async def test_without_the_database_it_is_down(db: str) -> None:
    await database.engine().close()
    if isinstance(engine := database.engine(), database.SQLite):
        engine.connection_kwargs["database"] = "/nowhere/leavemsg.sqlite"
    found = await health.ready()
    assert (found["status"], found["database"], found["worker"]) == ("down", "down", "unknown")
