"""A file that breaks off, and one that nobody waits for any more, on the wire."""

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
from web.http.download import saved, while_there
from web.http.headers import Envelope
from web.http.request import Incoming


async def broken() -> AsyncIterator[bytes]:
    yield b"first\n"
    raise ConnectionError("the database is away")


class Making:
    """A file that takes for ever."""

    def __init__(self) -> None:
        self.begun, self.ended = asyncio.Event(), asyncio.Event()

    async def run(self) -> Export:
        self.begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            self.ended.set()
        raise AssertionError


@pytest.fixture
def making() -> Making:
    return Making()


@pytest.fixture
async def address(configure: Callable[..., Any], making: Making) -> AsyncIterator[str]:
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

    @get("/endless")
    async def endless(request: Incoming) -> Stream:
        return saved(await while_there(request, making.run()))

    app = Litestar([take, endless], logging_config=None, openapi_config=None)
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


async def test_it_is_not_made_for_somebody_who_has_left(address: str, making: Making) -> None:
    async with httpx.AsyncClient(timeout=None) as client:
        asking = asyncio.create_task(client.get(f"{address}/endless"))
        await making.begun.wait()
        assert not making.ended.is_set()
        asking.cancel()
        await asyncio.wait((asking,))
    await asyncio.wait_for(making.ended.wait(), 30)
