"""Endpoints are sent what they want, in the order of each message, signed, and whatever becomes of
the message."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Awaitable
from typing import Any

import msgspec

from app import channel_settings, database
from app.channels import signatures
from app.channels.sender import EVENT
from app.deliveries import Courier, log, trouble
from app.deliveries.replay import replay
from app.erasure import remove
from app.errors import SendError
from app.messages import change, remarks
from app.tables import Attempt, Channel, Delivery, Organization
from tests.app.deliveries.conftest import Add, Leave, settled
from tests.app.deliveries.planning import BUSY, HOOK, all_plans, later, plan, rows, went
from tests.fakes.vendors import FakeVendors

SECRET = signatures.new_secret()
BY = "owner@shop.example"


async def types(ids: list[Any]) -> list[str]:
    """Of the events that these dispatches carry."""
    found = await database.rows(
        dict,
        "SELECT d.dispatch, e.type FROM delivery d JOIN feed_event e ON e.id = d.about",
    )
    of = {row["dispatch"]: row["type"] for row in found}
    return [of[each] for each in ids]


async def test_an_event_arrives_signed_under_its_own_id_and_without_personal_data(
    org: Organization, courier: Courier, fakes: FakeVendors, add: Add, leave: Leave
) -> None:
    await add("events", fakes.add_hook("crm", secret=SECRET), signing_secret=SECRET)
    left = await leave("我想咨询一下产品价格")
    await settled(courier, org)

    (call,) = fakes.calls("hook", "crm")
    said = msgspec.json.decode(call.raw)
    assert call.signature_ok
    assert call.webhook_id == said["id"]
    assert (said["type"], said["data"]["uid"]) == ("message.created", left.uid)
    for personal in ("张三", "13800138000", "zhangsan", "咨询一下"):
        assert personal not in call.raw.decode()
    assert await trouble.told(org.id) == "nobody"
    assert (await log.listed(org.id, log.Filter())).items[0].about == "message.created"


async def test_with_personal_data_it_is_read_when_it_is_sent(
    org: Organization, courier: Courier, fakes: FakeVendors, add: Add, leave: Leave
) -> None:
    hook = fakes.add_hook("crm")
    await add("events", hook, personal=True, types=["message.added", "message.deleted"])
    left = await leave("first")
    await remarks.append(org.id, left.uid, "one more thing")
    gone = await leave("gone")
    await remarks.append(org.id, gone.uid, "nobody reads this")
    await remove.remove(org.id, [uuid.UUID(gone.uid)], by=BY)
    await settled(courier, org)

    said = {
        (each["type"], each["data"]["uid"]): each["data"]
        for each in (msgspec.json.decode(call.raw) for call in fakes.calls("hook", "crm"))
    }
    assert said["message.added", left.uid]["text"] == "one more thing"
    assert said["message.added", left.uid]["visitor"]["phone"] == "13800138000"
    assert said["message.added", gone.uid] == {"uid": gone.uid}
    assert said["message.deleted", gone.uid] == {"uid": gone.uid, "erased": True}


async def test_events_of_one_message_go_one_after_the_other(
    org: Organization, add: Add, leave: Leave
) -> None:
    await add("events", HOOK + "crm")
    left = await leave()
    await change.handle(org.id, left.uid, outcome="phone", by=BY)
    await leave()
    first = await all_plans(org)
    assert await types([each.dispatch for each in first]) == ["message.created"] * 2

    # In this order, as a success makes what waits for another try due at once.
    await went(first[1:])
    await went(first[:1], BUSY)
    assert await all_plans(org) == []
    await later(minutes=2)
    again = await all_plans(org)
    assert [each.dispatch for each in again] == [first[0].dispatch]
    await went(again)
    last = await all_plans(org)
    assert await types([each.dispatch for each in last]) == ["message.handled"]


async def test_of_an_erased_message_nothing_that_was_answered_to_its_events_is_kept(
    org: Organization, add: Add, leave: Leave
) -> None:
    await add("events", HOOK + "a", signing_secret=SECRET)
    left = await leave()
    planned = await all_plans(org)
    await remove.remove(org.id, [uuid.UUID(left.uid)], by=BY)
    await went(planned, SendError("retry", "500", "words", response="words"))
    assert await rows("attempt", "outcome", "message", "response") == [("retry", "", "")]


async def test_filters_choose_what_an_endpoint_is_owed(
    org: Organization, other_org: Organization, add: Add, leave: Leave
) -> None:
    await add("events", HOOK + "a", types=["message.handled", "channel.broken"])
    await add("events", HOOK + "b", statuses=["handled"], categories=["产品咨询"])
    await add("events", HOOK + "c", brands=["elsewhere"])
    await add("events", HOOK + "d", brands=[org.slug], priorities=["normal"])
    left = await leave()
    await change.handle(org.id, left.uid, outcome="phone", by=BY)
    await leave(category="other")
    counts = await database.rows(
        dict,
        "SELECT c.position, count(*) AS n FROM delivery d JOIN channel c ON c.id = d.channel"
        " GROUP BY c.position ORDER BY c.position",
    )
    assert [(row["position"], row["n"]) for row in counts] == [(0, 1), (1, 1), (3, 3)]


async def test_a_dead_endpoint_breaks_and_delays_no_notice(
    org: Organization, add: Add, leave: Leave
) -> None:
    dead = await add("events", HOOK + "dead")
    notices = await add("custom", HOOK + "team")
    await channel_settings.set_limits(
        org.id,
        rate_limit_total_per_minute=6,
        rate_limit_per_minute=10,
        dedup_window_seconds=600,
        by=BY,
    )
    for _ in range(4):
        await leave()
    planned = await all_plans(org)
    # Notices come first, and events take none of their places.
    assert [str(each.channel.id) for each in planned] == [notices] * 4 + [dead] * 4
    refused = SendError("retry", "connect_failed")
    await went(planned[4:], refused)
    await went(planned[:4])
    broken = await trouble.broken(org.id)
    assert [each.channel_uid for each in broken] == [dead]
    await leave()
    assert {str(each.channel.id) for each in await plan(org.id)} == {notices}
    alerts = await Delivery.count().where(Delivery.purpose == "alert")
    assert alerts == 1
    events = await rows("feed_event", "type")
    assert events.count(("channel.broken",)) == 1


async def test_a_channel_that_works_again_is_told_once(
    org: Organization, add: Add, leave: Leave
) -> None:
    await add("events", HOOK + "crm", types=["channel.broken", "channel.mended"])
    await add("custom", HOOK + "team")
    for _ in range(3):
        await leave()
    await went(await all_plans(org), SendError("retry", "connect_failed"))
    await later(hours=2)
    probe = [each for each in await all_plans(org) if each.kind != EVENT]
    await went(probe)
    await went([each for each in await all_plans(org) if each.kind != EVENT])
    assert [name for (name,) in await rows("feed_event", "type")][3:] == [
        "channel.broken",
        "channel.mended",
    ]


async def test_a_broken_channel_that_is_switched_off_or_removed_is_broken_no_more(
    org: Organization, add: Add, leave: Leave
) -> None:
    await add("events", HOOK + "crm", types=["channel.broken", "channel.mended"])
    uid = await add("custom", HOOK + "team")
    now = await database.now()

    async def told_after(act: Awaitable[object]) -> list[str]:
        await Channel.update({Channel.announced_at: now}).where(Channel.id == uid)
        before = len(await rows("feed_event", "type"))
        await act
        return [name for (name,) in await rows("feed_event", "type")][before:]

    off = channel_settings.switch(org.id, uid, False, by=BY)
    assert await told_after(off) == ["channel.mended"]
    changed = channel_settings.change(org.id, uid, {"timeout": 9}, by=BY)
    assert await told_after(changed) == ["channel.mended"]
    assert await told_after(channel_settings.archive(org.id, uid, by=BY)) == ["channel.mended"]
    before = len(await rows("feed_event", "type"))
    await channel_settings.restore(org.id, uid, by=BY)
    assert len(await rows("feed_event", "type")) == before


async def test_what_failed_is_sent_again_under_the_same_id(
    org: Organization, courier: Courier, fakes: FakeVendors, add: Add, leave: Leave
) -> None:
    hook = fakes.add_hook("crm", [{"status": 410}, {"status": 200}])
    uid = await add("events", hook)
    left = await leave()
    await settled(courier, org)
    await change.handle(org.id, left.uid, outcome="phone", by=BY)
    await channel_settings.change(org.id, uid, {"timeout": 9}, by=BY)
    await channel_settings.switch(org.id, uid, True, by=BY)
    assert await replay(org.id, channel=uid, by=BY) == 1
    await settled(courier, org)
    first, again, handled = (msgspec.json.decode(each.raw) for each in fakes.calls("hook", "crm"))
    assert first == again
    assert handled["type"] == "message.handled"


async def test_what_a_program_answered_goes_with_the_message(
    org: Organization, courier: Courier, fakes: FakeVendors, add: Add, leave: Leave
) -> None:
    await add("events", fakes.add_hook("crm", [{"body": {"echo": "金丝雀"}}]))
    left = await leave("金丝雀")
    await settled(courier, org)
    assert "金丝雀" in (await rows("attempt", "response"))[0][0]
    await remove.remove(org.id, [uuid.UUID(left.uid)], by=BY)
    assert {each["response"] for each in await Attempt.select(Attempt.response)} == {""}


async def test_a_test_says_that_it_is_one(
    org: Organization, courier: Courier, fakes: FakeVendors, add: Add
) -> None:
    uid = await add("events", fakes.add_hook("crm", secret=SECRET), signing_secret=SECRET)
    (tested,) = await channel_settings.test(org.id, courier.egress, uid=uid)
    (call,) = fakes.calls("hook", "crm")
    assert (tested.ok, call.signature_ok) == (True, True)
    assert msgspec.json.decode(call.raw)["type"] == "endpoint.test"
    assert dt.datetime.fromisoformat(msgspec.json.decode(call.raw)["timestamp"])
