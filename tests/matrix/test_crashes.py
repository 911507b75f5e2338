"""kill -9 at every point of a message's path, and what kills its worker again and again."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from uuid import UUID

import pytest

from app import channel_settings, database, messages
from app.database.postgres import IDLE_SECONDS
from app.deliveries.personal.owe import GRACE
from app.mail import thread
from app.mail.replies import UNDO
from app.messages import acts, remarks
from tests.app.deliveries.confirm.conftest import TEAM, sender
from tests.app.deliveries.personal.conftest import colleague
from tests.fakes.letters import Letter
from tests.fakes.mail import FakeMail
from tests.fakes.records import Call
from tests.fakes.vendors import FakeVendors
from tests.matrix.brakes import Plug, brake
from tests.matrix.children import Child, until
from tests.matrix.world import World, contents, submit

SWEPT_SECONDS = 5.0
"""The sweep looks within 1.2 s; a busy machine may need some more."""
NOBODY = "unix:///nonexistent/redis.sock"
LEASE = 60
"""Longer than any lease: who has not recorded by then counts as dead."""
PAUSE = 0.3
"""Whoever waits for an answer is in no transaction any more after this long."""
UNKNOWN_SENDS = 4
"""The first send to people and the three that may be repeats."""


async def test_row_01_killed_inside_the_submission_stores_nothing_and_a_retry_stores_once(
    world: World,
) -> None:
    web = await world.web()
    async with brake(world, "delivery") as stop:
        await world.hook()
        waiting = asyncio.create_task(submit(web, "hello", key="one"))
        await stop.reached()
        web.kill()
    assert await waiting is None
    assert await world.rows("message") == []

    web = await world.web()
    first, second = [await submit(web, "hello", key="one") for _ in range(2)]
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json()["uid"] == second.json()["uid"]
    assert len(await world.rows("message")) == 1


async def test_row_02_killed_before_the_ring_is_found_by_the_sweep(world: World) -> None:
    await world.hook()
    await world.worker()
    web = await world.web(REDIS_URL=NOBODY)
    assert (await submit(web, "hello")).status_code == 201
    web.kill()
    await world.fakes.arrived(1, "hook", "crm", timeout=SWEPT_SECONDS)


async def test_row_03_killed_inside_the_plan_takes_no_place(world: World) -> None:
    await world.hook()
    await world.leave("hello")
    async with brake(world, "attempt") as stop:
        worker = await world.worker()
        await stop.reached()
        worker.kill()
    assert await world.rows("dispatch") == await world.rows("attempt") == []
    assert await world.states() == {"pending": 1}

    await world.worker()
    await world.until("sent")
    assert contents(world.fakes.calls("hook", "crm")) == ["hello"]


async def test_row_04_killed_before_the_send_arrives_once_under_the_planned_id(
    world: World,
) -> None:
    with Plug() as plug:
        await world.channel("custom", f"http://127.0.0.1:{plug.port}/hook/crm")
        await world.leave()
        worker = await world.worker()
        await world.until("sending")
        worker.kill()
    async with FakeVendors(port=plug.port) as fakes:
        fakes.add_hook("crm")
        await _after_the_lease(world)
        (call,) = fakes.calls("hook", "crm")
    (dispatch,) = await world.rows("dispatch")
    assert call.webhook_id == str(dispatch["id"])
    assert (dispatch["attempts"], dispatch["state"]) == (2, "sent")


async def test_row_05_killed_after_the_send_arrives_twice_under_one_id(world: World) -> None:
    await world.hook()
    await world.leave()
    await _dies_at_the_next_arrival(world)
    await _after_the_lease(world)

    report = world.fakes.hook_report("crm")
    assert [one.attempts for one in report.values()] == [2]
    assert all(one.bodies_identical for one in report.values())


async def test_row_05_people_are_told_that_it_may_be_a_repeat(world: World) -> None:
    await world.robot()
    await world.leave()
    await _dies_at_the_next_arrival(world, "wecom")
    await _after_the_lease(world)

    first, second = [call.raw.decode() for call in world.fakes.calls("wecom", "k")]
    assert "可能重复" not in first
    assert "可能重复" in second


async def test_row_05_a_mail_to_an_agent_is_sent_again_to_them_and_to_nobody_else(
    world: World,
) -> None:
    async with FakeMail() as mail:
        await channel_settings.add(world.org.id, sender(mail), by="tests")
        agent = await colleague(world.org, "slow@shop.example", "小李")
        left = await world.leave()
        await messages.to_one(world.org.id, left.uid, acts.assigned(agent.id), by="Boss")
        await world.pass_time(GRACE.total_seconds() + 1)
        worker = await world.worker()
        await until(lambda: len(mail.messages) == 2)
        worker.kill()
        await _after_the_lease(world)
        await world.until("sent", 2)
        theirs = [letter for letter in mail.messages if letter.recipients == [agent.email]]
        others = [letter.recipients for letter in mail.messages if letter not in theirs]
    assert len(theirs) == 2
    assert len({letter.message["Message-ID"] for letter in theirs}) == 1
    assert "可能重复" in theirs[1].subject
    assert others in ([[TEAM]], [[TEAM], [TEAM]])


async def test_row_05_a_reply_is_mailed_once_unless_nobody_knows_whether_it_was(
    world: World,
) -> None:
    async with FakeMail() as mail:
        entry = {**sender(mail), "rate_limit_per_minute": 0, "priority": "normal"}
        await channel_settings.add(world.org.id, entry, by="tests")
        ids = {}
        # One server takes its time between the end of the mail and its answer.
        for local in ("a", "b", "slow", "c", "d", "e", "f"):
            left = await world.leave(email=f"{local}@firm.com")
            said = await remarks.add(world.org.id, left.uid, "hello", visible=True, by="李")
            ids[f"{local}@firm.com"] = thread.reply_id(UUID(left.uid), UUID(said.remark))
        await world.pass_time(UNDO.total_seconds() + 1)
        unknown: Counter[str] = Counter()
        for arrived in (1, 4):
            worker = await world.worker()
            await until(lambda least=arrived: len(_replies(mail)) >= least)
            worker.kill()
            unknown.update(await _under_way(world))
            await world.pass_time(LEASE)
        await world.worker()
        await world.until("sent", 2 * len(ids))
        seen = Counter(letter.recipients[0] for letter in _replies(mail))

    assert {letter.recipients[0]: letter.message["Message-ID"] for letter in _replies(mail)} == ids
    # A mail that was on its way when the worker died may have arrived: it goes again under its id.
    assert {each: n for each, n in seen.items() if n > 1 + unknown[each]} == {}
    assert len({letter.message["Message-ID"] for letter in _replies(mail)}) == len(ids)


def _replies(mail: FakeMail) -> list[Letter]:
    return [letter for letter in mail.messages if letter.recipients != [TEAM]]


async def _under_way(world: World) -> list[str]:
    sql = (
        "SELECT m.email FROM delivery d JOIN message m ON m.id = d.message"
        " WHERE d.purpose = 'reply' AND d.state = 'sending'"
    )
    return [row["email"] for row in await database.rows(dict, sql)]


async def test_row_06_killed_after_the_record_arrives_once(world: World) -> None:
    await world.hook()
    await world.leave()
    worker = await world.worker()
    await world.until("sent")
    worker.kill()
    await world.pass_time(LEASE)
    await world.worker()
    await asyncio.sleep(1.5)
    assert len(world.fakes.calls("hook", "crm")) == 1


async def test_row_08_a_late_failure_does_not_undo_what_a_later_try_did(world: World) -> None:
    await world.hook("crm", {"status": 500, "delay": 2 * PAUSE}, {"status": 200})
    await world.leave()
    stalled = await _freezes_while_it_waits_for_the_answer(world)
    await _after_the_lease(world)
    stalled.thaw()

    await _recorded(2)
    (dispatch,) = await world.rows("dispatch")
    (channel,) = await world.rows("channel")
    assert (dispatch["state"], channel["failures"]) == ("sent", 0)
    assert len(world.fakes.calls("hook", "crm")) == 2


async def test_row_08_a_late_success_is_a_fact(world: World) -> None:
    await world.hook("crm", {"status": 200, "delay": 2 * PAUSE}, {"status": 500})
    await world.leave()
    stalled = await _freezes_while_it_waits_for_the_answer(world)
    await world.pass_time(LEASE)
    await world.worker()
    await _recorded(1)
    stalled.thaw()

    await world.until("sent")
    assert (await world.rows("dispatch"))[0]["retry_at"] is None
    assert len(world.fakes.calls("hook", "crm")) == 2


@pytest.mark.parametrize("db", ["postgres"], indirect=True)
async def test_row_08_who_freezes_inside_a_transaction_holds_nobody_up_for_long(
    world: World,
) -> None:
    await world.hook()
    await world.leave("first")
    async with brake(world, "attempt") as stop:
        worker = await world.worker()
        await stop.reached()
        worker.freeze()
    async with asyncio.timeout(IDLE_SECONDS + 2):
        await world.leave("second")


async def test_row_27_what_kills_its_worker_ends_and_the_others_flow(world: World) -> None:
    await world.robot(name="poison")
    await world.hook()
    await world.leave("poison")
    for _ in range(UNKNOWN_SENDS):
        await _dies_at_the_next_arrival(world, "wecom")
        await world.pass_time(LEASE)
    await world.worker()
    await world.until("failed")

    assert len(world.fakes.calls("wecom", "k")) == UNKNOWN_SENDS
    (failed,) = [row for row in await world.rows("delivery") if row["state"] == "failed"]
    assert failed["reason"] == "outcome_unknown"
    await world.until("sent")


async def _dies_at_the_next_arrival(world: World, vendor: str = "hook") -> None:
    """A worker whose request has been read, and which is gone before the answer."""
    await _strikes(world, vendor, Child.kill)


async def _freezes_while_it_waits_for_the_answer(world: World) -> Child:
    worker = await _strikes(world, "hook", lambda _: None)
    await asyncio.sleep(PAUSE)
    worker.freeze()
    await asyncio.sleep(2 * PAUSE)
    return worker


async def _strikes(world: World, vendor: str, blow: Callable[[Child], None]) -> Child:
    worker = world.child("worker")
    struck: list[Call] = []

    def strike(call: Call) -> None:
        if call.vendor == vendor and not struck:
            struck.append(call)
            blow(worker)

    world.fakes.listeners.append(strike)
    worker.begin()
    await until(lambda: bool(struck))
    return worker


async def _after_the_lease(world: World) -> None:
    await world.pass_time(LEASE)
    await world.worker()
    await world.until("sent")


async def _recorded(count: int) -> None:
    """Waits until that many tries have an end on record."""
    async with asyncio.timeout(30):
        while True:
            rows = await database.rows(
                dict, "SELECT count(*) AS n FROM attempt WHERE outcome <> ''"
            )
            if rows[0]["n"] >= count:
                return
            await asyncio.sleep(0.02)
