"""Redis or the database gone, frozen, full or locked: nothing is lost, and nobody is told a lie."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import time
import uuid
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import httpx
import psutil
import pytest

from app import database, health, queue
from tests.fakes.records import Call
from tests.matrix.brakes import held_lock
from tests.matrix.children import Child
from tests.matrix.world import World, contents, submit, submit_until_stored
from tests.processes import serve
from tests.servers import PostgresServer

SWEPT_SECONDS = 5.0
LEASED_SECONDS = 90.0
"""What was planned when the server died, and whose commit nobody heard of, waits for its lease."""
"""The sweep looks within 1.2 s; a busy machine may need some more."""
FULL_BYTES = 4096
"""No file may grow beyond this: the database's log is larger at once, our own log is not."""


async def test_row_09_redis_killed_and_restarted_empty_loses_nothing(world: World) -> None:
    await world.hook()
    web, _ = await world.web(), await world.worker()
    assert world.redis.process is not None
    world.redis.process.kill()
    world.redis.process.wait()
    assert (await submit(web, "while away")).status_code == 201
    await world.fakes.arrived(1, timeout=SWEPT_SECONDS)

    for file in (world.redis.folder / "appendonlydir").glob("*"):
        file.unlink()
    await world.redis.start()
    assert (await submit(web, "when back")).status_code == 201
    calls = await world.fakes.arrived(2, timeout=SWEPT_SECONDS)
    assert contents(calls) == ["while away", "when back"]


async def test_row_09_the_bundled_server_is_started_again_when_it_was_killed(
    tmp_path: Path,
) -> None:
    product = await serve(tmp_path / "data").start().ready()
    try:
        assert product.popen is not None
        (bundled,) = psutil.Process(product.popen.pid).children()
        bundled.kill()
        await asyncio.sleep(0.5)
        async with asyncio.timeout(30), httpx.AsyncClient(base_url=product.url) as client:
            while (await client.get("/readyz")).json()["redis"] != "ok":
                await asyncio.sleep(0.1)
    finally:
        product.stop()


async def test_row_10_a_frozen_redis_holds_up_neither_visitor_nor_notice(world: World) -> None:
    await world.hook()
    web, _ = await world.web(), await world.worker()
    assert world.redis.process is not None
    world.redis.process.send_signal(signal.SIGSTOP)
    try:
        started = time.monotonic()
        assert (await submit(web, "hello")).status_code == 201
        assert time.monotonic() - started < 4
        await world.fakes.arrived(1, timeout=SWEPT_SECONDS)
    finally:
        world.redis.process.send_signal(signal.SIGCONT)


async def test_row_11_postgres_killed_answers_503_and_everything_follows(
    mortal: World, mortal_server: PostgresServer
) -> None:
    await mortal.hook()
    web, _ = await mortal.web(), await mortal.worker()
    assert (await submit(web, "before")).status_code == 201
    mortal_server.kill()
    refused = await submit(web, "while away")
    assert (refused.status_code, refused.headers["Retry-After"]) == (503, "5")

    patient = [asyncio.create_task(submit_until_stored(web, f"late {n}")) for n in range(20)]
    await asyncio.sleep(1)
    mortal_server.start()
    tries = [status for task in patient for status in await task]
    assert set(tries) <= {201, 503}
    calls = await mortal.fakes.arrived(21, timeout=LEASED_SECONDS)
    assert set(contents(calls)) == {"before", *(f"late {n}" for n in range(20))}


async def test_row_12_a_lock_that_somebody_holds_is_waited_for(world: World) -> None:
    await world.hook()
    web, _ = await world.web(), await world.worker()
    async with held_lock(world):
        waiting = [asyncio.create_task(submit(web, f"text {n}")) for n in range(10)]
        await asyncio.sleep(2)
        assert not any(task.done() for task in waiting)
    assert [(await task).status_code for task in waiting] == [201] * 10
    await world.fakes.arrived(10, timeout=SWEPT_SECONDS)


async def test_row_13_what_postgres_could_not_take_is_recorded_when_it_is_back(
    mortal: World, mortal_server: PostgresServer
) -> None:
    mortal.fakes.listeners.append(lambda _: mortal_server.kill())
    await mortal.hook()
    await mortal.leave()
    await mortal.worker()
    await mortal.fakes.arrived(1)
    await asyncio.sleep(0.5)
    mortal.fakes.listeners.clear()
    mortal_server.start()

    await mortal.until("sent")
    assert len(mortal.fakes.calls("hook", "crm")) == 1


