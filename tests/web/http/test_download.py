"""A file that breaks off, on the wire."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

import httpx
import pytest
import uvicorn
from litestar import Litestar, get
from litestar.params import FromPath
from litestar.response import Stream

from app.messages.export.wish import Export
from web.http.download import saved
from web.http.headers import Envelope


async def broken() -> AsyncIterator[bytes]:
    yield b"first\n"
    raise ConnectionError("the database is away")


@pytest.fixture
async def address(configure: Callable[..., Any]) -> AsyncIterator[str]:
    @get("/{length:int}")
    async def take(length: FromPath[int]) -> Stream:
        export = Export(
            name="留言.csv",
            plain_name="messages.csv",
            media_type="text/csv",
            pieces=broken(),
            length=length or None,
        )
        return saved(export)

    app = Litestar([take], logging_config=None, openapi_config=None)
    app.asgi_handler = Envelope(app.asgi_handler, configure())
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_config=None, lifespan="off"))
    running = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    await running


@pytest.mark.parametrize("length", [0, 100])
async def test_it_does_not_look_complete(address: str, length: int) -> None:
    async with httpx.AsyncClient() as client, client.stream("GET", f"{address}/{length}") as answer:
        assert answer.status_code == 200
        with pytest.raises(httpx.RemoteProtocolError):
            await answer.aread()
