"""Notices mention who is on duty when they are sent, and reminders the next of them."""

from __future__ import annotations

from typing import Any

import pytest

from app import messages
from app.channels.handles import Handles
from app.deliveries import Courier
from app.deliveries.parcel import pack
from app.deliveries.tries import MENTIONED
from app.errors import Invalid
from app.messages import acts
from app.people import agents, handles, members
from app.rota import calling, change
from app.rules import reminders
from app.tables import Agent, Organization, new_id
from tests.app.deliveries.conftest import Add, Leave, add, courier, fakes, leave, settled
from tests.app.deliveries.planning import WECOM, all_plans, later, went
from tests.fakes.vendors import FakeVendors

__all__ = ["add", "courier", "fakes", "leave"]


async def person(org: Organization, name: str, **known: str) -> str:
    email = f"{name}@shop.example"
    await agents.create(org.id, email=email, password="correct horse 9", role="agent")
    (found,) = [each for each in await members.of(org.id) if each.email == email]
    await handles.save(org.id, found.id, known, by="tests")
    return str(found.id)


async def called(org: Organization) -> list[list[str]]:
    """Whom each notice mentions that is sent now."""
    planned = await all_plans(org)
    found = [[each.wecom for each in (await pack(one)).called] for one in planned]
    await went(planned)
    return found


async def test_each_step_calls_one_more_until_somebody_claims_it(
    org: Organization, add: Add, leave: Leave
) -> None:
    ann, bob = await person(org, "ann", wecom="ann"), await person(org, "bob", wecom="bob")
    cai = await person(org, "cai", wecom="cai")
    team = await add("wecom", WECOM + "a")
    await change.save(org.id, {"shifts": [{"agents": [ann, bob]}], "backups": [cai]}, by="x")
    steps: list[dict[str, Any]] = [
        {"after_minutes": 10, "channel": team, "mention": "duty", "name": "again"},
        {"after_minutes": 20, "channel": team, "mention": "next"},
        {"after_minutes": 30, "channel": team},
        {"after_minutes": 40, "channel": team, "mention": "next"},
    ]
    await reminders.save(org.id, {"chains": [{"steps": steps}]}, by="x")
    left = await leave("hello")
    told = [await called(org)]
    for _ in range(4):
        await later(minutes=10)
        told.append(await called(org))
    assert told == [[["ann"]], [["ann"]], [["bob"]], [[]], [["cai"]]]
    other = await leave("another")
    assert await called(org) == [["ann"]]
    await messages.to_one(org.id, other.uid, acts.claimed(new_id()), by="Ann")
    await later(minutes=60)
    assert await called(org) == []
    assert (await messages.one(org.id, left.uid)).status == "pending"


async def test_a_chain_may_be_for_some_priorities(
    org: Organization, add: Add, leave: Leave
) -> None:
    ann = await person(org, "ann", wecom="ann")
    team = await add("wecom", WECOM + "a")
    await change.save(org.id, {"shifts": [{"agents": [ann]}], "mention_new": False}, by="x")
    step = {"after_minutes": 10, "channel": team, "mention": "duty"}
    chain = {"priorities": ["high"], "steps": [step]}
    await reminders.save(org.id, {"chains": [chain]}, by="x")
    await leave("usual")
    assert await called(org) == [[]]
    await later(minutes=11)
    assert await called(org) == []


async def test_the_record_says_whom_a_notice_mentioned(
    org: Organization, courier: Courier, fakes: FakeVendors, add: Add, leave: Leave
) -> None:
    ann, bob = await person(org, "ann", wecom="ann"), await person(org, "bob", feishu="ou_b")
    await add("wecom", fakes.add_bot("wecom", "key1"))
    await change.save(org.id, {"shifts": [{"agents": [ann]}, {"agents": [bob]}]}, by="x")
    left = await leave("hello")
    await settled(courier, org)
    (call,) = fakes.calls("wecom", "key1")
    assert "<@ann>" in call.parsed["markdown"]["content"]
    (sent,) = (await messages.show(org.id, left.uid)).deliveries
    # WeCom does not know bob.
    assert [each.facts.get(MENTIONED) for each in sent.attempts] == [ann]


async def test_what_was_refused_goes_again_without_names(
    org: Organization, add: Add, leave: Leave
) -> None:
    ann = await person(org, "ann", wecom="nobody-there")
    await add("wecom", WECOM + "a")
    await change.save(org.id, {"shifts": [{"agents": [ann]}]}, by="x")
    await leave("hello")
    (planned,) = await all_plans(org)
    assert (await pack(planned)).called == (Handles(wecom="nobody-there"),)
    planned.rendering = "fallback"
    assert (await pack(planned)).called == ()


async def test_who_is_gone_or_does_not_work_now_is_passed_over(org: Organization) -> None:
    ann, bob = await person(org, "ann"), await person(org, "bob")
    await change.save(org.id, {"shifts": [{"agents": [ann, bob]}]}, by="x")
    duty, people = await calling.now(org.id)
    assert (duty.now, duty.then) == ((ann,), (bob,))
    assert {ann, bob} <= set(people)
    await Agent.update({Agent.role: "viewer"}).where(Agent.email == "ann@shop.example")
    duty, _ = await calling.now(org.id)
    assert (duty.now, duty.then) == ((bob,), ())


async def test_names_in_groups_are_sealed_and_checked(owner: Agent) -> None:
    known = {"mobile": " 138 0013 8000 ", "wecom": "@li", "feishu": "ou_1"}
    await handles.save(owner.organization, owner.id, known, by="Li")
    (row,) = await Agent.objects().where(Agent.id == owner.id)
    assert "138" not in row.handles
    assert row.handles != "li"
    said = Handles(mobile="13800138000", wecom="li", feishu="ou_1")
    assert await handles.of(owner.organization, owner.id) == said
    assert handles.opened(owner.organization, new_id(), row.handles) == Handles()
    assert await handles.of(new_id(), owner.id) == Handles()
    with pytest.raises(Invalid) as error:
        await handles.save(owner.organization, owner.id, {"mobile": "我", "feishu": "x"}, by="Li")
    assert [each.pointer for each in error.value.problems] == ["/mobile", "/feishu"]
    await handles.save(owner.organization, owner.id, {}, by="Li")
    (row,) = await Agent.objects().where(Agent.id == owner.id)
    assert row.handles == ""
