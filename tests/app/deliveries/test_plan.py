"""What is sent now, and when to look again."""

from __future__ import annotations

import asyncio
import datetime as dt
from typing import Any

import pytest

from app import database, deliveries, messages, notifications
from app.channels import KINDS
from app.deliveries.parcel import pack
from app.deliveries.plan import AT_ONCE, plan
from app.errors import SendError
from app.tables import Organization
from tests.app.deliveries.conftest import Add, Leave
from tests.app.deliveries.planning import (
    BUSY,
    HOOK,
    OK,
    WECOM,
    all_plans,
    due_in,
    later,
    rows,
    went,
)

TOO_FAST = SendError("rate_limited", "130101", after=600)


async def limits(org: Organization, **changes: Any) -> None:
    await notifications.replace(org.id, changes, by="tests")


async def test_nothing_owed_is_nothing_planned_and_no_look_wanted(org: Organization) -> None:
    assert await plan(org.id) == []
    assert await due_in(org) is None


async def test_one_message_is_one_send_with_a_lease(
    org: Organization, add: Add, leave: Leave
) -> None:
    await add("custom", HOOK + "a")
    await leave()
    (planned,) = await plan(org.id)
    assert (planned.kind, planned.number, planned.size, planned.maybe_repeat) == (
        *("single", 1, 1, False),
    )
    assert await rows("delivery", "state", "dispatch") == [("sending", planned.dispatch)]
    assert await rows("dispatch", "state", "attempts", "tries") == [("sending", 1, 0)]
    assert await rows("attempt", "id", "number", "finished_at") == [(planned.attempt, 1, None)]
    lease = KINDS["custom"].deadline + 20
    assert await due_in(org) == pytest.approx(lease, abs=3)


async def test_a_second_look_finds_nothing_more(org: Organization, add: Add, leave: Leave) -> None:
    await add("custom", HOOK + "a")
    await leave()
    planned = await asyncio.gather(*(plan(org.id) for _ in range(12)))
    assert sum(len(each) for each in planned) == 1


async def test_twelve_planners_at_once_spend_the_places_once(
    org: Organization, add: Add, leave: Leave
) -> None:
    await add("wecom", WECOM + "a")
    for _ in range(31):
        await leave()
    planned = [
        each for found in await asyncio.gather(*(plan(org.id) for _ in range(12))) for each in found
    ]
    assert sorted(each.kind for each in planned) == ["digest"] + ["single"] * 9
    assert sorted(each.size for each in planned) == [1] * 9 + [22]


async def test_a_place_comes_free_a_minute_after_its_send_ended(
    org: Organization, add: Add, leave: Leave
) -> None:
    await add("custom", HOOK + "a")
    for _ in range(13):
        await leave()
    first = await all_plans(org)
    assert len(first) == 10
    await went(first)
    assert await due_in(org) == pytest.approx(0, abs=2)
    assert await all_plans(org) == []
    assert await due_in(org) == pytest.approx(60, abs=5)
    await later(seconds=59)
    assert await all_plans(org) == []
    await later(seconds=6)
    assert len(await all_plans(org)) == 3


async def test_until_its_end_is_known_a_place_stays_taken(
    org: Organization, add: Add, leave: Leave
) -> None:
    uid = await add("custom", HOOK + "a", rate_limit_per_minute=1)
    await leave()
    await leave()
    (first,) = await all_plans(org)
    await later(seconds=KINDS["custom"].deadline + 20 + 1)
    # The lease has lapsed, so that the first goes again; its own place is not free for that.
    assert await all_plans(org) == []
    await later(seconds=60)
    (again,) = await all_plans(org)
    assert (again.dispatch, str(again.channel["id"])) == (first.dispatch, uid)


async def test_a_thousand_that_wait_go_in_one(org: Organization, add: Add, leave: Leave) -> None:
    await add("wecom", WECOM + "a", rate_limit_per_minute=1)
    for _ in range(20):
        await asyncio.gather(*(leave() for _ in range(50)))
    (planned,) = await all_plans(org)
    assert (planned.kind, planned.size) == ("digest", 1000)
    parcel = await pack(planned)
    assert (len(parcel.notices), parcel.total) == (20, 1000)
    assert [each.content for each in parcel.notices][0] == "question number 1"
    await went([planned])
    assert set(await rows("delivery", "state")) == {("sent",)}


