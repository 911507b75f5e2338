"""Targets that are missed too often are said once; what visitors read is counted by a worker."""

from __future__ import annotations

import asyncio
import datetime as dt
import json
import uuid
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from app import channel_settings, database, presence
from app.brands import change as brands
from app.deliveries import Courier
from app.hours import WEEKDAYS
from app.people import organizations
from app.tables import Message, Organization
from app.targets import change, replies, watch
from app.targets.replies import Replies
from tests.app.deliveries.conftest import Add, Leave, settled
from tests.fakes.vendors import FakeVendors

HOOK = "http://127.0.0.1:9/hook"
# Of today, as days are counted as messages come.
NOW = dt.datetime.now(ZoneInfo("Asia/Shanghai")).replace(hour=12, minute=0).astimezone(dt.UTC)
HOUR = dt.timedelta(hours=1)


async def left(
    org: Organization, leave: Leave, n: int, *, late: int = 0, category: str = "售后"
) -> list[uuid.UUID]:
    """Yesterday, handled by now: `late` of them after their time."""
    found = []
    for number in range(n):
        made = await leave(f"{category} {number} {uuid.uuid4()}", category=category)
        at = NOW - 24 * HOUR
        went = at + (3 if number < late else 1) * HOUR
        change: dict[Any, Any] = {
            Message.created_at: at,
            Message.due_at: at + 2 * HOUR,
            Message.first_handled_at: went,
            Message.handled_at: went,
            Message.status: "handled",
            Message.open_minutes: int((went - at).total_seconds()) // 60,
        }
        await Message.update(change).where(Message.id == uuid.UUID(made.uid))
        found.append(uuid.UUID(made.uid))
    return found


async def look(org: Organization, after: int = 0) -> Replies:
    await watch.look(org.id, NOW + after * watch.EVERY)
    return replies.stored((await organizations.by_id(org.id)).replies)


async def owed() -> list[dict[str, Any]]:
    return await database.rows(dict, "SELECT * FROM delivery WHERE purpose = 'target'")


def broken(found: Replies) -> list[tuple[str | None, int, int]]:
    return [(each.category, each.late, each.of) for each in found.broken]


async def test_more_than_one_in_five_is_told_once_and_again_only_after_it_was_kept(
    org: Organization, add: Add, leave: Leave
) -> None:
    channel = await add("custom", HOOK)
    await change.save(org.id, {"minutes": 120, "warn": channel}, by="tests")
    ids = await left(org, leave, 20, late=5)
    assert broken(await look(org)) == [(None, 5, 20)]
    assert broken(await look(org, 1)) == [(None, 5, 20)]
    assert len(await owed()) == 1

    in_time = {Message.due_at: NOW}
    await Message.update(in_time).where(Message.id == ids[0])
    assert broken(await look(org, 2)) == []
    late = {Message.due_at: NOW - 25 * HOUR}
    await Message.update(late).where(Message.id == ids[0])
    assert broken(await look(org, 3)) == [(None, 5, 20)]
    assert len(await owed()) == 2


async def test_of_few_messages_nothing_is_said(org: Organization, leave: Leave) -> None:
    await change.save(org.id, {"minutes": 120}, by="tests")
    await left(org, leave, 19, late=19)
    assert broken(await look(org)) == []


async def test_a_category_of_its_own_is_watched_alone(org: Organization, leave: Leave) -> None:
    own = [{"category": "售后", "minutes": 30}, {"category": "其他", "minutes": None}]
    await change.save(org.id, {"minutes": 120, "categories": own}, by="tests")
    await left(org, leave, 20, late=6, category="售后")
    await left(org, leave, 20, late=4, category="咨询")
    await left(org, leave, 20, late=20, category="其他")
    assert broken(await look(org)) == [("售后", 6, 20)]


async def test_what_waits_too_long_is_late_as_well(org: Organization, leave: Leave) -> None:
    await change.save(org.id, {"minutes": 120}, by="tests")
    ids = await left(org, leave, 20)
    waits = {Message.status: "pending", Message.first_handled_at: None, Message.handled_at: None}
    await Message.update(waits).where(Message.id.is_in(ids[:5]))
    assert broken(await look(org)) == [(None, 5, 20)]


async def test_many_workers_tell_it_once(org: Organization, add: Add, leave: Leave) -> None:
    channel = await add("custom", HOOK)
    await change.save(org.id, {"minutes": 120, "warn": channel}, by="tests")
    await left(org, leave, 20, late=20)
    await asyncio.gather(*(watch.look(org.id, NOW + n * HOUR / 3600) for n in range(6)))
    assert len(await owed()) == 1


