"""By when a message should be handled: by its category, in office time, as of when it was left."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import pytest

from app import database, messages, presence
from app.fields.check import Answers
from app.hours import WEEKDAYS
from app.messages import Visit, acts
from app.rules import change as rules
from app.tables import Message, Organization
from app.targets import change, due

FRIDAY_EVENING = dt.datetime(2026, 11, 20, 10, 5, tzinfo=dt.UTC)
TWO_HOURS: dict[str, Any] = {"minutes": 120, "categories": [{"category": "售后", "minutes": 30}]}


async def open_on(org: Organization, days: int, slot: tuple[str, str] = ("09:00", "18:00")) -> None:
    week = {day: [list(slot)] for day in WEEKDAYS[:days]}
    await presence.set_week(org, timezone="Asia/Shanghai", weekly=week, by="tests")


async def left(org: Organization, category: str = "", content: str = "你好") -> Message:
    given = Answers(content=content, phone="13800138000", category=category)
    made = await messages.leave(org, given, Visit(), submission_id=str(uuid.uuid4()))
    row = await Message.objects().where(Message.id == uuid.UUID(made.uid)).first()
    assert row is not None
    return row


def lasts(row: Message) -> int | None:
    """Minutes."""
    return row.due_at and round((row.due_at - row.created_at).total_seconds() / 60)


async def test_it_counts_office_hours(org: Organization) -> None:
    await open_on(org, 5)
    await change.save(org.id, {"minutes": 180}, by="tests")
    force = await due.in_force(org.id)
    assert force.due("", FRIDAY_EVENING) == dt.datetime(2026, 11, 23, 4, tzinfo=dt.UTC)
    assert force.tells_visitors


async def test_a_category_has_its_own(org: Organization) -> None:
    await open_on(org, 7, ("00:00", "24:00"))
    await change.save(org.id, TWO_HOURS, by="tests")
    assert lasts(await left(org, "售后", "a")) == 30
    assert lasts(await left(org, "咨询", "b")) == 120


async def test_the_category_that_a_rule_sets_counts(org: Organization) -> None:
    await open_on(org, 7, ("00:00", "24:00"))
    await change.save(org.id, TWO_HOURS, by="tests")
    rule = {"name": "r", "when": {"words": ["退款"]}, "then": {"category": "售后"}}
    await rules.replace(org.id, {"rules": [rule]}, by="tests")
    assert lasts(await left(org, "咨询", "我要退款")) == 30


async def test_without_office_hours_every_minute_counts_and_visitors_are_told_nothing(
    org: Organization,
) -> None:
    await change.save(org.id, TWO_HOURS, by="tests")
    assert lasts(await left(org)) == 120
    assert not (await due.in_force(org.id)).tells_visitors


async def test_without_a_target_nothing_is_late(org: Organization) -> None:
    assert (await left(org)).due_at is None
    none = {"minutes": 60, "categories": [{"category": "其他", "minutes": None}]}
    await change.save(org.id, none, by="tests")
    assert (await left(org, "其他", "b")).due_at is None


async def test_what_changes_later_changes_nothing_of_a_message(org: Organization) -> None:
    await open_on(org, 7, ("00:00", "24:00"))
    await change.save(org.id, TWO_HOURS, by="tests")
    row = await left(org, "咨询")
    await change.save(org.id, {"minutes": 5}, by="tests")
    await open_on(org, 1)
    await database.execute("UPDATE organization SET timezone = 'America/St_Johns'")
    await messages.to_one(org.id, str(row.id), acts.categorized("售后"), by="tests")
    again = await Message.objects().where(Message.id == row.id).first()
    assert again is not None
    assert (again.category, again.due_at) == ("售后", row.due_at)


@pytest.mark.parametrize("visitors", ["kept", "nothing"])
async def test_who_wants_promises_no_time(org: Organization, visitors: str) -> None:
    await open_on(org, 7)
    await change.save(org.id, {"minutes": 60, "visitors": visitors}, by="tests")
    assert not (await due.in_force(org.id)).tells_visitors


async def test_an_office_that_never_opens_that_long_promises_nothing(org: Organization) -> None:
    await change.save(org.id, TWO_HOURS, by="tests")
    past = {"weekly": {}, "makeup_days": {"2026-01-05": [["09:00", "10:00"]]}}
    from app.hours import schedule

    encoded = schedule.encode(schedule.check({"timezone": "UTC", **past}))
    await open_on(org, 1)
    await database.execute("UPDATE presence_rule SET schedule = ?", encoded)
    due.forget(org.id)
    assert (await left(org)).due_at is None
