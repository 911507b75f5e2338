"""Alive, and ready."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from urllib.parse import urlsplit

import asyncpg
import httpx
import msgspec
import pytest

from app import database, health
from app.settings import Settings
from tests.application import application
from tests.servers import full_disk
from tests.web.reading import Page
from web.http.health import Alive, Readiness

FORM = "/w/default"
DETAILS = {
    "read_only": "database: It can only be read: check the mount",
    "disk_full": "database: The disk is full: free some room.",
}


async def test_alive_needs_nothing(configure: Callable[..., Settings]) -> None:
    app = application(configure())
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app=app), base_url="http://localhost"
    ) as client:
        answer = await client.get("/livez")

    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})
    assert msgspec.json.decode(answer.content, type=Alive)


async def test_without_redis_messages_are_taken_all_the_same(visitor: httpx.AsyncClient) -> None:
    answer = await visitor.get("/readyz")

    assert answer.status_code == 200
    ready = msgspec.json.decode(answer.content, type=Readiness)
    assert (ready.status, ready.database, ready.redis) == ("degraded", "ok", "down")


async def test_without_a_database_nothing_is_ready(
    configure: Callable[..., Settings], tmp_path: Path
) -> None:
    database.use(database.make("", str(tmp_path / "missing" / "no.sqlite")))
    app = application(configure())
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app=app), base_url="http://localhost"
    ) as client:
        answer = await client.get("/readyz")
        message = await client.post(
            "/api/v1/leavemsg/messages",
            json={"visitor": {"phone": "13800138000"}, "message": {"content": "hi"}},
        )

    assert (answer.status_code, answer.json()["status"]) == (503, "down")
    assert msgspec.json.decode(answer.content, type=Readiness)
    assert (message.status_code, message.json()["code"]) == (503, "unavailable")
    assert message.headers["retry-after"] == "5"


@contextlib.asynccontextmanager
async def unwritable(db: str) -> AsyncIterator[None]:
    """SQLite's disk is full; new sessions of PostgreSQL can only read."""
    if not db:
        with full_disk():
            yield
        return
    engine, name = database.engine(), urlsplit(db).path[1:]
    assert isinstance(engine, database.Postgres)
    admin = await asyncpg.connect(db)
    await admin.execute(f'ALTER DATABASE "{name}" SET default_transaction_read_only = on')
    await engine.pool.expire_connections()
    try:
        yield
    finally:
        await admin.execute(f'ALTER DATABASE "{name}" RESET default_transaction_read_only')
        await admin.close()


@pytest.mark.usefixtures("spoiled")
async def test_what_cannot_be_written_is_said_with_its_reason_until_it_can_be_written_again(
    visitor: httpx.AsyncClient, db: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By itself. Meanwhile nobody is thanked, and the visitor's text stays on the page."""
    monkeypatch.setattr(health, "FRESH_SECONDS", 0.0)
    opened = Page(await visitor.get(FORM)).values
    values = {**opened, "content": "我想咨询价格", "phone": "13800138000"}
    async with unwritable(db):
        ready, left = await visitor.get("/readyz"), await visitor.post(FORM, data=values)
    found = msgspec.json.decode(ready.content, type=Readiness)
    assert (ready.status_code, found.status) == (503, "down")
    assert found.reason == ("read_only" if db else "disk_full")
    assert found.detail.startswith(DETAILS[found.reason])
    assert (ready.headers["retry-after"], left.headers["retry-after"]) == ("5", "5")
    assert left.status_code == 503
    assert Page(left).values["content"] == values["content"]
    # What a session was told that is still open is one more "later".
    while (again := await visitor.get("/readyz")).status_code == 503:
        pass
    assert again.json()["database"] == "ok"
    assert (await visitor.post(FORM, data=values)).status_code == 303


async def test_health_says_nothing_about_versions_or_people(visitor: httpx.AsyncClient) -> None:
    text = (await visitor.get("/readyz")).text

    assert "redis: It does not answer." in text
    assert "0.1" not in text
    assert "sqlite" not in text.lower()
