"""Stops, starts and rollovers: nothing is left half done, and versions get along."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

import pytest

from app import database, outside
from app.deliveries import Courier
from tests.matrix.world import World
from tests.processes import serve
from tests.servers import PostgresServer

STOP_SECONDS = 20.0
BACKLOG = 30
BUSY_HOST = 4
"""So many sends are on the wire to one host; the others wait for their turn."""


async def test_row_25_a_kind_of_a_newer_version_is_left_to_it_and_the_others_flow(
    world: World,
) -> None:
    newer = await world.hook("newer")
    await world.hook()
    await database.execute("UPDATE channel SET kind = 'pigeon' WHERE name = '' AND id = ?", newer)
    await world.leave()
    await world.worker()
    await world.until("sent")
    await asyncio.sleep(1)
    assert await world.states() == {"sent": 1, "pending": 1}
    assert len(world.fakes.calls()) == 1


async def test_row_25_columns_of_a_newer_version_disturb_nobody(world: World) -> None:
    for table in ("message", "channel", "delivery", "dispatch", "attempt", "organization"):
        await database.execute(f"ALTER TABLE {table} ADD COLUMN later TEXT NOT NULL DEFAULT 'x'")
    await world.hook()
    await world.leave()
    await world.worker()
    await world.until("sent")


async def test_row_26_a_stop_under_load_ends_what_is_on_the_wire_and_gives_back_the_rest(
    world: World,
) -> None:
    await world.hook("crm", {"status": 200, "delay": 0.4})
    for _ in range(BACKLOG):
        await world.leave()
    worker = await world.worker()
    await world.fakes.arrived(BUSY_HOST)
    assert await worker.stopped(within=STOP_SECONDS) == 0

    assert await database.rows(dict, "SELECT 1 AS n FROM dispatch WHERE state = 'sending'") == []
    (sums,) = await database.rows(
        dict, "SELECT sum(tries) AS tries, sum(unknowns) AS n FROM dispatch"
    )
    assert (sums["tries"], sums["n"]) == (0, 0)
    await world.worker()
    await world.until("sent", BACKLOG, within=30)
    assert len(world.fakes.calls()) == BACKLOG


async def test_row_26_a_stop_while_a_plan_is_made_leaves_no_lease(world: World) -> None:
    await world.hook()
    for count in range(1, 4):
        worker = await world.worker()
        await asyncio.gather(*(world.leave() for _ in range(BACKLOG)))
        await world.fakes.arrived(count * BUSY_HOST)
        assert await worker.stopped(within=STOP_SECONDS) == 0
        assert (
            await database.rows(dict, "SELECT 1 AS n FROM dispatch WHERE state = 'sending'") == []
        )


async def test_row_26_a_stop_without_a_database_ends_all_the_same(
    mortal: World, mortal_server: PostgresServer
) -> None:
    await mortal.hook("crm", {"status": 200, "delay": 0.5})
    await mortal.leave()
    courier = Courier(outside.egress())
    await courier.drain(mortal.org.id)
    await mortal.fakes.arrived(1)
    mortal_server.kill()
    try:
        async with asyncio.timeout(30):
            await courier.stop(grace=1)
    finally:
        mortal_server.start()


async def test_row_33_a_second_server_on_one_sqlite_file_says_so_and_ends(tmp_path: Path) -> None:
    first, second = serve(tmp_path / "data"), serve(tmp_path / "data")
    await first.start().ready()
    try:
        began = time.monotonic()
        second.log = tmp_path / "second.log"
        assert second.start().stop(0, wait=STOP_SECONDS) == 1
        assert time.monotonic() - began < STOP_SECONDS
        assert "Another process already serves the data" in second.log.read_text()
        assert first.alive()
    finally:
        first.stop()


@pytest.mark.parametrize("db", ["sqlite"], indirect=True)
async def test_row_33_workers_of_two_processes_share_one_sqlite_file(world: World) -> None:
    await world.hook(rate_limit_per_minute=10)
    for _ in range(2):
        await world.worker()
    for _ in range(25):
        await world.leave()
    await world.until("sent", 10)
    await asyncio.sleep(1)
    assert len(world.fakes.calls()) == 10
