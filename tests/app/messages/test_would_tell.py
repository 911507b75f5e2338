"""Who would be told equals who is told, and asking stores nothing."""

from __future__ import annotations

import datetime as dt
import random
import re
import uuid
from collections.abc import Sequence
from typing import Any

import pytest

from app import channel_settings, database, messages
from app.blocks import change as blocks
from app.blocks.shape import Block
from app.deliveries.detail import Detail
from app.deliveries.template_versions import save as save_template
from app.errors import Invalid, NotFound
from app.fields.check import Answers
from app.messages import Visit, spam_check
from app.messages.stored import STORED, Stored
from app.messages.would_tell import Imagined, WouldTell, imagined_of, owed_of, would_tell
from app.people import agents, organizations
from app.rules import change as rules
from app.rules import reminders
from app.tables import Agent, Message, Organization
from tests.app.deliveries.planning import plan
from tests.app.messages.conftest import Leave

TABLES = ("organization", "message", "delivery", "dispatch", "attempt", "event", "agent", "channel")
SEEDS = 30
CASES = 9
"""Of each seed and on each database: 540 in all."""
ITS_OWN = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|\d\d:\d\d(:\d\d)?")
"""What no two messages share: the id in its link, and the time of day when it came."""
WORDS = ("退款", "价格", "发货")
CATEGORIES = ("产品咨询", "售后", "")


async def snapshot() -> dict[str, list[dict[str, Any]]]:
    return {
        table: await database.rows(dict, f"SELECT * FROM {table} ORDER BY id") for table in TABLES
    }


def imagined(content: str = "我想退款", **more: Any) -> Imagined:
    named = {"phone": "13800138000", **{k: v for k, v in more.items() if k in FIELDS}}
    rest = {k: v for k, v in more.items() if k not in FIELDS}
    visit = Visit(ip="198.51.100.7", language="zh-CN", page_url="https://shop.example/x")
    return Imagined(answers=Answers(content=content, **named), visit=visit, **rest)


FIELDS = {"phone", "email", "name", "category", "wechat"}


async def hook(org: Organization, name: str, **more: Any) -> str:
    raw = {"type": "custom", "webhook_url": f"https://93.184.216.34/{name}", "name": name, **more}
    return await channel_settings.add(org.id, raw, by="tests")


async def mail(org: Organization, name: str, **more: Any) -> str:
    smtp = {"host": "93.184.216.34", "port": 465}
    raw = {"type": "email", "name": name, "smtp_config": smtp, "from": "a@shop.example"}
    return await channel_settings.add(org.id, {**raw, "to": ["t@shop.example"], **more}, by="tests")


def told(found: WouldTell) -> dict[str, str]:
    return {
        each.channel.name: each.why_not or each.told[0].delivery.state for each in found.channels
    }


Seen = dict[tuple[Any, ...], tuple[dt.datetime, dt.timedelta]]
"""What is owed, to whom, how far it is and how it reads; and when: by the clock, and since now."""


def explained(found: WouldTell) -> Seen:
    everything = [
        *(one for each in found.channels for one in each.told),
        *(one for each in found.people for one in each.told),
        *found.visitor,
    ]
    return seen(everything, found.now)


def seen(owed: Sequence[Detail], now: dt.datetime) -> Seen:
    return {
        (
            each.delivery.channel_name,
            each.delivery.purpose,
            each.delivery.step,
            each.delivery.agent,
            each.delivery.state,
            each.delivery.reason,
            each.delivery.shared,
            ITS_OWN.sub("", each.text),
        ): (each.delivery.due_at, each.delivery.due_at - now)
        for each in owed
    }