async def test_a_receiver_that_reads_one_by_one_may_ask_for_digests(
    org: Organization, add: Add, leave: Leave
) -> None:
    await add("custom", HOOK + "one", rate_limit_per_minute=2)
    await add("custom", HOOK + "all", rate_limit_per_minute=2, digest=True)
    for _ in range(5):
        await leave()
    planned = await all_plans(org)
    assert sorted((each.kind, each.size) for each in planned) == [
        *(("digest", 4), ("single", 1), ("single", 1), ("single", 1)),
    ]


async def test_two_places_of_ten_wait_for_high_priority(
    org: Organization, add: Add, leave: Leave
) -> None:
    """Two channels of one robot: both use up what its platform allows."""
    low = await add("custom", HOOK + "a", priority="normal")
    high = await add("custom", HOOK + "a", priority="high", enabled=False)
    for _ in range(12):
        await leave()
    await notifications.switch(org.id, high, True, by="tests")
    assert [str(each.channel["id"]) for each in await all_plans(org)] == [low] * 8
    for _ in range(3):
        await leave()
    planned = await all_plans(org)
    assert [str(each.channel["id"]) for each in planned] == [high] * 2


async def test_two_channels_of_one_robot_share_its_limit(
    org: Organization, add: Add, leave: Leave
) -> None:
    for name in ("a", "b"):
        await add("custom", HOOK + "same", name=name)
    await add("custom", HOOK + "other")
    for _ in range(12):
        await leave()
    planned = await all_plans(org)
    shared = [each for each in planned if each.channel["name"]]
    assert (len(shared), len(planned)) == (10, 20)


async def test_the_organizations_total_holds_over_all_channels(
    org: Organization, add: Add, leave: Leave
) -> None:
    await limits(org, rate_limit_total_per_minute=5)
    for name in "abc":
        await add("custom", HOOK + name)
    for _ in range(4):
        await leave()
    # One of ten places of a total waits for high priority: of five, one.
    assert len(await all_plans(org)) == 4
    await add("custom", HOOK + "d", priority="high")
    await leave()
    assert [each.channel["priority"] for each in await all_plans(org)] == ["high"]
    assert await due_in(org) is not None


async def test_zero_lifts_our_limit_but_not_the_platforms(
    org: Organization, add: Add, leave: Leave
) -> None:
    await limits(org, rate_limit_per_minute=0)
    await add("custom", HOOK + "a")
    for _ in range(AT_ONCE + 5):
        await leave()
    found = await plan(org.id)
    assert len(found) <= AT_ONCE
    await went(found)
    while more := await plan(org.id):
        await went(more)
        found += more
    assert len(found) == AT_ONCE + 5
    await add("wecom", WECOM + "a")
    for _ in range(30):
        await leave()
    planned = [each for each in await all_plans(org) if each.channel["kind"] == "wecom"]
    assert len(planned) == KINDS["wecom"].limit_per_minute


async def test_too_fast_keeps_the_whole_robot_quiet_and_charges_no_try(
    org: Organization, add: Add, leave: Leave
) -> None:
    for name in ("a", "b"):
        await add("custom", HOOK + "same", name=name)
    await add("custom", HOOK + "other")
    await leave()
    planned = await all_plans(org)
    fast = next(each for each in planned if each.channel["name"] == "a")
    await went([each for each in planned if each is not fast])
    await went([fast], TOO_FAST)
    await leave()
    (other,) = await all_plans(org)
    assert other.channel["name"] == ""
    await went([other])
    await later(seconds=595)
    assert await all_plans(org) == []
    await later(seconds=10)
    again = next(each for each in await all_plans(org) if each.dispatch == fast.dispatch)
    assert (again.number, again.maybe_repeat) == (2, False)
    (row,) = await database.fetch("SELECT * FROM dispatch WHERE id = {}", fast.dispatch)
    assert (row["attempts"], row["tries"]) == (2, 0)


