"""serve, web, worker and migrate: the processes."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator

import click

import tasks
from app import heartbeat, outside
from app.configuration import plan
from app.settings import Settings
from cli import metrics, running, server
from cli.shared import settings_of


@click.command()
def serve() -> None:
    """Start everything in one process: pages, API and worker, with SQLite and a bundled server
    unless
    DATABASE_URL and REDIS_URL name others. Ctrl-C stops it."""
    settings = settings_of()
    with running.only_one(settings):
        running.run(_serve(settings))


async def _serve(settings: Settings) -> None:
    stop = running.stop_signal()
    sock = server.listen(settings)
    async with contextlib.AsyncExitStack() as stack:
        await stack.enter_async_context(running.database_open(settings))
        url = await stack.enter_async_context(running.redis_ready(settings))
        await running.first_steps()
        plan.follow()
        running.say(f"Leavemsg {settings.version} is at {settings.base_url}")
        await stack.enter_async_context(running.set_up_announced())
        await stack.enter_async_context(_watched(settings))
        await heartbeat.beat()
        worker = asyncio.create_task(tasks.run(stop, outside.egress(), url))
        # Web and worker end together: messages must not come in undelivered.
        worker.add_done_callback(lambda _: stop.set())
        try:
            await server.serve_web(settings, sock, stop)
        finally:
            # The database must stay open until the last send is recorded.
            stop.set()
            await worker


@click.command()
def web() -> None:
    """Start one web process. It needs REDIS_URL; with SQLite there can be only one."""
    settings = settings_of()
    running.scaled_only(settings)
    with running.only_one(settings):
        running.run(_web(settings))


async def _web(settings: Settings) -> None:
    stop = running.stop_signal()
    sock = server.listen(settings)
    async with running.database_open(settings), running.redis_ready(settings):
        await running.first_steps()
        plan.follow()
        running.say(f"Leavemsg {settings.version} is at {settings.base_url}")
        async with running.set_up_announced(), _watched(settings):
            await server.serve_web(settings, sock, stop)


@click.command()
def worker() -> None:
    """Start one worker process. Any number of them may run."""
    settings = settings_of()
    running.scaled_only(settings)
    running.run(_worker(settings))


async def _worker(settings: Settings) -> None:
    stop = running.stop_signal()
    async with running.database_open(settings), running.redis_ready(settings) as url:
        await running.first_steps()
        plan.follow()
        async with _watched(settings):
            running.keep_what_is_loaded()
            running.say("The worker runs.")
            await tasks.run(stop, outside.egress(), url)


@contextlib.asynccontextmanager
async def _watched(settings: Settings) -> AsyncIterator[None]:
    async with metrics.told(settings), running.traces_told(settings):
        yield


@click.command()
def migrate() -> None:
    """Bring the database to the newest schema. Safe to run twice and from several machines."""
    settings = settings_of()
    running.run(_migrate(settings))
    running.say("The database is up to date.")


async def _migrate(settings: Settings) -> None:
    async with running.database_open(settings):
        await running.schema_ready()