class Shop:
    """An organization with settings of chance, and messages before."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.seed = seed

    async def open(self) -> Organization:
        self.org = org = await organizations.create(f"shop-{self.seed}", "Shop")
        self.agents = [
            await agents.create(
                org.id, email=f"{name}{self.seed}@shop.example", password="long words 9"
            )
            for name in ("li", "wang")
        ]
        if self.chance.random() < 0.3:
            await Agent.update({Agent.mail_assigned: False}).where(Agent.id == self.agents[0].id)
        self.channels: list[str] = []
        for number in range(self.chance.randint(1, 3)):
            self.channels.append(await self._channel(number))
        await self._rules()
        await self._limits()
        if self.chance.random() < 0.3:
            block = Block(kind="words", text=self.chance.choice(WORDS))
            await blocks.add(org.id, [block], by="tests")
        return await organizations.by_id(org.id)

    async def _channel(self, number: int) -> str:
        more: dict[str, Any] = {"enabled": self.chance.random() < 0.8}
        more["priority"] = self.chance.choice(("high", "normal", "low"))
        if self.chance.random() < 0.3:
            more["quiet_hours"] = {"from": "00:00", "to": "23:59"}
        if self.channels and self.chance.random() < 0.3:
            more["fallback_for"] = self.channels[0]
        more["only_high"] = self.chance.random() < 0.2
        if self.chance.random() < 0.3:
            more["rate_limit_per_minute"] = self.chance.randint(1, 3)
        add = self.chance.choice((hook, mail))
        return await add(self.org, f"c{number}", **more)

    async def _rules(self) -> None:
        made = []
        for number in range(self.chance.randint(0, 3)):
            then: dict[str, Any] = {"tags": [f"t{number}"]}
            if self.chance.random() < 0.5:
                then["channels"] = self.chance.sample(self.channels, 1)
            elif self.chance.random() < 0.3:
                then["quiet"] = True
            if self.chance.random() < 0.5:
                then["assignee"] = self.chance.choice(self.agents).email
            if self.chance.random() < 0.3:
                then["priority"] = "high"
            when: dict[str, Any] = {"words": [self.chance.choice(WORDS)]}
            if self.chance.random() < 0.3:
                when = {"categories": [self.chance.choice(CATEGORIES[:2])]}
            made.append({"name": f"r{number}", "when": when, "then": then})
        mode = self.chance.choice(("all", "first"))
        await rules.replace(self.org.id, {"mode": mode, "rules": made}, by="tests")
        if self.chance.random() < 0.4:
            step = {
                "after_minutes": 30,
                "channel": self.chance.choice([*self.channels, "assignee"]),
            }
            await reminders.save(self.org.id, {"chains": [{"steps": [step]}]}, by="tests")

    async def _limits(self) -> None:
        await channel_settings.set_limits(
            self.org.id,
            rate_limit_per_minute=10,
            rate_limit_total_per_minute=self.chance.choice((None, 2, 0)),
            dedup_window_seconds=600,
            by="tests",
        )

    def message(self) -> Imagined:
        content = f"{self.chance.choice(WORDS)}怎么办{self.chance.randint(0, 2)}"
        return imagined(
            content,
            phone=self.chance.choice(("13800138000", "13900139000")),
            category=self.chance.choice(CATEGORIES),
        )

    async def leave(self, org: Organization, one: Imagined) -> str:
        block = await spam_check.blocked(org, one.answers, one.visit.ip)
        spam = "" if block else await spam_check.reason(org, one.answers, one.visit.ip)
        key = str(uuid.uuid4())
        left = await messages.leave(
            org, one.answers, one.visit, submission_id=key, spam=spam, block=block
        )
        await plan(org.id)
        return left.uid


@pytest.mark.parametrize("seed", range(SEEDS))
async def test_what_would_happen_is_what_happens(db: str, seed: int) -> None:
    shop = Shop(seed)
    org = await shop.open()
    for _ in range(shop.chance.randint(0, 4)):
        await shop.leave(org, shop.message())
    for _ in range(CASES):
        await as_expected(shop, org, shop.message())


async def as_expected(shop: Shop, org: Organization, one: Imagined) -> None:
    before = await snapshot()
    expected = await would_tell(org, one)
    assert await snapshot() == before
    uid = await shop.leave(org, one)
    row = await messages.one(org.id, uid)
    assert (row.spam_reason, row.status == "spam") == (expected.spam, expected.status == "spam")
    after_rules = expected.category, expected.priority, expected.assignee
    assert (row.category, row.priority, str(row.assignee or "")) == after_rules
    happened, said = await owed(org, uid), explained(expected)
    assert happened.keys() == said.keys()
    for each, (at, after) in said.items():
        # Quiet hours end by the clock; all else is due so long after the message.
        assert at == happened[each][0] or after == happened[each][1]
    assert [each.why_not for each in expected.channels if each.why_not == "other"] == []
    for each in expected.channels:
        assert (each.why_not in {"off", "untested"}) == (not each.channel.enabled)


async def owed(org: Organization, uid: str) -> Seen:
    """The same, of what was stored."""
    query = Message.select(*STORED).where(Message.id == uuid.UUID(uid))
    row = await database.row(Stored, query)
    assert row is not None
    return seen(await owed_of(org.id, row), row.created_at)


async def test_a_message_that_came_is_looked_at_as_if_it_had_not(
    org: Organization, leave: Leave
) -> None:
    await hook(org, "sales")
    left = await leave("多少钱？")
    found = await would_tell(org, await imagined_of(org.id, left.uid))
    assert (found.status, told(found)) == ("pending", {"sales": "sending"})
    assert len(found.channels[0].told[0].text) > 10


async def test_another_organizations_message_is_not_there(
    org: Organization, other_org: Organization, leave: Leave
) -> None:
    left = await leave("多少钱？")
    with pytest.raises(NotFound):
        await imagined_of(other_org.id, left.uid)


async def test_the_same_said_again_tells_nobody_and_somebody_else_later(org: Organization) -> None:
    await hook(org, "sales")
    again = await would_tell(org, imagined(repeated="visitor"))
    assert (again.status, told(again)) == ("repeat", {"sales": "repeat"})
    other = await would_tell(org, imagined(repeated="other"))
    assert told(other) == {"sales": "pending"}
    due = other.channels[0].told[0].delivery.due_at - other.now
    assert due == dt.timedelta(seconds=org.dedup_window_seconds)


async def test_a_rule_a_switch_and_a_stand_in_are_named(org: Organization, owner: Agent) -> None:
    sales = await hook(org, "sales")
    await hook(org, "others")
    await hook(org, "off", enabled=False)
    await hook(org, "stand-in", fallback_for=sales)
    then = {"channels": [sales], "assignee": owner.email}
    made = {"name": "Refunds", "when": {"words": ["退款"]}, "then": then}
    await rules.replace(org.id, {"mode": "all", "rules": [made]}, by="tests")
    found = await would_tell(org, imagined())
    assert found.deciding == "Refunds"
    assert told(found) == {
        "sales": "sending",
        "others": "rule",
        "off": "off",
        "stand-in": "pending",
    }
    assert [each.delivery.purpose for each in found.channels[-1].told] == ["fallback"]
    assert [(each.name, each.why_not) for each in found.people] == [("owner", "no_way")]
    await mail(org, "post")
    found = await would_tell(org, imagined())
    assert [each.told[0].delivery.purpose for each in found.people] == ["assigned"]
    await Agent.update({Agent.mail_assigned: False}).where(Agent.id == owner.id)
    found = await would_tell(org, imagined())
    assert [each.why_not for each in found.people] == ["unwilling"]


async def test_who_is_blocked_and_what_looks_like_spam_tells_nobody(org: Organization) -> None:
    await hook(org, "sales")
    links = await would_tell(org, imagined("https://a.example https://b.example https://c.example"))
    assert (links.spam, told(links)) == ("links", {"sales": "spam"})
    await blocks.add(org.id, [Block(kind="phone", text="13800138000")], by="tests")
    found = await would_tell(org, imagined())
    assert (found.spam, told(found)) == ("blocked", {"sales": "spam"})
    assert found.block is not None
    assert found.block.kind == "phone"


async def test_quiet_hours_and_rules_count_at_the_time_that_is_asked_for(
    org: Organization, leave: Leave
) -> None:
    zone = Organization.update({Organization.timezone: "Asia/Shanghai"})
    await zone.where(Organization.id == org.id)
    await hook(org, "sales", quiet_hours={"from": "22:00", "to": "07:00"}, rate_limit_per_minute=1)
    for number in range(3):
        await leave(f"问题 {number}")
    tomorrow = (dt.datetime.now(dt.UTC) + dt.timedelta(days=1)).replace(minute=0)
    night = await would_tell(org, imagined(at=tomorrow.replace(hour=16)))
    assert told(night) == {"sales": "pending"}
    assert night.channels[0].told[0].delivery.reason == "quiet"
    day = await would_tell(org, imagined(at=tomorrow.replace(hour=4)))
    assert told(day) == {"sales": "sending"}
    assert day.channels[0].told[0].delivery.shared == 1


async def test_a_time_that_is_over_is_refused(org: Organization) -> None:
    past = dt.datetime.now(dt.UTC) - dt.timedelta(minutes=1)
    with pytest.raises(Invalid):
        await would_tell(org, imagined(at=past))


async def test_a_full_limit_makes_it_wait(org: Organization, leave: Leave) -> None:
    await hook(org, "sales", rate_limit_per_minute=1, digest=False)
    await leave("第一条")
    await plan(org.id)
    found = await would_tell(org, imagined())
    assert told(found) == {"sales": "pending"}
    assert found.channels[0].told[0].delivery.waits_for == "place"


async def test_the_template_in_force_is_named(org: Organization) -> None:
    await mail(org, "post")
    assert (await would_tell(org, imagined())).channels[0].template == "built_in"
    await save_template(org.id, "email", "新留言：{{ message.content }}", by="tests")
    found = await would_tell(org, imagined())
    assert found.channels[0].template == "kind"
    assert "新留言：我想退款" in found.channels[0].told[0].text


async def test_a_channel_for_high_priority_is_told_of_nothing_else(
    org: Organization,
) -> None:
    await hook(org, "group")
    await hook(org, "sms", only_high=True)

    usual = await would_tell(org, imagined("我想问价格"))
    urgently = {"name": "r", "when": {"words": ["退款"]}, "then": {"priority": "high"}}
    await rules.replace(org.id, {"mode": "all", "rules": [urgently]}, by="tests")
    urgent = await would_tell(org, imagined("我想退款"))

    assert told(usual) == {"group": "sending", "sms": "urgent"}
    assert told(urgent) == {"group": "sending", "sms": "sending"}
