"""From what is owed to what has arrived."""

import asyncio
import contextlib
import contextvars
import datetime as dt
import uuid

import msgspec
import pytest

from app import channel_settings, database, maintenance, messages
from app.channels.sender import Acceptance
from app.deliveries import Courier
from app.deliveries.courier import ENOUGH, SENDS_AT_ONCE, START_SECONDS, _together, turn
from app.deliveries.owe import lock
from app.deliveries.plan import AT_ONCE
from app.deliveries.record import Went
from app.errors import Unavailable
from app.tables import Organization
from tests.app.deliveries.conftest import Add, Leave, settled
from tests.app.deliveries.planning import BUSY, HOOK, OK, due_in, plan, rows
from tests.fakes.vendors import FakeVendors


async def test_a_message_arrives_as_the_unified_json(
    org: Organization, courier: Courier, fakes: FakeVendors, add: Add, leave: Leave
) -> None:
    await add("custom", fakes.add_hook("crm"))
    left = await leave("我想咨询一下产品价格")
    await settled(courier, org)

    (call,) = fakes.calls("hook", "crm")
    assert msgspec.json.decode(call.raw) == {
        "type": "leave_message",
        "timestamp": left.created_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "visitor": {
            "name": "张三",
            "phone": "13800138000",
            "email": "zhangsan@example.com",
            "ip": "192.168.1.100",
        },
        "message": {"content": "我想咨询一下产品价格", "category": "产品咨询"},
        "source": "web_chat",
    }


async def test_the_record_says_what_came_back(
    org: Organization, courier: Courier, fakes: FakeVendors, add: Add, leave: Leave
) -> None:
    await add("wecom", fakes.add_bot("wecom", "key1"))
    left = await leave()
    await settled(courier, org)

    (sent,) = (await messages.show(org.id, left.uid)).deliveries
    (attempt,) = sent.attempts
    assert (sent.state, attempt.outcome, attempt.code) == ("sent", "ok", "0")
    assert attempt.http_status == 200
    assert attempt.duration_ms is not None


async def test_two_hundred_ok_with_an_error_code_is_a_failure(
    org: Organization, courier: Courier, fakes: FakeVendors, add: Add, leave: Leave
) -> None:
    uid = await add("wecom", fakes.url + "/cgi-bin/webhook/send?key=unknown")
    left = await leave()
    await settled(courier, org)

    (sent,) = (await messages.show(org.id, left.uid)).deliveries
    assert (sent.state, sent.reason) == ("failed", "gone")
    assert sent.attempts[0].code == "93000"
    assert (await channel_settings.channel(org.id, uid))["health"]["state"] == "failing"


async def test_no_more_than_ten_go_in_a_minute_and_the_last_place_carries_the_rest(
    org: Organization, courier: Courier, fakes: FakeVendors, add: Add, leave: Leave
) -> None:
    await add("wecom", fakes.add_bot("wecom", "key1"))
    for _ in range(25):
        await leave()
    await settled(courier, org)

    calls = fakes.calls("wecom", "key1")
    assert len(calls) == 10
    counts = await database.rows(dict, "SELECT state, count(*) AS n FROM delivery GROUP BY state")
    assert counts == [{"state": "sent", "n": 25}]


async def test_what_waits_for_a_place_is_looked_at_when_the_first_comes_free(
    org: Organization, courier: Courier, fakes: FakeVendors, add: Add, leave: Leave
) -> None:
    await add("custom", fakes.add_hook("crm"))
    for _ in range(12):
        await leave()
    await settled(courier, org)

    assert len(fakes.calls("hook", "crm")) == 10
    (row,) = await database.rows(dict, "SELECT due_at FROM organization WHERE id = ?", org.id)
    first = await database.value(dt.datetime, "SELECT min(blocks_until) AS at FROM attempt")
    assert row["due_at"] == first


async def test_a_refused_try_waits_and_keeps_its_id(
    org: Organization, courier: Courier, fakes: FakeVendors, add: Add, leave: Leave
) -> None:
    await add("custom", fakes.add_hook("crm", answers=[{"status": 500}, {"status": 200}]))
    await leave()
    await settled(courier, org)
    await _let_retries_be_due(org)
    await settled(courier, org)

    report = fakes.hook_report("crm")
    assert len(report) == 1
    (one,) = report.values()
    assert one.attempts == 2
    assert one.bodies_identical


async def _let_retries_be_due(org: Organization) -> None:
    await database.execute(
        "UPDATE dispatch SET retry_at = created_at WHERE organization = ?", org.id
    )


