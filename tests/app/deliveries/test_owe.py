"""What is owed, and the lock it is made under."""

from __future__ import annotations

import asyncio
import datetime as dt
import uuid
from typing import Any

import pytest

from app import (
    channel_settings,
    database,
    deliveries,
    messages,
)
from app.deliveries.owe import BOOST, Listener, chosen, close
from app.errors import NotFound
from app.tables import Delivery, Organization
from tests.app.deliveries.conftest import Add, Leave
from tests.app.deliveries.planning import HOOK, rows


async def owed(org: Organization, message: str, **options: Any) -> list[deliveries.Owed]:
    now = await database.now()
    return [
        deliveries.owe(channel, uuid.UUID(message), now, now=now, **options)
        for channel in await deliveries.listening(org.id)
    ]


async def test_the_lock_gives_what_a_decision_needs(org: Organization) -> None:
    async with database.transaction():
        found = await deliveries.lock(org.id, new=3)
    assert (found.wakes, found.messages, found.rate_limit_per_minute) == (1, 3, 10)
    assert (found.locale, found.timezone) == ("zh-CN", "Asia/Shanghai")
    assert abs((found.now - await database.now()).total_seconds()) < 2


async def test_the_lock_marks_due_and_never_moves_an_earlier_time(org: Organization) -> None:
    early = await database.now() - dt.timedelta(hours=1)
    for before in (None, early, early + dt.timedelta(hours=2)):
        await database.execute("UPDATE organization SET due_at = ?", before)
        async with database.transaction():
            found = await deliveries.lock(org.id)
        (row,) = await database.rows(dict, "SELECT due_at FROM organization")
        if before == early:
            assert row["due_at"] == early
        else:
            assert abs((row["due_at"] - found.now).total_seconds()) < 1


async def test_who_holds_the_lock_is_alone(org: Organization) -> None:
    inside = most = 0

    async def work() -> None:
        nonlocal inside, most
        async with database.transaction():
            await deliveries.lock(org.id)
            inside += 1
            most = max(most, inside)
            await asyncio.sleep(0.005)
            inside -= 1

    await asyncio.gather(*(work() for _ in range(8)))
    (row,) = await database.rows(dict, "SELECT wakes FROM organization")
    assert (most, row["wakes"]) == (1, 8)


async def test_nobody_elses_row_is_no_lock(org: Organization) -> None:
    with pytest.raises(NotFound):
        async with database.transaction():
            await deliveries.lock(uuid.uuid4())


async def test_only_channels_that_are_on_listen(org: Organization, add: Add) -> None:
    first = await add("custom", HOOK + "a")
    await add("custom", HOOK + "off", enabled=False)
    await channel_settings.archive(org.id, await add("custom", HOOK + "gone"), by="tests")
    second = await add("custom", HOOK + "b", fallback_for=first, fallback_after_seconds=90)
    found = [
        (str(row.id), row.purpose, row.after.total_seconds())
        for row in await deliveries.listening(org.id)
    ]
    assert found == [(first, "new", 0), (second, "fallback", 90)]


async def test_a_fallback_speaks_at_once_for_one_that_is_off(org: Organization, add: Add) -> None:
    first = await add("custom", HOOK + "a", enabled=False)
    await add("custom", HOOK + "b", fallback_for=first)
    (row,) = await deliveries.listening(org.id)
    assert (row.purpose, row.after) == ("new", dt.timedelta(0))


async def test_priority_is_a_head_start(org: Organization, add: Add, leave: Leave) -> None:
    for priority in ("high", "normal", "low"):
        await add("custom", HOOK + priority, priority=priority)
    left = await leave()
    made = await owed(org, left.uid)
    assert [each.due_at - each.rank for each in made] == [
        BOOST[name] for name in ("high", "normal", "low")
    ]
    alerts = await owed(org, left.uid, purpose="alert")
    assert {each.due_at - each.rank for each in alerts} == {BOOST["high"]}


async def test_a_duty_is_owed_once(org: Organization, add: Add, leave: Leave) -> None:
    await add("custom", HOOK + "a")
    left = await leave()
    before = await rows("delivery", "id", "state")
    async with database.transaction():
        await deliveries.insert([*await owed(org, left.uid), *await owed(org, left.uid)])
    assert await rows("delivery", "id", "state") == before


async def test_cancelling_says_why_and_touches_nothing_that_is_done(
    org: Organization, add: Add, leave: Leave
) -> None:
    await add("custom", HOOK + "a")
    for _ in range(3):
        left = await leave()
    for state in ("sent", "failed"):
        await database.execute(
            "UPDATE delivery SET state = ? WHERE id = (SELECT id FROM delivery"
            " WHERE state = 'pending' ORDER BY id LIMIT 1)",
            state,
        )
    async with database.transaction():
        now = (await deliveries.lock(org.id)).now
        await deliveries.cancel(Delivery.organization, org.id, reason="because", now=now)
    assert await rows("delivery", "state", "reason") == [
        *(("sent", ""), ("failed", ""), ("cancelled", "because")),
    ]
    (sent,) = (await messages.show(org.id, left.uid)).deliveries
    assert sent.done_at == now


async def test_closing_nothing_closes_nothing(org: Organization, add: Add, leave: Leave) -> None:
    await add("custom", HOOK + "a")
    await leave()
    async with database.transaction():
        await close([], "sent", "", await database.now())
    assert await rows("delivery", "state") == [("pending",)]


def test_who_is_told_of_which_priority() -> None:
    def names(priority: str, *wanted: str) -> list[tuple[str, str]]:
        ids = {each: known[each].id for each in known}
        found = chosen(list(known.values()), [ids[each] for each in wanted] or None, priority)
        by_id = {uid: name for name, uid in ids.items()}
        return [(by_id[each.id], each.purpose) for each in found]

    group, sms = listener(), listener(only_high=True)
    known = {
        "group": group,
        "sms": sms,
        "for_group": listener(fallback_for=group.id, purpose="fallback"),
        "for_sms": listener(fallback_for=sms.id, purpose="fallback"),
        "late_sms": listener(fallback_for=group.id, purpose="fallback", only_high=True),
    }
    assert names("high") == [
        *(("group", "new"), ("sms", "new")),
        *(("for_group", "fallback"), ("for_sms", "fallback"), ("late_sms", "fallback")),
    ]
    for priority in ("normal", "low"):
        told = [("group", "new"), ("for_group", "fallback"), ("for_sms", "new")]
        assert names(priority) == told
        # A rule names a channel that is not for it: what nobody hears of is lost.
        assert names(priority, "sms") == names(priority, "late_sms") == told
    assert names("high", "sms") == [("sms", "new"), ("for_sms", "fallback")]


def listener(**more: Any) -> Listener:
    return Listener(id=uuid.uuid4(), organization=uuid.uuid4(), priority="normal", **more)
