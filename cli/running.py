"""Starting and stopping the parts in their order; what serve, web and worker have in common."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import fcntl
import logging
import os
import signal
import socket
from collections.abc import AsyncIterator, Coroutine
from functools import partial
from pathlib import Path
from typing import Any, TextIO

import uvicorn
import uvloop

from app import (
    database,
    heartbeat,
    keymark,
    limits,
    outside,
    queue,
    setup,
)
from app.database import migrate
from app.errors import Error, Misconfigured, Unavailable
from app.people import organizations
from app.settings import Settings
from cli import first, folder
from cli.bundled import Bundled
from cli.connections import Connection
from cli.door import FILES_WANTED, Door, open_files

log = logging.getLogger(__name__)

DATABASE_WAIT = 30
"""Seconds that a start waits for a database that is not there yet."""
BACKLOG = 2048
LOCK = "web.lock"
TICKS = 10
"""uvicorn's, in a second."""
GRACEFUL_SECONDS = 5
"""What a request or an open stream may still take after a stop."""


class NotStarted(Error):
    """The product cannot start now; the text says what to do."""


def run(main: Coroutine[Any, Any, None]) -> None:
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(main)


@contextlib.asynccontextmanager
async def database_open(settings: Settings, *, wait: int = DATABASE_WAIT) -> AsyncIterator[None]:
    """Raises Unavailable."""
    if settings.embedded_database:
        folder.make(settings.data_dir)
    engine = database.make(settings.database_url, str(settings.sqlite_path))
    database.use(engine)
    await _connect(engine, wait if settings.database_url else 0)
    try:
        yield
    finally:
        await outside.close()
        await engine.close()


async def _connect(engine: database.Engine, wait: int) -> None:
    for second in range(0, wait + 1, 5):
        try:
            await engine.open()
            return
        except Unavailable as error:
            reason = error.reason
            if second + 5 > wait:
                break
            log.warning("waiting for the database")
            await asyncio.sleep(5)
    if isinstance(engine, database.SQLite):
        raise Unavailable(f"The database cannot be opened ({reason}). Look at {engine.path}")
    raise Unavailable("The database does not answer. Check DATABASE_URL and that the server runs.")


@contextlib.asynccontextmanager
async def redis_ready(settings: Settings) -> AsyncIterator[str]:
    """The address of Redis: the operator's, or a bundled server that lives as long as this
    block."""
    async with contextlib.AsyncExitStack() as stack:
        url = settings.redis_url or await stack.enter_async_context(_bundled(settings))
        queue.connect(url)
        limits.connect(url)
        stack.push_async_callback(queue.close)
        yield url


@contextlib.asynccontextmanager
async def _bundled(settings: Settings) -> AsyncIterator[str]:
    folder.make(settings.data_dir)
    server = Bundled(settings.data_dir)
    await server.start()
    watch = asyncio.create_task(server.watch())
    try:
        yield server.url
    finally:
        watch.cancel()
        await asyncio.gather(watch, return_exceptions=True)
        await server.stop()


async def schema_ready() -> None:
    """The newest schema, and the first organization. Raises Misconfigured for a newer one."""
    await migrate.run()
    await organizations.first()


async def first_steps() -> None:
    """What every process that works does first. Raises Misconfigured when the secret key is not the
    one that the data was written with."""
    await schema_ready()
    await keymark.settle()
    await heartbeat.recall()


@contextlib.asynccontextmanager
async def set_up_announced() -> AsyncIterator[None]:
    """Prints a set-up link while there is no admin, and keeps it in sight as long as this block."""
    if not await setup.is_open():
        yield
        return
    link = await first.announce()
    if not first.on_terminal():
        yield
        return
    watch = asyncio.create_task(first.keep_in_sight(link))
    try:
        yield
    finally:
        watch.cancel()
        await asyncio.gather(watch, return_exceptions=True)


def say(line: str) -> None:
    print(line, flush=True)


def stop_signal() -> asyncio.Event:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    return stop


class Server(uvicorn.Server):
    """Leaves signals to us, and looks after who keeps it waiting."""

    def __init__(self, config: uvicorn.Config, door: Door) -> None:
        super().__init__(config)
        self._door = door

    async def on_tick(self, counter: int) -> bool:
        if counter % TICKS == 0:
            self._door.sweep(asyncio.get_running_loop().time())
        return await super().on_tick(counter)

    @contextlib.contextmanager
    def capture_signals(self) -> Any:
        yield


def listen(settings: Settings) -> socket.socket:
    """Who comes before we are ready waits: to listen at once is also what makes the port ours."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    sock = socket.socket(family)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        sock.bind((settings.host, settings.port))
        sock.listen(BACKLOG)
    except OSError as error:
        sock.close()
        raise NotStarted(_why_not(settings, error)) from None
    return sock


def _why_not(settings: Settings, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"Port {settings.port} is taken. Stop what runs there or set PORT to another one."
    if error.errno == errno.EACCES:
        return f"Port {settings.port} is not open to this user. Set PORT to one above 1023."
    return "LEAVEMSG_HOST is no address of this machine. Set it to one, or to 0.0.0.0 for all."


async def serve_web(settings: Settings, sock: socket.socket, stop: asyncio.Event) -> None:
    """Answers until `stop`; requests under way end first."""
    from web.asgi import create_app

    most = min(settings.connections or FILES_WANTED, open_files())
    door = Door(most, settings.connections_per_address, settings.trusted_proxies)
    config = uvicorn.Config(
        create_app(settings, outside.egress()),
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
    watcher = asyncio.create_task(_leave(server, stop))
    try:
        await server.serve(sockets=[sock])
    finally:
        stop.set()
        await watcher


async def _leave(server: Server, stop: asyncio.Event) -> None:
    await stop.wait()
    server.should_exit = True


@contextlib.contextmanager
def only_one(settings: Settings) -> Any:
    """SQLite has one writer, and the bundled server one master, so there is exactly one web process
    on a data folder."""
    if not settings.embedded_database and settings.redis_url:
        yield
        return
    folder.make(settings.data_dir)
    with open(settings.data_dir / LOCK, "a+") as file:
        _take(file, settings.data_dir)
        yield


def _take(file: TextIO, place: Path) -> None:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        raise NotStarted(
            f"Another process already serves the data in {place}. Stop it, or set DATABASE_URL"
            " to PostgreSQL and REDIS_URL for several web processes."
        ) from None
    file.truncate(0)
    file.write(str(os.getpid()))
    file.flush()


def scaled_only(settings: Settings) -> None:
    """web and worker apart from each other need a Redis that both can reach."""
    if not settings.redis_url:
        raise Misconfigured(
            ["CONFIG REDIS_URL: is not set — set it, or run `leavemsg serve` for all in one"]
        )
