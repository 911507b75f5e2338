"""Messages that rules sort, give to somebody, and tell to whom it concerns, on their arrival."""

from __future__ import annotations

import asyncio
import logging
import uuid
from typing import Any

import pytest

from app import channel_settings, database, messages
from app.brands import change as brands
from app.brands.shape import Brand, first
from app.fields.check import Answers
from app.messages import Visit, events, remarks
from app.messages.taken_back import take_back
from app.messages.would_match import would_match
from app.people import agents
from app.presence import reports
from app.rules import change, stored
from app.rules.shape import When
from app.tables import Agent, Organization
from tests.app.messages.conftest import Leave


async def rules(org: Organization, *made: dict[str, Any], mode: str = "all") -> None:
    await change.replace(org.id, {"mode": mode, "rules": list(made)}, by="tests")


async def channel(org: Organization, name: str, **more: Any) -> str:
    raw = {"type": "custom", "webhook_url": f"http://127.0.0.1:9/{name}", "name": name, **more}
    return await channel_settings.add(org.id, raw, by="tests")


async def told(uid: str) -> list[tuple[str, str]]:
    """The channels that are owed the message, and for what."""
    sql = (
        "SELECT c.name, d.purpose FROM delivery d JOIN channel c ON c.id = d.channel"
        " WHERE d.message = ? ORDER BY c.name, d.purpose"
    )
    found = await database.rows(dict, sql, uuid.UUID(uid))
    return [(each["name"], each["purpose"]) for each in found]


async def story(org: Organization, uid: str) -> list[tuple[str, dict[str, Any], dict[str, Any]]]:
    found = await events.of(org.id, uuid.UUID(uid))
    made = [each for each in found if each.action == "rule"]
    assert all(each.now.pop("rule_uid") for each in made)
    return [(each.actor, each.was, each.now) for each in made]


async def test_a_rule_sets_everything_and_the_story_tells_it(
    org: Organization, owner: Agent, leave: Leave
) -> None:
    sales, _ = await channel(org, "sales"), await channel(org, "others")
    then = {
        "category": "售后",
        "priority": "high",
        "assignee": owner.email,
        "tags": ["退款", "VIP"],
        "channels": [sales],
    }
    await rules(org, {"name": "Refunds", "when": {"words": ["退款"]}, "then": then})
    left, other = await leave("我要退款"), await leave("多少钱?")
    row = await messages.one(org.id, left.uid)
    assert (row.category, row.priority, row.tags) == ("售后", "high", ["VIP", "退款"])
    assert (row.assignee, row.assigned_at) == (str(owner.id), row.created_at)
    assert await told(left.uid) == [("sales", "new")]
    assert await told(other.uid) == [("others", "new"), ("sales", "new")]
    was = {
        "category": "产品咨询",
        "priority": "normal",
        "assignee": None,
        "tags": [],
        "channels": None,
    }
    now = {**then, "assignee": str(owner.id), "tags": ["VIP", "退款"], "rule": "Refunds"}
    assert await story(org, left.uid) == [("Refunds", was, now)]
    assert await story(org, other.uid) == []
    ranks = await database.values(
        float,
        "SELECT count(*) FROM delivery WHERE rank < due_at AND message = ?",
        uuid.UUID(left.uid),
    )
    assert ranks == [1]


@pytest.mark.parametrize(("mode", "tags"), [("all", ["a", "b"]), ("first", ["a"])])
async def test_all_rules_count_in_their_order_or_the_first_only(
    org: Organization, leave: Leave, mode: str, tags: list[str]
) -> None:
    await rules(
        org,
        {"name": "off", "enabled": False, "then": {"tags": ["off"]}},
        {"name": "a", "then": {"tags": ["a"], "category": "A"}},
        {"name": "b", "when": {"categories": ["A"]}, "then": {"tags": ["b"]}},
        mode=mode,
    )
    left = await leave()
    assert (await messages.one(org.id, left.uid)).tags == tags
    assert [actor for actor, _, _ in await story(org, left.uid)] == tags


