"""Clocks that differ from each other, or are set back."""

from __future__ import annotations

import time

import asyncpg
import pytest

from app import database, queue
from tests.matrix.world import World, contents

HOUR = 3600
WINDOW = 60
SWEPT_SECONDS = 5.0


@pytest.mark.parametrize("db", ["postgres"], indirect=True)
@pytest.mark.parametrize("hours", [-1, 1])
async def test_row_19_workers_whose_clocks_differ_from_the_databases_keep_limit_and_time(
    world: World, hours: int
) -> None:
    await _shift_the_databases_clock(world, hours)
    await world.robot(rate_limit_per_minute=10)
    for _ in range(25):
        await world.leave()
    await world.worker()
    await world.worker()
    await world.until("sent", 25)
    assert len(world.fakes.calls("wecom", "k")) == 10

    await world.leave()
    await world.pass_time(WINDOW + 1)
    await world.until("sent", 26)
    assert len(world.fakes.calls("wecom", "k")) == 11


async def _shift_the_databases_clock(world: World, hours: int) -> None:
    """Whoever asks it for the time, but for PostgreSQL itself, is told another one."""
    connection = await asyncpg.connect(world.url)
    name = await connection.fetchval("SELECT current_database()")
    await connection.execute(
        "CREATE FUNCTION public.clock_timestamp() RETURNS timestamptz LANGUAGE sql AS"
        f" $$ SELECT pg_catalog.clock_timestamp() + interval '{hours} hour' $$"
    )
    await connection.execute(f'ALTER DATABASE "{name}" SET search_path = public, pg_catalog')
    await connection.close()
    await database.engine().close()
    await database.engine().open()
    assert abs((await database.now()).timestamp() - time.time() - hours * HOUR) < WINDOW


@pytest.mark.parametrize("ahead", [-HOUR, HOUR])
async def test_row_19_a_doorbell_rung_by_another_clock_holds_up_nothing(
    world: World, ahead: int
) -> None:
    await world.hook()
    await world.worker()
    client = queue.connection(world.redis.url)
    job = {"t": None, "f": queue.JOB, "a": [str(world.org.id)], "k": {}, "et": 1}
    await client.set("arq:job:early", queue.encode(job))
    await client.zadd(queue.QUEUE, {"early": (time.time() + ahead) * 1000})
    await client.aclose(close_connection_pool=True)  # type: ignore[call-arg]
    await world.leave()
    await world.fakes.arrived(1, timeout=SWEPT_SECONDS)


async def test_row_20_after_the_clock_was_set_back_what_waits_goes_within_a_minute(
    world: World,
) -> None:
    await world.hook("crm", {"status": 200}, {"status": 500}, {"status": 200})
    await world.robot(rate_limit_per_minute=1)
    worker = await world.worker()
    await world.leave("sent before")
    await world.until("sent", 2)
    await world.leave("to be tried again, and waiting for a place")
    await world.until_state_of("dispatch", "retry")
    worker.kill()
    await world.leave("not planned yet")

    await world.pass_time(-HOUR)
    await world.worker()
    await world.until("sent", 3)
    await world.pass_time(WINDOW + 1)
    await world.until("sent", 6)
    assert contents(world.fakes.calls("hook", "crm"))[0] == "sent before"
