"""What is tried again, under which id, and what is not."""

from __future__ import annotations

from typing import Any

import pytest

from app import channel_settings, deliveries, messages
from app.deliveries import plan as planning
from app.deliveries import sight
from app.deliveries.parcel import pack
from app.errors import SendError
from app.tables import Organization
from tests.app.deliveries.conftest import Add, Leave
from tests.app.deliveries.planning import (
    BUSY,
    HOOK,
    WECOM,
    all_plans,
    due_in,
    later,
    plan,
    rows,
    went,
)

TOO_FAST = SendError("rate_limited", "130101", after=600)


async def limits(org: Organization, **changes: Any) -> None:
    await channel_settings.replace(org.id, changes, by="tests")


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
    assert fallback.channel.kind == "custom"
    assert ("failed", "outcome_unknown") in await rows("delivery", "state", "reason")


async def test_a_retry_says_what_the_first_try_said(
    org: Organization, add: Add, leave: Leave
) -> None:
    uid = await add("wecom", WECOM + "a", template="old {{ message.content }}")
    await leave()
    await went(await plan(org.id), BUSY)
    await channel_settings.change(
        org.id, uid, {"template": "new {{ message.content }}"}, by="tests"
    )
    await leave()
    await later(seconds=30)
    templates = {each.number: each.template for each in await all_plans(org)}
    assert templates[2] == "old {{ message.content }}"


async def test_a_channel_that_is_off_gets_no_further_try(
    org: Organization, add: Add, leave: Leave
) -> None:
    uid = await add("custom", HOOK + "a")
    await leave()
    planned = await plan(org.id)
    await channel_settings.switch(org.id, uid, False, by="tests")
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
    await channel_settings.archive(org.id, uid, by="tests")
    await later(minutes=5)
    assert await all_plans(org) == []
    assert await rows("delivery", "state", "reason") == [("cancelled", "channel_archived")]


async def test_a_replay_through_a_channel_that_is_off_waits_until_it_is_on(
    org: Organization, add: Add, leave: Leave
) -> None:
    uid = await add("custom", HOOK + "a")
    await leave()
    await went(await plan(org.id), SendError("permanent_content", "400"))
    await channel_settings.switch(org.id, uid, False, by="tests")
    await deliveries.replay(org.id, channel=uid, by="tests")
    assert await all_plans(org) == []
    await channel_settings.switch(org.id, uid, True, by="tests")
    await deliveries.replay(org.id, channel=uid, by="tests")
    assert len(await all_plans(org)) == 1


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


@pytest.mark.parametrize("mark", ["handled", "spam"])
@pytest.mark.parametrize("lapsed", [True, False])
async def test_what_was_marked_while_it_was_on_the_wire_is_not_tried_again(
    org: Organization, add: Add, leave: Leave, mark: str, *, lapsed: bool
) -> None:
    await add("wecom", WECOM + "a")
    left = await leave()
    planned = await plan(org.id)
    if mark == "handled":
        await messages.handle(org.id, left.uid, outcome="phone", by="tests")
    else:
        await messages.spam(org.id, left.uid, by="tests")
    if not lapsed:
        await went(planned, BUSY)
    await later(minutes=5)

    assert await all_plans(org) == []
    assert await rows("delivery", "state", "reason") == [("cancelled", mark)]


async def test_a_digest_is_tried_again_while_any_of_its_messages_is_open(
    org: Organization, add: Add, leave: Leave
) -> None:
    await add("wecom", WECOM + "a", rate_limit_per_minute=1)
    first, second = await leave(), await leave()
    await went(await plan(org.id), BUSY)
    await messages.handle(org.id, first.uid, outcome="phone", by="tests")
    await later(minutes=5)
    (again,) = await all_plans(org)
    await went([again], BUSY)
    await messages.handle(org.id, second.uid, outcome="phone", by="tests")
    await later(minutes=5)

    assert (again.kind, again.size) == ("digest", 2)
    assert await all_plans(org) == []


async def test_one_plan_tries_again_no_more_than_it_may_start_and_the_next_follows_at_once(
    org: Organization, add: Add, leave: Leave, monkeypatch: pytest.MonkeyPatch
) -> None:
    await add("custom", HOOK + "a")
    for _ in range(3):
        await leave()
    first = await all_plans(org)
    monkeypatch.setattr(planning, "AT_ONCE", 2)
    await later(minutes=5)
    again = await plan(org.id)
    assert [each.number for each in again] == [2, 2]
    assert await due_in(org) == pytest.approx(0, abs=2)
    (last,) = await plan(org.id)
    assert {each.dispatch for each in (*again, last)} == {each.dispatch for each in first}
    assert sorted(await rows("attempt", "dispatch", "number")) == sorted(
        (each.dispatch, number) for each in first for number in (1, 2)
    )
    # Else one of these, whose lease lapses, may be what a channel in trouble tries first.
    await went(again)
    await went([last], SendError("retry", "451", accepted=["a@x"], refused={"b@x": "550"}))
    monkeypatch.setattr(planning, "AT_ONCE", 9)
    await later(hours=1)
    (third,) = [each for each in await plan(org.id) if each.dispatch == last.dispatch]
    assert (third.accepted, third.refused, third.rendering) == (["a@x"], ["b@x"], "normal")


async def test_a_channel_has_so_many_under_way_and_the_last_of_its_seats_is_taken(
    org: Organization, add: Add, leave: Leave, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sight, "CHANNEL_AT_ONCE", 1)
    await add("custom", HOOK + "a")
    for _ in range(2):
        await leave()
    (one,) = await all_plans(org)
    await went([one], BUSY)
    await later(seconds=20)
    (again,) = await all_plans(org)
    assert (again.dispatch, again.number) == (one.dispatch, 2)
    assert await all_plans(org) == []
    await went([again])
    assert len(await all_plans(org)) == 1


async def test_whose_turn_does_not_come_in_one_plan_comes_in_the_next_at_once(
    org: Organization, add: Add, leave: Leave, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(planning, "AT_ONCE", 1)
    for name in "ab":
        await add("custom", HOOK + name)
    await leave()
    (first,) = await plan(org.id)
    assert await due_in(org) == pytest.approx(0, abs=2)
    (second,) = await plan(org.id)
    assert first.channel.id != second.channel.id
