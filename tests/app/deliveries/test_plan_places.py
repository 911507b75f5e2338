"""How many may go in a minute: of a channel, of a robot, of the whole organization."""

from __future__ import annotations

import itertools
import time
from collections import Counter
from typing import Any

import pytest

from app import channel_settings, database, deliveries
from app.channels.kinds import KINDS
from app.deliveries.plan import AT_ONCE
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
    plan,
    went,
)

TOO_FAST = SendError("rate_limited", "130101", after=600)


async def limits(org: Organization, **changes: Any) -> None:
    await channel_settings.replace(org.id, changes, by="tests")


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
    assert (again.dispatch, str(again.channel.id)) == (first.dispatch, uid)


async def test_two_places_of_ten_wait_for_high_priority(
    org: Organization, add: Add, leave: Leave
) -> None:
    """Two channels of one robot: both use up what its platform allows."""
    low = await add("custom", HOOK + "a", priority="normal")
    high = await add("custom", HOOK + "a", priority="high", enabled=False)
    for _ in range(12):
        await leave()
    await channel_settings.switch(org.id, high, True, by="tests")
    assert [str(each.channel.id) for each in await all_plans(org)] == [low] * 8
    for _ in range(3):
        await leave()
    planned = await all_plans(org)
    assert [str(each.channel.id) for each in planned] == [high] * 2


async def test_two_channels_of_one_robot_share_its_limit(
    org: Organization, add: Add, leave: Leave
) -> None:
    for name in ("a", "b"):
        await add("custom", HOOK + "same", name=name)
    await add("custom", HOOK + "other")
    for _ in range(12):
        await leave()
    planned = await all_plans(org)
    shared = [each for each in planned if each.channel.name]
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
    assert [each.channel.priority for each in await all_plans(org)] == ["high"]
    assert await due_in(org) is not None


async def test_what_is_left_of_a_total_is_shared(org: Organization, add: Add, leave: Leave) -> None:
    await limits(org, rate_limit_total_per_minute=10)
    for name in "abc":
        await add("custom", HOOK + name, name=name)
    for _ in range(8):
        await leave()

    took = Counter(each.channel.name for each in await all_plans(org))

    assert sorted(took.values()) == [2, 3, 3]


async def test_who_took_no_more_than_a_share_of_a_total_has_the_next_look_at_once(
    org: Organization, add: Add, leave: Leave
) -> None:
    await limits(org, rate_limit_total_per_minute=10)
    for name in "ab":
        await add("custom", HOOK + name)
    for _ in range(5):
        await leave()
    assert len(await plan(org.id)) == 8
    assert await due_in(org) == pytest.approx(0, abs=2)


async def test_of_those_to_whose_turn_it_is_the_upper_one_goes_first(
    org: Organization, add: Add, leave: Leave
) -> None:
    await limits(org, rate_limit_total_per_minute=1)
    for name in "abc":
        await add("custom", HOOK + name, name=name)
    names = {
        each["name"]: each["uid"] for each in (await channel_settings.read(org.id))["notifications"]
    }
    await channel_settings.move(org.id, names["c"], -2, by="test")
    await leave()

    assert [each.channel.name for each in await all_plans(org)] == ["c"]


async def test_who_has_little_to_send_leaves_the_rest_of_a_total(
    org: Organization, add: Add, leave: Leave
) -> None:
    await limits(org, rate_limit_total_per_minute=10)
    await add("custom", HOOK + "a", name="a")
    await leave()
    await add("custom", HOOK + "b", name="b")
    for _ in range(9):
        await leave()
    await database.execute(
        "UPDATE delivery SET state = 'cancelled' WHERE channel IN (SELECT id FROM channel WHERE"
        " name = 'a') AND id NOT IN (SELECT id FROM delivery ORDER BY id LIMIT 1)"
    )

    took = Counter(each.channel.name for each in await all_plans(org))

    assert took == {"a": 1, "b": 7}


async def test_who_cannot_send_now_takes_no_share_of_a_total(
    org: Organization, add: Add, leave: Leave
) -> None:
    await limits(org, rate_limit_total_per_minute=10)
    first = await add("wecom", WECOM + "a")
    for name in "bc":
        await add("custom", HOOK + name, fallback_for=first, fallback_after_seconds=600)
    for _ in range(5):
        await leave()

    assert [each.kind for each in await all_plans(org)] == ["single"] * 5


