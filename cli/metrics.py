"""Numbers for Prometheus from this process, on a port of their own: a worker has no other."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator
from typing import Any

import uvicorn

from app.metrics import access
from app.metrics.counted import LOOP_LAG
from app.settings import LISTEN, Settings
from cli import running
from cli.listening import Unsignalled, bound

TICK_SECONDS = 0.5
BACKLOG = 16
AT_ONCE = 10
PLAIN = "text/plain; charset=utf-8"


@contextlib.asynccontextmanager
async def told(settings: Settings) -> AsyncIterator[None]:
    """Watches the event loop and answers for the time of this block, if the operator wants it.
    Raises NotStarted."""
    if not settings.metrics_token and settings.metrics_listen is None:
        yield
        return
    watch = asyncio.create_task(_watch())
    try:
        async with _listening(settings):
            yield
    finally:
        watch.cancel()
        await asyncio.gather(watch, return_exceptions=True)


async def _watch() -> None:
    loop = asyncio.get_running_loop()
    while True:
        wanted = loop.time() + TICK_SECONDS
        await asyncio.sleep(TICK_SECONDS)
        LOOP_LAG.observe(max(0.0, loop.time() - wanted))


@contextlib.asynccontextmanager
async def _listening(settings: Settings) -> AsyncIterator[None]:
    if settings.metrics_listen is None:
        yield
        return
    sock = _listen(*settings.metrics_listen)
    config = uvicorn.Config(
        _Answering(settings),
        loop="none",
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        limit_concurrency=AT_ONCE,
        timeout_graceful_shutdown=1,
    )
    server = Unsignalled(config)
    task = asyncio.create_task(server.serve(sockets=[sock]))
    try:
        yield
    finally:
        server.should_exit = True
        await task


def _listen(host: str, port: int) -> socket.socket:
    try:
        return bound(host, port, BACKLOG)
    except OSError:
        raise running.NotStarted(
            f"Nothing can listen where {LISTEN} says: the port is taken, or the address is none of"
            " this machine. Each process needs one of its own."
        ) from None


class _Answering:
    """GET /metrics, and nothing else. Without a token only where other machines do not come."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http":
            status, content, media_type = await self._answer(scope)
            headers = [(b"content-type", media_type.encode()), (b"cache-control", b"no-store")]
            await send({"type": "http.response.start", "status": status, "headers": headers})
            await send({"type": "http.response.body", "body": content})

    async def _answer(self, scope: Any) -> tuple[int, bytes, str]:
        headers = {name: value.decode("latin-1") for name, value in scope["headers"]}
        if (scope["method"], scope["path"]) != ("GET", "/metrics"):
            return 404, b"Only GET /metrics is here.\n", PLAIN
        given = headers.get(b"authorization", "")
        if self._settings.metrics_token and not access.may_read(self._settings, given):
            return 401, b"Send the token: Authorization: Bearer ...\n", PLAIN
        from app.metrics import text

        content, media_type = await text.scrape(headers.get(b"accept", ""))
        return 200, content, media_type
