"""Alive, and ready."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import httpx
import msgspec

from app import database
from app.settings import Settings
from tests.application import application
from web.http.health import Alive, Readiness


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


async def test_health_says_nothing_about_versions_or_people(visitor: httpx.AsyncClient) -> None:
    text = (await visitor.get("/readyz")).text

    assert "0.1" not in text
    assert "sqlite" not in text.lower()
