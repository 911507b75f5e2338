"""A brand's messages are sorted and told by rules that name it, in its own office hours."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import pytest

from app import database, messages, presence
from app.brands import change as brands
from app.brands.shape import Brand
from app.errors import Invalid
from app.fields.check import Answers
from app.messages import Visit, acts
from app.messages.why import why
from app.messages.would_match import would_match
from app.people import agents
from app.rules import change, reminders
from app.rules.shape import When
from app.tables import Delivery, Message, Organization
from app.targets import change as targets
from tests.app.messages.test_ruled import channel, told

OPEN = {day: [["00:00", "24:00"]] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}


@pytest.fixture
async def tea(org: Organization) -> Brand:
    return await brands.add(org, "tea", "茶馆", by="x")


async def left(org: Organization, content: str, brand: Brand | None = None) -> messages.Row:
    seen = Visit(brand=brand.mark if brand else None)
    done = await messages.leave(org, Answers(content=content), seen, submission_id=content)
    return await messages.one(org.id, done.uid)


async def replaced(org: Organization, *rules: dict[str, Any]) -> None:
    await change.replace(org.id, {"mode": "all", "rules": list(rules)}, by="x")


async def test_a_brand_is_told_to_the_channels_that_a_rule_names(
    org: Organization, tea: Brand
) -> None:
    theirs, _ = await channel(org, "tea"), await channel(org, "all")
    rule = {"name": "t", "when": {"brands": ["tea"]}, "then": {"channels": [theirs]}}
    await replaced(org, rule)
    uids = [(await left(org, "one")).uid, (await left(org, "two", tea)).uid]
    names = [[name for name, _ in await told(uid)] for uid in uids]
    assert names == [["all", "tea"], ["tea"]]
    [looked] = await why(org.id, uids[0])
    assert (looked.verdict, looked.failed) == ("differs", When(brands=[str(tea.id)]))
    found = await would_match(org.id, When(brands=[str(org.id)]))
    assert [each.content for each in found.matched] == ["one"]


async def test_a_rule_names_the_organizations_own_brands_alone(
    org: Organization, other_org: Organization, tea: Brand
) -> None:
    theirs = await brands.add(other_org, "theirs", "Theirs", by="x")
    for named in ("theirs", str(theirs.id), "none"):
        rule = {"name": "t", "when": {"brands": [named]}, "then": {"tags": ["x"]}}
        with pytest.raises(Invalid) as caught:
            await replaced(org, rule)
        assert [each.code for each in caught.value.problems] == ["unknown_brand"]


async def test_hours_and_targets_of_a_message_are_its_brands(org: Organization, tea: Brand) -> None:
    await presence.set_week(org, timezone="UTC", weekly=OPEN, by="x", brand=tea.id)
    await presence.set_day(
        org, day=(await presence.read(org)).now.date(), name="x", slots=None, by="x"
    )
    await targets.save(org.id, {"minutes": 60}, by="x")
    await replaced(org, {"name": "t", "when": {"hours": "inside"}, "then": {"tags": ["open"]}})
    first, second = await left(org, "one"), await left(org, "two", tea)
    assert (first.tags, second.tags) == ([], ["open"])
    assert second.due_at is not None
    assert (second.due_at - second.created_at).total_seconds() == 3600


async def test_the_wait_is_counted_in_the_brands_office_hours(
    org: Organization, tea: Brand
) -> None:
    await presence.set_week(org, timezone="UTC", weekly=OPEN, by="x", brand=tea.id)
    rows = [await left(org, "one"), await left(org, "two", tea)]
    before = await database.now() - dt.timedelta(minutes=90)
    await Message.update({Message.created_at: before}, force=True)
    ids = [uuid.UUID(each.uid) for each in rows]
    await messages.to_many(org.id, ids, acts.handled("phone", "", by="li"), by="li")
    found = await Message.select(Message.brand, Message.open_minutes).order_by(Message.id)
    assert [(row["brand"], row["open_minutes"]) for row in found] == [(None, None), (tea.id, 90)]


async def test_reminders_are_counted_in_the_brands_office_hours(
    org: Organization, tea: Brand
) -> None:
    boss = await channel(org, "boss")
    closed = (await presence.read(org)).now.date()
    await presence.set_week(org, timezone="UTC", weekly=OPEN, by="x")
    for ahead in range(2):
        day = closed + dt.timedelta(days=ahead)
        await presence.set_day(org, day=day, name="x", slots=None, by="x", brand=tea.id)
    await presence.set_week(org, timezone="UTC", weekly=OPEN, by="x", brand=tea.id)
    steps = [{"after_minutes": 30, "channel": boss}]
    await reminders.save(org.id, {"chains": [{"steps": steps}]}, by="x")

    async def waits(row: messages.Row) -> bool:
        """Whether the reminder is only due after the days that the brand is closed."""
        query = Delivery.select(Delivery.due_at).where(
            Delivery.message == uuid.UUID(row.uid), Delivery.purpose == "remind1"
        )
        due = await database.value(dt.datetime, query)
        return due is not None and due.date() > closed + dt.timedelta(days=1)

    first, second = await left(org, "one"), await left(org, "two", tea)
    assert (await waits(first), await waits(second)) == (False, True)
    agent = (await agents.create(org.id, email="li@shop.example", password="correct horse 9")).id
    for row in (first, second):
        await messages.to_one(org.id, row.uid, acts.claimed(agent), by="li")
        await messages.to_one(org.id, row.uid, acts.assigned(None, agent), by="li")
    assert (await waits(first), await waits(second)) == (False, True), "given back"
    until = await database.now() + dt.timedelta(minutes=5)
    for row in (first, second):
        act = acts.snoozed(until, now=await database.now())
        await messages.to_one(org.id, row.uid, act, by="li")
    assert (await waits(first), await waits(second)) == (False, True), "snoozed"
