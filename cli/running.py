"""What all processes share: database, Redis, and stopping."""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import gc
import logging
import os
import signal
from collections.abc import AsyncIterator, Coroutine
from pathlib import Path
from typing import Any, TextIO

import uvloop

from app import (
    catalogue,
    database,
    folder,
    health,
    heartbeat,
    keymark,
    limits,
    outside,
    queue,
    setup,
)
from app.channels import lent
from app.database import migrate
from app.deliveries.lent import Shared
from app.diagnosis import durability
from app.errors import Error, Misconfigured, Unavailable
from app.messages.export import workbook
from app.overview import funnel
from app.people import organizations, token_log
from app.settings import Settings
from app.tracing import spans
from app.tracing.wanted import wanted
from cli import first
from cli.bundled import Bundled

log = logging.getLogger(__name__)

DATABASE_WAIT = 30
"""Seconds that a start waits for the database."""
LOCK = "web.lock"
GARBAGE = 5_000
"""How many things more than are freed are made before somebody looks for garbage. A request makes
hundreds, of which hardly any is: to look after 700 took a twentieth of its time."""


class NotStarted(Error):
    """The product cannot start now; the text says what to do."""


def run(main: Coroutine[Any, Any, None]) -> None:
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(main)


@contextlib.asynccontextmanager
async def database_open(settings: Settings, *, wait: int = DATABASE_WAIT) -> AsyncIterator[None]:
    """Opens the database for this block. Raises Unavailable, and Misconfigured for a bad folder or
    address."""
    if settings.embedded_database:
        folder.make(settings.data_dir)
    engine = database.make(settings.database_url, str(settings.sqlite_path))
    database.use(engine)
    lent.use(Shared())
    await _connect(engine, wait if settings.database_url else 0)
    try:
        yield
    finally:
        await health.close()
        await outside.close()
        await token_log.close()
        await funnel.close()
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
async def traces_told(settings: Settings) -> AsyncIterator[None]:
    """Tells traces for the time of this block, if the operator wants them."""
    if not wanted(os.environ):
        yield
        return
    # The library takes a while to import, and is not always installed.
    from app.tracing import exporting

    told = exporting.start(settings.version)
    try:
        yield
    finally:
        spans.use(None)
        await told.stop()


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


def keep_what_is_loaded() -> None:
    """From now on nobody looks for garbage among it: that took a tenth of a second each time, in
    which nothing else went on."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(GARBAGE)


async def schema_ready() -> None:
    """Migrates, and creates the first organization. Raises Misconfigured for a newer schema."""
    await migrate.run()
    await organizations.first()


async def first_steps() -> None:
    """What every web and worker process does first. Raises Misconfigured, also when the data was
    written with another secret key."""
    await schema_ready()
    await durability.warn()
    catalogue.load()
    await keymark.settle()
    await heartbeat.recall()
    await asyncio.to_thread(workbook.clear)


@contextlib.asynccontextmanager
async def set_up_announced() -> AsyncIterator[None]:
    """Prints a set-up link if there is no admin, and keeps it in sight during this block."""
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


@contextlib.contextmanager
def only_one(settings: Settings) -> Any:
    """SQLite has one writer, and the bundled server one master, so there is exactly one web process
    on a data folder."""
    if not settings.uses_data_dir:
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
    """Raises Misconfigured without a Redis that separate web and worker processes can reach."""
    if not settings.redis_url:
        raise Misconfigured(
            ["CONFIG REDIS_URL: is not set — set it, or run `leavemsg serve` for all in one"]
        )