@pytest.mark.parametrize("db", ["sqlite"], indirect=True)
async def test_row_13_what_a_full_disk_could_not_take_is_recorded_when_there_is_room(
    world: World,
) -> None:
    worker = world.child("worker")

    def fill(_: Call) -> None:
        _allow(worker, FULL_BYTES)

    world.fakes.listeners.append(fill)
    await world.hook()
    await world.leave()
    worker.begin()
    await world.fakes.arrived(1)
    await asyncio.sleep(1.5)
    assert await world.states() == {"sending": 1}
    _allow(worker, psutil.RLIM_INFINITY)

    await world.until("sent")
    assert len(world.fakes.calls("hook", "crm")) == 1


async def test_row_14_what_cannot_be_written_is_refused_and_nobody_is_thanked(
    world: World,
) -> None:
    await world.hook()
    web = await world.web()
    key = uuid.uuid4().hex
    async with _unwritable(world, web):
        refused = await submit(web, "hello", key=key)
        assert (refused.status_code, refused.headers["Retry-After"]) == (503, "5")
    assert await world.rows("message") == []
    # A session that was ended a moment ago may still be in the pool: that is one more "later".
    async with asyncio.timeout(30):
        while (await submit(web, "hello", key=key)).status_code == 503:
            await asyncio.sleep(0.1)
    assert len(await world.rows("message")) == 1


async def test_row_14_nothing_is_sent_that_could_not_be_counted(world: World) -> None:
    await world.hook()
    worker = await world.worker()
    async with _unwritable(world, worker):
        await world.leave()
        await asyncio.sleep(2)
        assert world.fakes.calls() == []
    await world.fakes.arrived(1, timeout=SWEPT_SECONDS)


async def test_row_14_a_standby_says_what_it_is_until_it_is_promoted(
    mortal: World, mortal_server: PostgresServer
) -> None:
    mortal_server.become_standby()
    # The connections of before are dead.
    while (found := await health.look())["reason"] == "away":
        pass
    assert (found["status"], found["reason"]) == ("down", "in_recovery")
    connection = await asyncpg.connect(mortal.url)
    await connection.execute("SELECT pg_promote()")
    await connection.close()
    async with asyncio.timeout(30):
        while (await health.look())["database"] == "down":
            await asyncio.sleep(0.05)


async def test_row_24_lost_expired_and_strange_jobs_have_no_effect(world: World) -> None:
    await world.hook()
    await world.worker()
    client = queue.connection(world.redis.url)
    await client.flushall()
    stranger = str(uuid.uuid4())
    jobs = {
        "expired": None,
        "unknown": {"t": None, "f": "renamed", "a": [str(world.org.id)], "k": {}, "et": 1},
        "timed-out": {"t": 9, "f": queue.JOB, "a": [str(world.org.id)], "k": {}, "et": 1},
        "nobody": {"t": None, "f": queue.JOB, "a": [stranger], "k": {}, "et": 1},
        "no-id": {"t": None, "f": queue.JOB, "a": [[1]], "k": {}, "et": 1},
    }
    for name, job in jobs.items():
        if job:
            await client.set(f"arq:job:{name}", queue.encode(job))
        await client.zadd(queue.QUEUE, {name: 1})
    await world.leave()
    await world.fakes.arrived(1, timeout=SWEPT_SECONDS)
    await _empty(client)
    await client.aclose(close_connection_pool=True)  # type: ignore[call-arg]


async def _empty(client: object) -> None:
    async with asyncio.timeout(30):
        while await client.zcard(queue.QUEUE):  # type: ignore[attr-defined]
            await asyncio.sleep(0.05)


@contextlib.asynccontextmanager
async def _unwritable(world: World, child: Child) -> AsyncIterator[None]:
    """For the child, SQLite's disk is full; PostgreSQL takes no writes from anybody."""
    if world.on_sqlite:
        _allow(child, FULL_BYTES)
        yield
        _allow(child, psutil.RLIM_INFINITY)
        return
    connection = await asyncpg.connect(world.url)
    try:
        await _read_only(connection, child, "on")
        yield
        await _read_only(connection, child, "off")
    finally:
        await connection.close()


def _allow(child: Child, size: int) -> None:
    _, hard = psutil.Process(child.pid).rlimit(psutil.RLIMIT_FSIZE)
    psutil.Process(child.pid).rlimit(psutil.RLIMIT_FSIZE, (size, hard))


async def _read_only(connection: asyncpg.Connection, child: Child, state: str) -> None:
    """For new sessions; the old ones are ended, but for those of the test itself."""
    name = await connection.fetchval("SELECT current_database()")
    await connection.execute("SET default_transaction_read_only = off")
    await connection.execute(f'ALTER DATABASE "{name}" SET default_transaction_read_only = {state}')
    await connection.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> ALL($1)",
        [connection.get_server_pid(), await _own_session()],
    )


async def _own_session() -> int:
    rows = await database.rows(dict, "SELECT pg_backend_pid() AS pid")
    return int(rows[0]["pid"])
