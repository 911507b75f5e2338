"""What is sent now, and when to look again."""

from __future__ import annotations

import asyncio
import datetime as dt
from typing import Any

import pytest

from app import channel_settings, database, messages
from app.channels.kinds import KINDS
from app.deliveries.parcel import pack
from app.errors import SendError
from app.tables import Organization
from tests.app.deliveries.conftest import Add, Leave
from tests.app.deliveries.planning import (
    HOOK,
    WECOM,
    all_plans,
    due_in,
    later,
    plan,
    plan_apart,
    rows,
    went,
)

TOO_FAST = SendError("rate_limited", "130101", after=600)


async def limits(org: Organization, **changes: Any) -> None:
    await channel_settings.replace(org.id, changes, by="tests")


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
    assert (planned.rendering, planned.agent, planned.accepted) == ("normal", None, [])
    assert await rows("delivery", "state", "dispatch") == [("sending", planned.dispatch)]
    assert await rows("dispatch", "state", "attempts", "tries") == [("sending", 1, 0)]
    assert await rows("attempt", "id", "number", "finished_at") == [(planned.attempt, 1, None)]
    lease = KINDS["custom"].deadline + 20
    assert await due_in(org) == pytest.approx(lease, abs=3)


async def test_a_second_look_finds_nothing_more(org: Organization, add: Add, leave: Leave) -> None:
    await add("custom", HOOK + "a")
    await leave()
    planned = await asyncio.gather(*(plan_apart(org.id) for _ in range(12)))
    assert sum(len(each) for each in planned) == 1


async def test_twelve_planners_at_once_spend_the_places_once(
    org: Organization, add: Add, leave: Leave
) -> None:
    await add("wecom", WECOM + "a")
    for _ in range(31):
        await leave()
    planned = [
        each
        for found in await asyncio.gather(*(plan_apart(org.id) for _ in range(12)))
        for each in found
    ]
    assert sorted(each.kind for each in planned) == ["digest"] + ["single"] * 9
    assert sorted(each.size for each in planned) == [1] * 9 + [22]


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


async def test_a_kind_that_only_a_newer_release_knows_is_left_alone(
    org: Organization, add: Add, leave: Leave
) -> None:
    await add("custom", HOOK + "a")
    await leave()
    await database.execute("UPDATE channel SET kind = 'pigeon'")
    assert await all_plans(org) == []
    assert await rows("delivery", "state") == [("pending",)]


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


async def test_of_a_first_that_is_spam_the_notice_names_who_waits_instead(
    org: Organization, add: Add, leave: Leave
) -> None:
    await add("wecom", WECOM + "a")
    first = await leave("do you deliver")
    await went(await all_plans(org))
    other = await leave("do you deliver", phone="13900139000", email="")
    await messages.spam(org.id, first.uid, by="tests")
    await later(seconds=601)
    (planned,) = await all_plans(org)
    (notice,) = (await pack(planned)).notices
    assert (notice.reference, notice.phone, notice.others) == (other.reference, "13900139000", 1)


async def test_organizations_share_nothing(
    org: Organization, other_org: Organization, add: Add, leave: Leave
) -> None:
    await add("custom", HOOK + "a")
    await leave()
    assert await plan(other_org.id) == []
    assert len(await plan(org.id)) == 1


async def test_the_time_of_the_database_decides(org: Organization, add: Add, leave: Leave) -> None:
    await add("custom", HOOK + "a")
    left = await leave()
    (planned,) = await plan(org.id)
    assert planned.lease_until - left.created_at < dt.timedelta(minutes=1)
