"""What waits for another try when its channel works again, or can be reached again."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Sequence

import pytest

from app import channel_settings, database
from app.deliveries import Courier, recovery
from app.deliveries.recovery import reachable
from app.egress.client import Client
from app.errors import SendError
from app.tables import Organization
from tests.app.deliveries.conftest import Add, Leave
from tests.app.deliveries.planning import BUSY, HOOK, OK, WECOM, all_plans, later, plan, rows, went
from tests.fakes.vendors import FakeVendors
from tests.processes import free_port

CLOSED = SendError("retry", "connect_failed", left=False)
LOST = SendError("unknown", "timeout")


async def waits(org: Organization) -> list[float]:
    """Seconds until each next try, by when the dispatch began."""
    sql = "SELECT retry_at FROM dispatch WHERE state = 'retry' ORDER BY created_at"
    now = await database.now()
    return [(row["retry_at"] - now).total_seconds() for row in await database.rows(dict, sql)]


async def test_a_success_brings_what_waits_forward_once(
    org: Organization, add: Add, leave: Leave
) -> None:
    await add("custom", HOOK + "a")
    for _ in range(2):
        await leave()
    await went(await plan(org.id), BUSY)
    assert [wait > 3 for wait in await waits(org)] == [True, True]
    await later(seconds=10)
    first = await plan(org.id)
    assert len(first) == 1  # A failing channel is tried with one.
    await went(first, OK)
    assert [wait < 0 for wait in await waits(org)] == [True]
    second = await plan(org.id)
    assert len(second) == 1
    await went(second, BUSY)
    await leave()
    await went(await plan(org.id), OK)
    # It fails among successes: it keeps its schedule.
    assert [wait > 20 for wait in await waits(org)] == [True]


async def test_what_may_have_arrived_waits_where_a_repeat_is_seen(
    org: Organization, add: Add, leave: Leave
) -> None:
    for kind, url, sooner in (("wecom", WECOM + "a", False), ("custom", HOOK + "a", True)):
        await add(kind, url)
        await leave()
        await went(await all_plans(org), LOST)
        await leave()
        await went(await all_plans(org), OK)
        assert [wait <= 0 for wait in await waits(org)] == [sooner], kind
        await database.execute("UPDATE dispatch SET state = 'failed' WHERE state = 'retry'")
        await database.execute("UPDATE channel SET enabled = ?", False)


async def test_a_pause_of_the_platform_stays(org: Organization, add: Add, leave: Leave) -> None:
    await add("wecom", WECOM + "a")
    for _ in range(2):
        await leave()
    [first, second] = await plan(org.id)
    await went([first], SendError("rate_limited", "45009", after=600))
    await went([second], OK)
    assert await plan(org.id) == []


async def test_one_is_tried_when_it_can_be_reached_and_the_breaker_lets_it(
    org: Organization, add: Add, leave: Leave
) -> None:
    uid = await add("custom", HOOK + "a")
    for _ in range(4):
        await leave()
    planned = await plan(org.id)
    await went(planned, CLOSED)
    await later(seconds=40)  # They are due, but the breaker is open.
    assert await plan(org.id) == []
    channel = planned[0].channel.id
    await reachable(org.id, channel)
    probe = await plan(org.id)
    assert len(probe) == 1
    await went(probe, CLOSED)
    assert await plan(org.id) == []
    await reachable(org.id, channel)
    await went(await plan(org.id), OK)
    assert len(await all_plans(org)) == 3
    assert (await channel_settings.channel(org.id, uid))["health"]["state"] == "ok"


async def test_what_fails_for_long_or_otherwise_is_left_to_its_schedule(
    org: Organization, add: Add, leave: Leave
) -> None:
    await add("custom", HOOK + "a")
    await leave()
    await went(planned := await plan(org.id), CLOSED)
    channel = planned[0].channel.id
    for change in (
        "UPDATE channel SET error_code = 'http_503'",
        "UPDATE dispatch SET tries = 4",
        "UPDATE dispatch SET state = 'cancelled'",
    ):
        before = await rows("dispatch", "retry_at")
        async with database.transaction():
            await database.execute(change)
            await reachable(org.id, channel)
            assert await rows("dispatch", "retry_at") == before, change
            await database.execute("UPDATE channel SET error_code = 'connect_failed'")
            await database.execute("UPDATE dispatch SET tries = 1, state = 'retry'")
    await later(minutes=4)
    await database.execute("UPDATE dispatch SET retry_at = lease_until")
    before = await rows("dispatch", "retry_at")
    await reachable(org.id, channel)
    assert await rows("dispatch", "retry_at") == before
    await reachable(channel, channel)  # An organization that is gone.


async def test_it_is_told_as_soon_as_it_is_back_and_each_once(
    org: Organization,
    courier: Courier,
    add: Add,
    leave: Leave,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(recovery, "KNOCK_SECONDS", 0.1)
    away = FakeVendors(port=free_port())
    await add("custom", away.add_hook("crm"))
    for _ in range(4):
        await leave()
    await courier.drain(org.id)
    while not courier._knocker._knocking:
        await asyncio.sleep(0.01)
    await asyncio.sleep(0.3)
    # Nothing else looks: neither a sweep nor a ring.
    async with away:
        await away.arrived(4, "hook", "crm")
        assert [one.attempts for one in away.hook_report("crm").values()] == [1] * 4


async def test_a_courier_that_stopped_knocks_no_more(
    org: Organization, add: Add, leave: Leave
) -> None:
    asked, answers = threading.Event(), threading.Event()

    def resolve(host: str) -> Sequence[str]:
        asked.set()
        answers.wait(10)
        raise OSError(host)

    courier = Courier(Client(resolve=resolve))
    await add("custom", "https://nobody.example/hook")
    await leave()
    await courier.drain(org.id)
    await asyncio.to_thread(asked.wait, 10)
    stopping = asyncio.create_task(courier.stop(5))
    await asyncio.sleep(0)
    answers.set()  # It fails while the courier stops.
    await stopping
    assert await rows("attempt", "code") == [("dns_failed",)]
    assert courier._knocker._knocking == {}