async def test_quiet_is_stored_and_told_to_nobody_until_somebody_else_writes_the_same(
    org: Organization, leave: Leave
) -> None:
    await channel(org, "sales")
    await rules(org, {"name": "q", "when": {"categories": ["招聘"]}, "then": {"quiet": True}})
    left = await leave("hello there", category="招聘")
    await remarks.append(org.id, left.uid, "and this")
    assert await told(left.uid) == []
    assert (await messages.one(org.id, left.uid)).status == "pending"

    await leave("hello there", name="Eve", phone="13900139000", email="", category="")
    assert await told(left.uid) == [("sales", "repeat")]


async def test_nothing_is_lost_when_the_channels_of_a_rule_are_gone(
    org: Organization, owner: Agent, leave: Leave
) -> None:
    gone, _ = await channel(org, "gone"), await channel(org, "others")
    then = {"channels": [gone], "assignee": owner.email}
    await rules(org, {"name": "r", "then": then})
    await channel_settings.archive(org.id, gone, by="tests")
    await database.execute("UPDATE agent SET disabled_at = created_at")
    stored.forget(org.id)
    left = await leave()
    assert await told(left.uid) == [("others", "new")]
    assert await story(org, left.uid) == [
        ("r", {}, {"rule": "r", "missing": ["assignee", "channels"]})
    ]


async def test_a_fallback_goes_with_its_channel_and_speaks_at_once_when_it_is_meant_itself(
    org: Organization, leave: Leave
) -> None:
    first = await channel(org, "first")
    second = await channel(org, "second", fallback_for=first)
    await channel(org, "third")
    await rules(
        org,
        {"name": "1", "when": {"words": ["one"]}, "then": {"channels": [first]}},
        {"name": "2", "when": {"words": ["two"]}, "then": {"channels": [second]}},
    )
    one, two = await leave("one"), await leave("two")
    assert await told(one.uid) == [("first", "new"), ("second", "fallback")]
    assert await told(two.uid) == [("second", "new")]


async def test_a_broken_rule_keeps_no_message_out(
    org: Organization, leave: Leave, caplog: pytest.LogCaptureFixture
) -> None:
    await rules(
        org, {"name": "bad", "then": {"tags": ["x"]}}, {"name": "good", "then": {"tags": ["ok"]}}
    )
    await database.execute("UPDATE message_rule SET wanted = '{' WHERE name = 'bad'")
    stored.forget(org.id)
    with caplog.at_level(logging.ERROR):
        left = await leave()
    assert "rule is broken" in caplog.text
    assert (await messages.one(org.id, left.uid)).tags == ["ok"]


async def test_a_message_is_the_same_whatever_category_a_rule_gave_it(
    org: Organization, answers: Answers, leave: Leave
) -> None:
    await rules(org, {"name": "r", "then": {"category": "other"}})
    first = await messages.leave(org, answers, Visit(), submission_id="k")
    again = await messages.leave(org, answers, Visit(), submission_id="k")
    assert again == first
    repeat = await leave(answers.content)
    assert (repeat.status, repeat.reference) == ("repeat", first.reference)
    assert len(await story(org, first.uid)) == 1
    assert await story(org, repeat.uid) == []


async def test_spam_is_no_matter_of_rules(org: Organization, leave: Leave) -> None:
    await rules(org, {"name": "r", "then": {"tags": ["x"]}})
    left = await leave(spam="links")
    assert (await messages.one(org.id, left.uid)).tags == []


async def test_a_rule_is_tried_on_the_last_messages(
    org: Organization, other_org: Organization, leave: Leave
) -> None:
    await rules(org, {"name": "r", "then": {"category": "other"}})
    one, _, two = await leave("refund one"), await leave("else"), await leave("Refund two")
    await leave("refund!", spam="links")
    found = await would_match(org.id, When(words=["refund"], categories=["产品咨询"]))
    assert found.looked_at == 3
    assert [each.reference for each in found.matched] == [two.reference, one.reference]
    assert (await would_match(other_org.id, When())).looked_at == 0


