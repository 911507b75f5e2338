"""The organizations of an account."""

from __future__ import annotations

import asyncio
import uuid

import pytest

from app import database
from app.errors import NotFound
from app.people import agents, memberships, sessions
from app.tables import Agent, Organization


async def test_they_are_listed_by_name_without_those_that_have_disabled_them(
    owner: Agent, there: Agent
) -> None:
    found = await memberships.of(owner.account)
    assert [(each.name, each.role) for each in found] == [
        ("Leavemsg", "owner"),
        ("Other", "viewer"),
    ]
    await Agent.update({Agent.disabled_at: await database.now()}).where(Agent.id == owner.id)
    assert [each.agent for each in await memberships.of(owner.account)] == [there.id]


async def test_a_session_opens_another_and_stays_the_same_session(
    owner: Agent, there: Agent
) -> None:
    raw = await sessions.start(owner, address="", user_agent="")
    before = await sessions.find(raw)
    assert before is not None
    await memberships.open_for(before.id, owner.account, str(there.id))
    after = await sessions.find(raw)
    assert after is not None
    assert (after.id, after.agent.id, after.org.slug) == (before.id, there.id, "other")


async def test_only_one_s_own_are_opened(
    owner: Agent, there: Agent, other_org: Organization
) -> None:
    stranger = await agents.create(other_org.id, email="b@b.example", password="correct horse 9")
    raw = await sessions.start(owner, address="", user_agent="")
    signed = await sessions.find(raw)
    assert signed is not None
    for agent in (stranger.id, uuid.uuid4(), "x"):
        with pytest.raises(NotFound):
            await memberships.open_for(signed.id, owner.account, agent)
    with pytest.raises(NotFound):
        await memberships.open_for(signed.id, stranger.account, owner.id)


async def test_two_tabs_that_switch_at_once_leave_one_open(owner: Agent, there: Agent) -> None:
    raw = await sessions.start(owner, address="", user_agent="")
    signed = await sessions.find(raw)
    assert signed is not None
    both = (owner.id, there.id) * 3
    await asyncio.gather(*(memberships.open_for(signed.id, owner.account, each) for each in both))
    after = await sessions.find(raw)
    assert after is not None
    assert after.agent.id in both