async def test_what_has_waited_long_gets_the_places_kept_for_high_priority(
    org: Organization, add: Add, leave: Leave
) -> None:
    await limits(org, rate_limit_total_per_minute=10)
    await add("custom", HOOK + "high", priority="high", name="high")
    await add("custom", HOOK + "low", priority="low", name="low")
    took: Counter[str] = Counter()
    for _ in range(30):
        for _ in range(12):
            await leave()
        planned = await all_plans(org)
        took.update(each.channel.name for each in planned)
        await went(planned)
        await later(seconds=61)

    assert took["low"] > took["high"] / 10


async def test_a_list_of_one_is_none(org: Organization, add: Add, leave: Leave) -> None:
    await add("wecom", WECOM + "a", rate_limit_per_minute=1)
    await leave()
    now = await database.now()
    (channel,) = await deliveries.listening(org.id)
    alert = deliveries.owe(channel, None, now, purpose="alert", about=channel.id, now=now)
    async with database.transaction():
        await deliveries.insert([alert])

    assert [(each.kind, each.size) for each in await all_plans(org)] == [("single", 1)]


async def test_a_platform_that_counts_by_the_second_is_told_apart_in_time(
    org: Organization, add: Add, leave: Leave
) -> None:
    await add("feishu", "http://127.0.0.1:9/open-apis/bot/v2/hook/" + "a" * 36)
    for _ in range(6):
        await leave()
    delays = [each.delay for each in await plan(org.id)]

    starts = [number * KINDS["feishu"].spacing for number in range(6)]
    assert delays == pytest.approx(starts, abs=0.01)


async def test_also_those_that_come_one_by_one(org: Organization, add: Add, leave: Leave) -> None:
    await add("feishu", "http://127.0.0.1:9/open-apis/bot/v2/hook/" + "a" * 36)
    earliest, latest = list[float](), list[float]()
    for _ in range(6):
        await leave()
        began = time.monotonic()
        (planned,) = await plan(org.id)
        earliest.append(began + planned.delay)
        latest.append(time.monotonic() + planned.delay)

    for before, after in itertools.pairwise(zip(earliest, latest, strict=True)):
        assert after[1] - before[0] >= KINDS["feishu"].spacing


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
    planned = [each for each in await all_plans(org) if each.channel.kind == "wecom"]
    assert len(planned) == KINDS["wecom"].limit_per_minute


async def test_too_fast_keeps_the_whole_robot_quiet_and_charges_no_try(
    org: Organization, add: Add, leave: Leave
) -> None:
    for name in ("a", "b"):
        await add("custom", HOOK + "same", name=name)
    await add("custom", HOOK + "other")
    await leave()
    planned = await all_plans(org)
    fast = next(each for each in planned if each.channel.name == "a")
    await went([each for each in planned if each is not fast])
    await went([fast], TOO_FAST)
    await leave()
    (other,) = await all_plans(org)
    assert other.channel.name == ""
    await went([other])
    await later(seconds=595)
    assert await all_plans(org) == []
    await later(seconds=10)
    again = next(each for each in await all_plans(org) if each.dispatch == fast.dispatch)
    assert (again.number, again.maybe_repeat) == (2, False)
    (row,) = await database.rows(dict, "SELECT * FROM dispatch WHERE id = ?", fast.dispatch)
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
    (row,) = await database.rows(dict, "SELECT failures FROM channel")
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


async def test_high_priority_leads_and_low_does_not_starve(
    org: Organization, add: Add, leave: Leave
) -> None:
    await limits(org, rate_limit_total_per_minute=1)
    await add("custom", HOOK + "low", priority="low")
    await leave()
    high = await add("custom", HOOK + "high", priority="high")
    await leave()
    (first,) = await all_plans(org)
    assert str(first.channel.id) == high
    await went([first])
    await later(minutes=11)
    await leave()
    (second,) = await all_plans(org)
    assert second.channel.priority == "low"


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