async def test_what_is_handled_before_it_went_is_cancelled(
    org: Organization, courier: Courier, fakes: FakeVendors, add: Add, leave: Leave
) -> None:
    await add("custom", fakes.add_hook("crm"))
    left = await leave()
    await messages.handle(org.id, left.uid, outcome="phone", by="tests")
    await settled(courier, org)

    (sent,) = (await messages.show(org.id, left.uid)).deliveries
    assert (sent.state, sent.reason) == ("cancelled", "handled")
    assert fakes.calls("hook", "crm") == []


async def test_a_broken_channel_is_announced_once_through_the_others(
    org: Organization, courier: Courier, fakes: FakeVendors, add: Add, leave: Leave
) -> None:
    await add("wecom", fakes.url + "/cgi-bin/webhook/send?key=unknown", name="销售群")
    await add("feishu", fakes.add_bot("feishu", "token1"))
    await leave()
    await settled(courier, org)
    await leave()
    await settled(courier, org)

    alerts = [call for call in fakes.calls("feishu", "token1") if b"93000" in call.raw]
    assert len(alerts) == 1
    assert "销售群" in alerts[0].raw.decode()


async def test_a_grant_that_is_too_old_is_given_back_untried(
    org: Organization, courier: Courier, fakes: FakeVendors, add: Add, leave: Leave
) -> None:
    await add("wecom", fakes.add_bot("wecom", "key1"))
    await leave()
    (planned,) = await plan(org.id)
    too_late = msgspec.structs.replace(planned, granted=planned.granted - START_SECONDS - 1)
    await courier._record(too_late, await courier._try(too_late), 0)

    assert fakes.calls() == []
    (row,) = await database.rows(dict, "SELECT attempts, tries, unknowns FROM dispatch")
    assert (row["attempts"], row["tries"], row["unknowns"]) == (2, 0, 0)
    await settled(courier, org)
    assert len(fakes.calls("wecom", "key1")) == 1


async def test_a_stop_gives_back_what_has_not_begun(
    org: Organization, courier: Courier, fakes: FakeVendors, add: Add, leave: Leave
) -> None:
    await add("custom", fakes.add_hook("crm", answers=[{"status": 200, "delay": 0.5}]))
    for _ in range(10):
        await leave()
    looking = asyncio.create_task(courier.drain(org.id))
    await fakes.arrived(1)
    await courier.stop(5)
    await looking
    states = await database.rows(dict, "SELECT DISTINCT state FROM dispatch ORDER BY state")
    assert {row["state"] for row in states} <= {"sent", "retry"}
    (row,) = await database.rows(dict, "SELECT max(failures) AS n FROM channel")
    assert row["n"] == 0


async def test_an_organization_that_is_gone_is_nobodys_work(courier: Courier) -> None:
    await courier.drain(uuid.uuid4())
    assert courier._draining == {}


async def test_what_went_and_what_goes_next_share_a_transaction(
    org: Organization, add: Add, leave: Leave
) -> None:
    await add("custom", f"{HOOK}crm")
    await leave()
    (first,) = await plan(org.id)
    await leave()

    done = await turn(org.id, Went(first, OK, 5))

    assert [each.number for each in done.planned] == [1]
    assert not done.more
    assert await rows("dispatch", "state") == [("sent",), ("sending",)]


async def test_whoever_comes_together_gets_what_was_planned_once(
    org: Organization, add: Add, leave: Leave
) -> None:
    await add("custom", f"{HOOK}crm")
    for _ in range(3):
        await leave()

    turns = await asyncio.gather(*(turn(org.id) for _ in range(5)))

    planned = [each.dispatch for one in turns for each in one.planned]
    assert len(planned) == len(set(planned)) == 3


async def test_without_a_plan_the_organization_stays_due(
    org: Organization, add: Add, leave: Leave
) -> None:
    await add("custom", f"{HOOK}crm")
    await leave()
    (first,) = await plan(org.id)
    await leave()

    done = await turn(org.id, Went(first, OK, 5), plans=False)

    assert done.planned == []
    due = await due_in(org)
    assert due is not None
    assert due <= 0


async def test_when_no_place_is_left_the_next_look_is_when_one_comes_free(
    org: Organization, add: Add, leave: Leave
) -> None:
    await add("custom", f"{HOOK}crm")
    for _ in range(12):
        await leave()

    done = await turn(org.id)

    assert len(done.planned) == 10
    assert not done.more
    due = await due_in(org)
    assert due is not None
    assert due > 0
    assert (await turn(org.id)).planned == []


async def test_more_than_one_plan_takes_is_planned_at_once(
    org: Organization, add: Add, leave: Leave
) -> None:
    for name in "ab":
        await add("custom", f"{HOOK}{name}", rate_limit_per_minute=0)
    for _ in range(30):
        await leave()

    done = await turn(org.id)

    assert len(done.planned) == AT_ONCE
    assert done.more
    rest = await turn(org.id)
    assert (len(rest.planned), rest.more) == (60 - AT_ONCE, False)


