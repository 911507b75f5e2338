"""Another address for an account."""

from __future__ import annotations

import pytest

from app.errors import Invalid
from app.people import account_links, agents, audit, members, sessions
from app.people.actor import OPERATOR
from app.people.agents import Place
from app.people.email_change import change
from app.tables import Agent, Organization

HERE = Place(address="192.0.2.1")
PASSWORD = "correct horse 9"


async def code_of(email: str, new: str) -> str:
    with pytest.raises(Invalid) as caught:
        await change(email, new, by="x")
    [problem] = caught.value.problems
    return problem.code


async def test_an_account_has_its_new_address_in_every_organization(
    owner: Agent, there: Agent
) -> None:
    raw = await sessions.start(owner, address="", user_agent="")
    link = await account_links.reset(owner.organization, owner.id, by=OPERATOR)
    assert await change("Owner@shop.example", " New@Shop.example ", by="x") == "new@shop.example"
    assert (await agents.sign_in("new@shop.example", PASSWORD, HERE)).account == owner.account
    with pytest.raises(Invalid):
        await agents.sign_in(owner.email, PASSWORD, HERE)
    for agent in (owner, there):
        found = await members.one(agent.organization, agent.id)
        assert found.email == "new@shop.example"
        told = await audit.of(agent.organization, agent.id)
        assert "owner@shop.example > new@shop.example" in [each.detail for each in told]
    assert await sessions.find(raw) is not None
    assert await account_links.forgetful(link.split("/")[-1]) is None


async def test_an_address_that_cannot_be_theirs_is_refused(
    owner: Agent, other_org: Organization
) -> None:
    await agents.create(other_org.id, email="b@b.example", password=PASSWORD)
    assert await code_of(owner.email, "B@b.example") == "email_taken"
    assert await code_of(owner.email, "nobody") == "email_format"
    assert await code_of("nobody@shop.example", "c@c.example") == "unknown_agent"
    assert await change(owner.email, owner.email, by="x") == owner.email
    assert (await members.one(owner.organization, owner.id)).email == owner.email
