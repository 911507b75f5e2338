"""An earlier state comes back as a change of its own, with the checks of one by hand."""

from __future__ import annotations

from typing import Any

import pytest

from app import channel_settings
from app.brands import change as brands_change
from app.channel_settings.limits import set_limits
from app.channel_settings.read import readable, rows
from app.errors import Conflict, Invalid
from app.fields import change
from app.fields import versions as form_versions
from app.history import states, versions
from app.history.restore import compare, preview, restore
from app.history.versions import Version
from app.people import agents, audit, members, sessions
from app.people.actor import OPERATOR
from app.rules import change as rules_change
from app.rules import stored
from app.tables import Agent, Organization, Session
from app.widget import change as widget_change
from app.widget.setup import read_now

BY = "王敏"
HOOK: dict[str, Any] = {
    "type": "custom",
    "name": "CRM",
    "webhook_url": "http://127.0.0.1:9/hook",
    "headers": {"Authorization": "Bearer " + "s" * 20},
}

OTHER = {"Authorization": "Bearer " + "t" * 20}


async def limits(org: Organization, per_minute: int) -> None:
    await set_limits(
        org.id,
        rate_limit_per_minute=per_minute,
        rate_limit_total_per_minute=None,
        dedup_window_seconds=600,
        by=BY,
    )


async def kept(org: Organization, part: str) -> list[Version]:
    return await versions.listed(org.id, part, limit=20)


async def back(org: Organization, version: Version) -> None:
    seen = (await compare(org, version)).mark
    await restore(org, version, seen=seen, by=BY)


async def test_a_restored_state_is_the_state_of_now_and_an_entry(org: Organization) -> None:
    await versions.begin(org.id)
    await limits(org, 20)
    await limits(org, 30)
    _, twenty, ten = await kept(org, "limits")

    plan = await preview(org, twenty, by=BY)
    assert [(each.path, each.before, each.after) for each in plan.differences] == [
        (("limits", "rate_limit_per_minute"), 30, 20)
    ]
    assert len(await kept(org, "limits")) == 3
    await back(org, twenty)
    now = (await kept(org, "limits"))[0]
    assert now.state == twenty.state
    entries = [each.action for each in await audit.of(org.id, org.id)]
    assert entries[-2:] == ["limits.changed", "settings.restored"]
    await back(org, ten)
    assert (await kept(org, "limits"))[0].state == ten.state


async def test_what_somebody_changed_meanwhile_is_not_overrun(org: Organization) -> None:
    await versions.begin(org.id)
    await limits(org, 20)
    old = (await kept(org, "limits"))[-1]
    seen = (await compare(org, old)).mark
    await limits(org, 40)
    with pytest.raises(Conflict):
        await restore(org, old, seen=seen, by=BY)
    assert states.comparable((await kept(org, "limits"))[0].state)["rate_limit_per_minute"] == 40


async def test_a_removed_channel_comes_back_with_the_secret_that_is_stored(
    org: Organization,
) -> None:
    await versions.begin(org.id)
    uid = await channel_settings.add(org.id, HOOK, by=BY)
    with_it = (await kept(org, "channels"))[0]
    await channel_settings.change(org.id, uid, {"headers": OTHER, "priority": "high"}, by=BY)
    await channel_settings.archive(org.id, uid, by=BY)
    await back(org, with_it)

    [found] = await rows(org.id)
    assert (str(found.id), found.priority) == (uid, "normal")
    sender: Any = readable(found)
    assert sender.headers == OTHER


async def test_what_can_no_longer_be_is_said_and_nothing_is_changed(org: Organization) -> None:
    await versions.begin(org.id)
    agent = await agents.create(
        org.id, email="li@shop.example", password="correct horse 9", role="agent"
    )
    rule = {"name": "VIP", "then": {"assignee": str(agent.id)}}
    await rules_change.replace(org.id, {"rules": [rule]}, by=BY)
    with_it = (await kept(org, "rules"))[0]
    await rules_change.replace(org.id, {"rules": []}, by=BY)
    await members.disable(org.id, agent.id, by=OPERATOR)

    with pytest.raises(Invalid) as refused:
        await preview(org, with_it, by=BY)
    assert refused.value.problems[0].pointer.startswith("/rules/rules/0")
    assert (await stored.read(org.id)).rules == []


async def test_the_form_comes_back_unless_a_draft_waits(org: Organization) -> None:
    await versions.begin(org.id)
    await change.add(org.id, "text", by=BY)
    await form_versions.publish(org.id, by=BY)
    first = (await kept(org, "form"))[-1]
    await change.add(org.id, "number", by=BY)
    with pytest.raises(Invalid):
        await preview(org, first, by=BY)
    await form_versions.discard(org.id, by=BY)
    await back(org, first)
    assert (await kept(org, "form"))[0].state == first.state


async def test_what_a_further_brand_has_of_its_own_is_followed_and_comes_back(
    org: Organization,
) -> None:
    await versions.begin(org.id)
    brand = await brands_change.add(org, "shop-two", "花店二", by=BY)
    with_it = (await kept(org, "brands"))[0]
    await widget_change.save(brand.id, {"side": "left"}, by=BY)
    changed = versions.changes(with_it.state, (await kept(org, "brands"))[0].state, "brands")
    assert [each.path[-2:] for each in changed] == [("widget", "side")]
    await back(org, with_it)
    assert (await read_now(brand.id)).side == "right"


async def test_one_channel_comes_back_and_the_others_stay(org: Organization) -> None:
    await versions.begin(org.id)
    other = {**HOOK, "name": "Other", "webhook_url": "http://127.0.0.1:9/other"}
    first = await channel_settings.add(org.id, HOOK, by=BY)
    second = await channel_settings.add(org.id, other, by=BY)
    [then, *_] = await kept(org, "channels")
    await channel_settings.change(org.id, first, {"priority": "low"}, by=BY)
    await channel_settings.change(org.id, second, {"priority": "high"}, by=BY)
    seen = await compare(org, then)
    found = seen.things
    assert [[each.path[1] for each in group] for group in found.values()] == [["CRM"], ["Other"]]
    await restore(org, then, seen=seen.mark, by=BY, only=list(found)[:1])
    now = {row.name: row.priority for row in await rows(org.id)}
    assert now == {"CRM": "normal", "Other": "high"}


async def test_a_members_role_comes_back_and_no_session(org: Organization, owner: Agent) -> None:
    await versions.begin(org.id)
    wang = await agents.create(
        org.id, email="wang@shop.example", password="correct horse 9", role="admin"
    )
    await members.set_role(org.id, wang.id, "agent", by=OPERATOR)
    [_, then] = (await kept(org, "people"))[:2]
    await members.disable(org.id, wang.id, by=OPERATOR)
    await sessions.start(owner, address="", user_agent="")
    before = await Session.count()
    [now, *_] = await kept(org, "people")
    assert "wang" not in now.state
    await back(org, (await kept(org, "people"))[1])
    row = await Agent.objects().where(Agent.id == wang.id).first()
    assert row is not None
    assert (row.disabled_at, row.role) == (None, "agent")
    assert await Session.count() == before
    assert then.part == "people"