async def test_while_enough_is_under_way_a_success_is_only_recorded(
    courier: Courier, org: Organization, add: Add, leave: Leave
) -> None:
    channel = uuid.UUID(await add("custom", f"{HOOK}crm"))
    for _ in range(2):
        await leave()
    first, second = await plan(org.id)
    await leave()
    courier._under_way[channel] = ENOUGH

    assert not await courier._turn(org.id, Went(first, OK, 5))
    assert sorted(await rows("dispatch", "state")) == [("sending",), ("sent",)]
    due = await due_in(org)
    assert due is not None
    assert due <= 0

    await courier._turn(org.id, Went(second, BUSY, 5))
    assert sorted(await rows("dispatch", "state")) == [("retry",), ("sending",), ("sent",)]


async def test_what_one_plan_leaves_goes_when_there_is_room_without_another_look(
    org: Organization, courier: Courier, fakes: FakeVendors, add: Add, leave: Leave
) -> None:
    await add("custom", fakes.add_hook("crm"), rate_limit_per_minute=0)
    for _ in range(AT_ONCE + 2):
        await leave()

    await courier.drain(org.id)
    await courier._wait(30)
    assert len(fakes.calls("hook", "crm")) == AT_ONCE + 2
    assert not courier._under_way


async def test_what_went_is_on_record_though_the_plan_fails(
    org: Organization, add: Add, leave: Leave
) -> None:
    """Quiet hours that nobody can read stop every plan."""
    await add("custom", f"{HOOK}crm")
    await leave()
    (first,) = await plan(org.id)
    await leave()
    await database.rows(
        dict, "UPDATE channel SET quiet_hours = '{' WHERE kind = ? RETURNING id", "custom"
    )

    done = await turn(org.id, Went(first, Acceptance(), 5))

    assert done.planned == []
    assert await rows("dispatch", "state") == [("sent",)]
    with pytest.raises(Exception, match="truncated"):
        await turn(org.id)


async def test_a_rest_that_begins_while_every_seat_is_taken_is_kept(
    courier: Courier, org: Organization, add: Add, leave: Leave
) -> None:
    await add("custom", f"{HOOK}crm")
    await leave()
    async with contextlib.AsyncExitStack() as seats:
        for _ in range(SENDS_AT_ONCE):
            await seats.enter_async_context(courier._seats)
        waiting = asyncio.create_task(courier.drain(org.id))
        while not courier._seats._waiters:
            await asyncio.sleep(0)
        await maintenance.switch(on=True)
    await waiting
    await maintenance.switch(on=False)

    assert await rows("dispatch", "state") == []


async def test_a_stop_gives_back_what_a_plan_grants_that_goes_on_yet(
    courier: Courier, org: Organization, add: Add, leave: Leave
) -> None:
    await add("custom", f"{HOOK}crm")
    await leave()
    nothing = contextvars.Context()
    async with database.transaction():
        await lock(org.id)
        courier.look(org.id)
        while org.id not in _together._waiting:
            await asyncio.sleep(0)
        stop = asyncio.create_task(courier.stop(0), context=nothing)
        while not courier._stopping or stop._fut_waiter is None:
            await asyncio.sleep(0)
    await stop

    assert await rows("dispatch", "state") == [("retry",)]


STUMBLES = {
    "sqlite": (
        "CREATE TRIGGER stumbles BEFORE INSERT ON attempt"
        " BEGIN SELECT abs(~9223372036854775807); END",
    ),
    "postgres": (
        "CREATE FUNCTION stumble() RETURNS trigger LANGUAGE plpgsql AS"
        " $$ BEGIN RAISE EXCEPTION 'locked' USING ERRCODE = 'lock_not_available'; END $$",
        "CREATE TRIGGER stumbles BEFORE INSERT ON attempt FOR EACH ROW EXECUTE FUNCTION stumble()",
    ),
}
"""A plan does not get what it asks the database for."""
STUMBLES_NO_MORE = {
    "sqlite": ("DROP TRIGGER stumbles",),
    "postgres": ("DROP TRIGGER stumbles ON attempt", "DROP FUNCTION stumble"),
}


async def test_what_went_is_on_record_though_the_database_refuses_the_plan(
    db: str, org: Organization, add: Add, leave: Leave
) -> None:
    await add("custom", f"{HOOK}crm")
    await leave()
    (first,) = await plan(org.id)
    await leave()
    kind = "postgres" if db else "sqlite"
    for sql in STUMBLES[kind]:
        await database.execute(sql)
    try:
        done = await turn(org.id, Went(first, Acceptance(), 5))
        with pytest.raises(Unavailable):
            await turn(org.id)
    finally:
        for sql in STUMBLES_NO_MORE[kind]:
            await database.execute(sql)

    assert done.planned == []
    assert await rows("dispatch", "state") == [("sent",)]
