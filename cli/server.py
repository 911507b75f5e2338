"""The web server: uvicorn on our socket with our limits."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import socket
from functools import partial

import uvicorn

from app import outside
from app.settings import Settings
from cli import running
from cli.connections import Connection
from cli.door import FILES_WANTED, Door, open_files
from cli.listening import Unsignalled, bound
from web.asgi import create_app
from web.console.streams import Streams

BACKLOG = 2048
TICK_SECONDS = 1.0
GRACEFUL_SECONDS = 5
"""Seconds that requests may still take after a stop."""


class Server(Unsignalled):
    """Calls `Door.sweep` every second."""

    def __init__(self, config: uvicorn.Config, door: Door) -> None:
        super().__init__(config)
        self._door = door
        self._leaving = asyncio.Event()

    def leave(self) -> None:
        self.should_exit = True
        self._leaving.set()

    async def main_loop(self) -> None:
        """uvicorn's wakes up ten times a second, to see soon that it should leave: we say so."""
        while not await self.on_tick(0):
            self._door.sweep(asyncio.get_running_loop().time())
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(TICK_SECONDS):
                    await self._leaving.wait()


def listen(settings: Settings) -> socket.socket:
    """Raises NotStarted."""
    try:
        return bound(settings.host, settings.port, BACKLOG)
    except OSError as error:
        raise running.NotStarted(_why_not(settings, error)) from None


def _why_not(settings: Settings, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"Port {settings.port} is taken. Stop what runs there or set PORT to another one."
    if error.errno == errno.EACCES:
        return f"Port {settings.port} is not open to this user. Set PORT to one above 1023."
    return "LEAVEMSG_HOST is no address of this machine. Set it to one, or to 0.0.0.0 for all."


async def serve_web(settings: Settings, sock: socket.socket, stop: asyncio.Event) -> None:
    """Serves until `stop`; running requests end first."""
    most = min(settings.connections or FILES_WANTED, open_files())
    door = Door(most, settings.connections_per_address, settings.trusted_proxies)
    app = create_app(settings, outside.egress())
    config = uvicorn.Config(
        app,
        loop="none",
        http=partial(Connection, door),  # type: ignore[arg-type]
        ws="none",
        lifespan="on",
        log_config=None,
        access_log=False,
        proxy_headers=False,
        server_header=False,
        date_header=True,
        backlog=BACKLOG,
        timeout_graceful_shutdown=GRACEFUL_SECONDS,
    )
    server = Server(config, door)
    running.keep_what_is_loaded()
    watcher = asyncio.create_task(_leave(server, app.state.streams, stop))
    try:
        await server.serve(sockets=[sock])
    finally:
        stop.set()
        await watcher


async def _leave(server: Server, streams: Streams, stop: asyncio.Event) -> None:
    await stop.wait()
    streams.stop()
    server.leave()