async def a_team(org: Organization, *names: str) -> list[Agent]:
    """Agents who are online in the console."""
    team = []
    for name in names:
        agent = await agents.create(
            org.id,
            email=f"{name}@shop.example",
            password="correct horse 9",
            role="agent",
            name=name,
        )
        await reports.switch(agent, True)
        team.append(agent)
    return team


async def holders(org: Organization, team: list[Agent], *uids: str) -> list[str]:
    names = {str(each.id): each.name for each in team}
    return [names.get((await messages.one(org.id, uid)).assignee or "", "") for uid in uids]


async def test_they_take_turns_also_when_all_write_at_once(org: Organization, leave: Leave) -> None:
    team = await a_team(org, "ann", "ben", "eve")
    chosen = {"agents": [each.email for each in team[:2]]}
    rule = {"name": "turns", "then": {"assign_next": chosen}}
    await rules(org, rule)
    left = await asyncio.gather(*(leave() for _ in range(6)))
    found = await holders(org, team, *(each.uid for each in left))
    assert sorted(found) == ["ann"] * 3 + ["ben"] * 3
    one, two = await leave(), await leave()
    assert sorted(await holders(org, team, one.uid, two.uid)) == ["ann", "ben"]

    for each in team[:2]:
        await reports.switch(each, False)
    alone = await leave()
    assert await holders(org, team, alone.uid) == [""]
    assert await story(org, alone.uid) == [("turns", {}, {"rule": "turns", "missing": ["online"]})]


async def test_it_is_taken_back_from_who_has_not_begun(org: Organization, leave: Leave) -> None:
    team = await a_team(org, "ann")
    then = {"assign_next": {"back_after_minutes": 10}}
    await rules(org, {"name": "turns", "then": then})
    idle, begun, soon = await leave(), await leave(), await leave()
    await remarks.add(org.id, begun.uid, "I call them", visible=False, by="ann")
    for each in (idle, begun):
        await database.execute(
            "UPDATE message SET back_at = created_at WHERE id = ?", uuid.UUID(each.uid)
        )
    assert await take_back() == 2
    assert await take_back() == 0
    assert await holders(org, team, idle.uid, begun.uid, soon.uid) == ["", "ann", "ann"]
    last = (await events.of(org.id, uuid.UUID(idle.uid)))[-1]
    assert (last.action, last.actor, last.was["assignee"]) == (
        "unassigned",
        "turns",
        str(team[0].id),
    )


async def brands_message(org: Organization, brand: Brand) -> str:
    answers = Answers(content=uuid.uuid4().hex, phone="13800138000")
    visit = Visit(brand=brand.mark)
    left = await messages.leave(org, answers, visit, submission_id=uuid.uuid4().hex)
    return left.uid


async def test_a_brand_says_who_is_told_where_no_rule_does(org: Organization) -> None:
    sales, tea = await channel(org, "sales"), await channel(org, "tea")
    house = await brands.add(org, "tea", "茶馆", by="tests")
    await brands.set_channels(org, "tea", [tea], by="tests")
    stored.forget(house.id)
    assert await told(await brands_message(org, first(org))) == [
        ("sales", "new"),
        ("tea", "new"),
    ]
    assert await told(await brands_message(org, house)) == [("tea", "new")]
    then = {"channels": [sales]}
    await rules(org, {"name": "all", "when": {}, "then": then})
    stored.forget(house.id)
    assert await told(await brands_message(org, house)) == [("sales", "new")]


async def test_where_none_of_a_brands_channels_is_on_all_are_told(org: Organization) -> None:
    await channel(org, "sales")
    tea = await channel(org, "tea")
    house = await brands.add(org, "tea", "茶馆", by="tests")
    await brands.set_channels(org, "tea", [tea], by="tests")
    await channel_settings.switch(org.id, tea, False, by="tests")
    stored.forget(house.id)
    assert await told(await brands_message(org, house)) == [("sales", "new")]