async def test_the_channel_reads_which_and_where(
    org: Organization, courier: Courier, fakes: FakeVendors, leave: Leave
) -> None:
    url = fakes.add_hook("warned")
    raw = {"type": "custom", "webhook_url": url}
    await left(org, leave, 20, late=20)
    channel = await channel_settings.add(org.id, raw, by="tests")
    own = [{"category": "售后", "minutes": 30}]
    await change.save(org.id, {"categories": own, "warn": channel}, by="tests")
    await look(org)
    await settled(courier, org)
    bodies = [json.loads(call.raw) for call in fakes.calls()]
    (told,) = [each for each in bodies if each["type"] == "leave_message_target"]
    assert "太多留言没按时处理" in told["title"]
    (line,) = told["lines"]
    assert line["text"] == "售后（30 分钟内处理）：近 30 天 20 条里有 20 条超时"
    assert "first=late" in line["link"]
    assert "status=genuine" in line["link"]


async def test_without_a_channel_it_is_said_in_the_console_only(
    org: Organization, leave: Leave
) -> None:
    await change.save(org.id, {"minutes": 120}, by="tests")
    await left(org, leave, 20, late=20)
    assert broken(await look(org)) == [(None, 20, 20)]
    assert await owed() == []


async def test_a_channel_that_was_removed_breaks_nothing(
    org: Organization, add: Add, leave: Leave
) -> None:
    channel = await add("custom", HOOK)
    await change.save(org.id, {"minutes": 120, "warn": channel}, by="tests")
    await channel_settings.archive(org.id, channel, by="tests")
    await left(org, leave, 20, late=20)
    assert broken(await look(org)) == [(None, 20, 20)]
    assert await owed() == []


async def test_a_target_that_is_taken_out_is_watched_no_more(
    org: Organization, leave: Leave
) -> None:
    await change.save(org.id, {"minutes": 120}, by="tests")
    await left(org, leave, 20, late=20)
    await look(org)
    await change.save(org.id, {"minutes": None}, by="tests")
    assert broken(await look(org, 1)) == []


@pytest.mark.parametrize("has_hours", [True, False])
async def test_what_visitors_read_is_counted(
    org: Organization, leave: Leave, has_hours: bool
) -> None:
    if has_hours:
        week = {day: [["00:00", "24:00"]] for day in WEEKDAYS}
        await presence.set_week(org, timezone="Asia/Shanghai", weekly=week, by="tests")
    await change.save(org.id, {"visitors": "kept"}, by="tests")
    await left(org, leave, 23)
    await left(org, leave, 2, late=2)
    found = (await look(org)).promises
    assert found == [replies.Promise(120, 92, 25, has_hours)]
    waiting = await leave("waits")
    at = {Message.created_at: NOW - 3 * HOUR}
    await Message.update(at).where(Message.id == uuid.UUID(waiting.uid))
    found = (await look(org, 1)).promises
    assert found == [replies.Promise(120, 88, 26, has_hours)]


async def test_brands_with_and_without_office_hours_have_a_promise_each(
    org: Organization, leave: Leave
) -> None:
    tea = await brands.add(org, "tea", "茶馆", by="tests")
    week = {day: [["00:00", "24:00"]] for day in WEEKDAYS}
    await presence.set_week(org, timezone="UTC", weekly=week, by="tests", brand=tea.id)
    await change.save(org.id, {"visitors": "kept"}, by="tests")
    found = await left(org, leave, 25)
    slow = {Message.open_minutes: 20}
    await Message.update(slow).where(Message.id.is_in(found))
    assert (await look(org)).promises == [
        replies.Promise(120, 100, 25, False),
        replies.Promise(30, 100, 25, True),
    ]


async def test_what_is_not_told_is_not_counted(org: Organization, leave: Leave) -> None:
    await change.save(org.id, {"minutes": 120}, by="tests")
    await left(org, leave, 20)
    assert (await look(org)).promises == []


async def test_one_that_breaks_does_not_keep_the_others_back(
    org: Organization, other_org: Organization
) -> None:
    for each in (org, other_org):
        await change.save(each.id, {"minutes": 120}, by="tests")
    await Organization.update({Organization.replies: "no JSON"}).where(Organization.id == org.id)
    await watch.step()
    assert replies.stored((await organizations.by_id(other_org.id)).replies).at


async def test_it_is_not_counted_at_every_look(org: Organization, leave: Leave) -> None:
    await change.save(org.id, {"minutes": 120}, by="tests")
    first = await look(org)
    await left(org, leave, 20, late=20)
    await watch.look(org.id, NOW + watch.EVERY / 2)
    assert replies.stored((await organizations.by_id(org.id)).replies) == first
