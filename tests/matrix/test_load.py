"""Much at once: planners, doorbells, the same text, a flood, and limits that change meanwhile."""

from __future__ import annotations

import asyncio
import contextlib
import uuid
from typing import Any

import httpx

from app import (
    channel_settings,
    database,
    messages,
    queue,
)
from app.fields.check import Answers
from app.messages import Visit
from app.people import organizations
from app.tables import Organization
from tests.app.deliveries.planning import plan_apart
from tests.matrix.children import Child
from tests.matrix.world import MESSAGES, World, contents

LIMIT = 10
FLOOD = 800
SAME = 200
QUIET = 20
FLOODED = 2 * QUIET
"""So many more came from the one that floods, at least."""


async def test_row_21_of_twelve_planners_at_once_one_spends_the_places(world: World) -> None:
    await world.robot()
    await _limit(world, LIMIT)
    for _ in range(31):
        await world.leave()
    plans = await asyncio.gather(*(plan_apart(world.org.id) for _ in range(12)))
    assert sorted(len(planned) for planned in plans) == [0] * 11 + [LIMIT]


async def test_row_21_four_workers_that_start_at_once_keep_the_limit(world: World) -> None:
    await world.robot()
    await _limit(world, LIMIT)
    for _ in range(31):
        await world.leave()
    for _ in range(4):
        world.child("worker").begin()
    await world.until("sent", 31)
    await asyncio.sleep(1)
    assert len(world.fakes.calls()) == LIMIT


async def test_row_22_the_same_text_two_hundred_times_at_once_is_told_once(world: World) -> None:
    await world.hook()
    await world.worker()
    # SQLite has exactly one web process.
    webs = [await world.web() for _ in range(1 if world.on_sqlite else 2)]
    answers = await _together(webs, SAME)
    assert {answer.status_code for answer in answers} == {201}
    assert sum(answer.json()["duplicate"] for answer in answers) == SAME - 1

    await world.fakes.arrived(1)
    await asyncio.sleep(1)
    assert len(world.fakes.calls()) == 1
    stored = await world.rows("message")
    assert (len(stored), max(row["repeats"] for row in stored)) == (SAME, SAME)


async def _together(webs: list[Child], count: int) -> list[httpx.Response]:
    body = {"visitor": {"phone": "13800138000"}, "message": {"content": "the same"}}
    async with httpx.AsyncClient(timeout=40, limits=httpx.Limits(max_connections=count)) as client:
        return await asyncio.gather(
            *(client.post(webs[n % len(webs)].url + MESSAGES, json=body) for n in range(count))
        )


async def test_row_23_a_thousand_doorbells_send_once(world: World) -> None:
    await world.hook()
    await world.leave()
    bell = queue.connection(world.redis.url)
    for number in range(1000):
        await bell.enqueue_job(queue.JOB, str(world.org.id), _job_id=f"again-{number}")
    await bell.aclose(close_connection_pool=True)  # type: ignore[call-arg]
    for _ in range(2):
        await world.worker()
    await world.until("sent")
    await asyncio.sleep(1)
    assert len(world.fakes.calls()) == 1


async def test_row_29_a_flood_travels_in_ten_sends_and_nothing_is_lost(world: World) -> None:
    await world.robot()
    await _limit(world, LIMIT)
    for _ in range(2):
        await world.worker()
    await asyncio.gather(*(world.leave() for _ in range(FLOOD)))
    await world.until_state_of("attempt", "ok", column="outcome", count=LIMIT)
    await asyncio.sleep(1)
    assert len(world.fakes.calls()) == LIMIT

    await world.pass_time(61)
    await world.until("sent", FLOOD)
    assert len(world.fakes.calls()) <= 2 * LIMIT


async def test_row_30_one_that_floods_keeps_no_quiet_one_waiting(world: World) -> None:
    await world.hook("flooder")
    quiet = [await _quiet(world, number) for number in range(QUIET)]
    # Without doorbells: the sweep alone must find its way past the flood.
    await world.worker(REDIS_URL="unix:///nonexistent/redis.sock")
    flood = asyncio.create_task(_flood(world))
    for number, org in enumerate(quiet):
        await _leave(org, f"quiet {number}")
        await asyncio.sleep(0.05)
    async with asyncio.timeout(30):
        while {f"quiet {number}" for number in range(QUIET)} - set(contents(world.fakes.calls())):
            await asyncio.sleep(0.05)
    # It went on all the while.
    assert not flood.done()
    flood.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await flood
    assert len(await world.rows("message")) > FLOODED


async def _quiet(world: World, number: int) -> Organization:
    org = await organizations.create(f"quiet-{number}", "Quiet")
    entry = {"type": "custom", "webhook_url": world.fakes.add_hook(f"quiet-{number}")}
    await channel_settings.add(org.id, entry, by="tests")
    return org


async def _leave(org: Organization, text: str) -> Any:
    answers = Answers(content=text, phone="13800138000")
    return await messages.leave(org, answers, Visit(), submission_id=uuid.uuid4().hex)


async def _flood(world: World) -> None:
    while True:
        await asyncio.gather(*(world.leave() for _ in range(10)))


async def test_row_31_a_limit_that_changes_takes_effect_at_once_and_never_adds_up(
    world: World,
) -> None:
    uid = await world.hook("crm", rate_limit_per_minute=10)
    for _ in range(60):
        await world.leave()
    await world.worker()
    for limit, sent in ((10, 10), (5, 10), (20, 20), (10, 20)):
        await channel_settings.change(
            world.org.id, uid, {"rate_limit_per_minute": limit}, by="tests"
        )
        await world.fakes.arrived(sent)
        await asyncio.sleep(0.7)
        assert len(world.fakes.calls()) == sent


async def _limit(world: World, limit: int) -> None:
    await database.execute("UPDATE channel SET rate_limit_per_minute = ?", limit)