async def test_what_was_sent_before_the_pause_does_not_end_it(
    org: Organization, add: Add, leave: Leave
) -> None:
    await add("custom", HOOK + "a")
    for _ in range(2):
        await leave()
    first, second = await all_plans(org)
    await went([first], TOO_FAST)
    await went([second], OK)
    await leave()
    assert await all_plans(org) == []
    assert await due_in(org) == pytest.approx(600, abs=5)


async def test_three_failures_in_a_row_pause_the_channel_then_one_probes(
    org: Organization, add: Add, leave: Leave
) -> None:
    await add("wecom", WECOM + "a")
    for _ in range(3):
        await leave()
    await went(await all_plans(org), BUSY)
    for _ in range(5):
        await leave()
    assert await all_plans(org) == []
    await later(seconds=61)
    (probe,) = await plan(org.id)
    assert await plan(org.id) == []
    await went([probe], BUSY)
    assert await all_plans(org) == []
    (row,) = await database.fetch("SELECT failures FROM channel")
    assert row["failures"] >= 3


async def test_a_probe_that_passes_opens_the_way_for_all(
    org: Organization, add: Add, leave: Leave
) -> None:
    await add("custom", HOOK + "a")
    for _ in range(3):
        await leave()
    await went(await all_plans(org), BUSY)
    await later(seconds=61)
    await went(await plan(org.id), OK)
    await leave()
    assert len(await all_plans(org)) == 3


async def test_a_lapsed_lease_goes_again_under_the_same_id_with_a_mark(
    org: Organization, add: Add, leave: Leave
) -> None:
    await add("wecom", WECOM + "a")
    await leave()
    (first,) = await plan(org.id)
    await later(minutes=5)
    (again,) = await plan(org.id)
    assert again.dispatch == first.dispatch
    assert again.attempt != first.attempt
    assert (again.number, again.maybe_repeat) == (2, True)
    assert (await pack(again)).maybe_repeat


async def test_what_kills_its_worker_every_time_is_given_up(
    org: Organization, add: Add, leave: Leave
) -> None:
    first = await add("wecom", WECOM + "a")
    await add("custom", HOOK + "a", fallback_for=first, fallback_after_seconds=86_400)
    await leave()
    for _ in range(4):
        assert len(await all_plans(org)) == 1
        await later(minutes=5)
    assert await plan(org.id) == []
    assert await due_in(org) == pytest.approx(0, abs=2)
    (fallback,) = await all_plans(org)
    assert fallback.channel["kind"] == "custom"
    assert ("failed", "outcome_unknown") in await rows("delivery", "state", "reason")


async def test_a_retry_says_what_the_first_try_said(
    org: Organization, add: Add, leave: Leave
) -> None:
    uid = await add("wecom", WECOM + "a", template="old {{ message.content }}")
    await leave()
    await went(await plan(org.id), BUSY)
    await notifications.change(org.id, uid, {"template": "new {{ message.content }}"}, by="tests")
    await leave()
    await later(seconds=30)
    templates = {each.number: each.template for each in await all_plans(org)}
    assert templates[2] == "old {{ message.content }}"


async def test_alerts_that_find_one_place_go_one_by_one(
    org: Organization, add: Add, leave: Leave
) -> None:
    for name in "ab":
        await add("custom", HOOK + name)
    await leave()
    uid = await add("wecom", WECOM + "a", rate_limit_per_minute=1)
    await went(await all_plans(org), SendError("gone", "410"))
    found = await rows("delivery", "channel", "purpose", "state")
    waiting = [(purpose, state) for channel, purpose, state in found if str(channel) == uid]
    assert waiting == [("alert", "pending")] * 2
    for _ in range(2):
        (planned,) = await all_plans(org)
        assert planned.kind == "alert"
        await went([planned])
        await later(seconds=61)


async def test_a_channel_that_is_off_gets_no_further_try(
    org: Organization, add: Add, leave: Leave
) -> None:
    uid = await add("custom", HOOK + "a")
    await leave()
    planned = await plan(org.id)
    await notifications.switch(org.id, uid, False, by="tests")
    await went(planned, BUSY)
    await later(minutes=5)
    assert await all_plans(org) == []
    assert await rows("delivery", "state", "reason") == [("cancelled", "channel_off")]
    assert await rows("dispatch", "state") == [("cancelled",)]
    assert await due_in(org) is None


