"""Numbers on a port of their own."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from app.metrics import counted
from cli import metrics, running
from tests.processes import free_port

TOKEN = "metrics-token-of-tests"

pytestmark = pytest.mark.parametrize("db", ["sqlite"], indirect=True)


async def ask(port: int, path: str = "/metrics", token: str = "", method: str = "GET") -> Any:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client:
        return await client.request(method, path, headers=headers)


async def test_a_process_tells_them_and_nothing_else(
    db: str, configure: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(metrics, "TICK_SECONDS", 0.01)
    port = free_port()
    before = counted.LOOP_LAG.counts[()][:]
    async with metrics.told(configure(LEAVEMSG_METRICS_LISTEN=f"127.0.0.1:{port}")):
        answer = await ask(port)
        assert (answer.status_code, "leavemsg_ready" in answer.text) == (200, True)
        assert (await ask(port, "/livez")).status_code == 404
        assert (await ask(port, method="POST")).status_code == 404
        while counted.LOOP_LAG.counts[()] == before:
            await asyncio.sleep(0.01)
    with pytest.raises(httpx.ConnectError):
        await ask(port)


async def test_with_a_token_it_asks_for_it(db: str, configure: Callable[..., Any]) -> None:
    port = free_port()
    settings = configure(LEAVEMSG_METRICS_LISTEN=f"127.0.0.1:{port}", LEAVEMSG_METRICS_TOKEN=TOKEN)
    async with metrics.told(settings):
        assert (await ask(port)).status_code == 401
        assert (await ask(port, token=TOKEN)).status_code == 200
        with pytest.raises(running.NotStarted, match="LEAVEMSG_METRICS_LISTEN"):
            async with metrics.told(settings):
                pass


async def test_without_a_word_of_it_nothing_listens_and_nothing_ticks(
    db: str, configure: Callable[..., Any]
) -> None:
    before = asyncio.all_tasks()
    async with metrics.told(configure()):
        assert asyncio.all_tasks() == before