async def test_a_channel_that_is_archived_in_flight_keeps_its_reason(
    org: Organization, add: Add, leave: Leave
) -> None:
    uid = await add("custom", HOOK + "a")
    await leave()
    await plan(org.id)
    await notifications.archive(org.id, uid, by="tests")
    await later(minutes=5)
    assert await all_plans(org) == []
    assert await rows("delivery", "state", "reason") == [("cancelled", "channel_archived")]


async def test_a_replay_through_a_channel_that_is_off_waits_until_it_is_on(
    org: Organization, add: Add, leave: Leave
) -> None:
    uid = await add("custom", HOOK + "a")
    await leave()
    await went(await plan(org.id), SendError("permanent_content", "400"))
    await notifications.switch(org.id, uid, False, by="tests")
    await deliveries.replay(org.id, channel=uid, by="tests")
    assert await all_plans(org) == []
    await notifications.switch(org.id, uid, True, by="tests")
    await deliveries.replay(org.id, channel=uid, by="tests")
    assert len(await all_plans(org)) == 1


async def test_high_priority_leads_and_low_does_not_starve(
    org: Organization, add: Add, leave: Leave
) -> None:
    await limits(org, rate_limit_total_per_minute=1)
    await add("custom", HOOK + "low", priority="low")
    await leave()
    high = await add("custom", HOOK + "high", priority="high")
    await leave()
    (first,) = await all_plans(org)
    assert str(first.channel["id"]) == high
    await went([first])
    await later(minutes=11)
    await leave()
    (second,) = await all_plans(org)
    assert second.channel["priority"] == "low"


async def test_a_kind_that_only_a_newer_release_knows_is_left_alone(
    org: Organization, add: Add, leave: Leave
) -> None:
    await add("custom", HOOK + "a")
    await leave()
    await database.fetch("UPDATE channel SET kind = 'pigeon'")
    assert await all_plans(org) == []
    assert await rows("delivery", "state") == [("pending",)]


async def test_a_clock_that_was_set_back_frees_the_places_within_a_minute(
    org: Organization, add: Add, leave: Leave
) -> None:
    await add("custom", HOOK + "a", rate_limit_per_minute=1)
    await leave()
    await went(await all_plans(org))
    await later(hours=-1)
    await leave()
    assert await all_plans(org) == []
    assert await due_in(org) == pytest.approx(60, abs=5)


async def test_who_wrote_the_same_is_told_of_when_the_window_ends(
    org: Organization, add: Add, leave: Leave
) -> None:
    await add("wecom", WECOM + "a")
    first = await leave("hello")
    await leave("hello", phone="13900139000", email="")
    await leave("hello", phone="13900139001", email="")
    await went(await all_plans(org))
    assert await due_in(org) == pytest.approx(0, abs=2)
    assert await all_plans(org) == []
    assert await due_in(org) == pytest.approx(600, abs=10)
    await later(seconds=601)
    (planned,) = await all_plans(org)
    parcel = await pack(planned)
    assert (parcel.kind, parcel.notices[0].others) == ("repeat", 2)
    assert parcel.notices[0].reference == first.reference


async def test_organizations_share_nothing(
    org: Organization, other_org: Organization, add: Add, leave: Leave
) -> None:
    await add("custom", HOOK + "a")
    await leave()
    assert await plan(other_org.id) == []
    assert len(await plan(org.id)) == 1


async def test_what_was_handled_meanwhile_is_not_tried_again(
    org: Organization, add: Add, leave: Leave
) -> None:
    await add("custom", HOOK + "a")
    left = await leave()
    await went(await plan(org.id), BUSY)
    await messages.handle(org.id, left.uid, outcome="phone", by="tests")
    await later(minutes=5)
    assert await all_plans(org) == []
    assert await rows("delivery", "state", "reason") == [("cancelled", "handled")]


async def test_the_time_of_the_database_decides(org: Organization, add: Add, leave: Leave) -> None:
    await add("custom", HOOK + "a")
    left = await leave()
    (planned,) = await plan(org.id)
    assert planned.lease_until - left.created_at < dt.timedelta(minutes=1)
