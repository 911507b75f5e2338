"""Links that work once."""

from __future__ import annotations

import asyncio
import datetime as dt
import uuid
from typing import Any

import pytest

from app import database
from app.errors import Invalid, NotFound
from app.people import account, account_links, agents, audit, sessions
from app.people.actor import OPERATOR, Actor
from app.people.agents import Place
from app.tables import Account, Agent, Organization

ADMIN = Actor(by="老板", role="admin")
HERE = Place(address="192.0.2.1")
NEW = "another good one 1"
GOOD = {
    "name": "小王",
    "email": "wang@shop.example",
    "password": NEW,
    "locale": "en",
    "timezone": "Europe/Berlin",
}


def code_of(link: str) -> str:
    return link.split("/")[-1]


async def ago(**passed: float) -> None:
    moment = dt.datetime.now(dt.UTC) - dt.timedelta(**passed)
    await database.execute("UPDATE account_link SET expires_at = ?", moment)


async def faults(act: Any) -> list[str]:
    with pytest.raises(Invalid) as caught:
        await act
    return [each.code for each in caught.value.problems]


async def test_who_is_invited_joins_once_as_they_like(org: Organization, owner: Agent) -> None:
    link = await account_links.invite(org.id, role="agent", by=ADMIN)
    assert link.startswith("http://localhost:8080/join/")
    agent = await account_links.join(code_of(link), **GOOD)
    assert (agent.organization, agent.role, agent.name) == (org.id, "agent", "小王")
    account = await Account.objects().get(Account.id == agent.account)
    assert account
    assert (account.locale, account.timezone) == ("en", "Europe/Berlin")
    assert (await agents.sign_in("wang@shop.example", NEW, HERE)).id == agent.id
    again = account_links.join(code_of(link), **{**GOOD, "email": "b@shop.example"})
    assert await faults(again) == ["link_over"]
    assert await account_links.invitations(org.id) == []
    assert [each.action for each in await audit.of(org.id, agent.id) if each.detail] == [
        "member.joined"
    ]


async def test_an_address_that_was_invited_is_the_one_that_joins(
    org: Organization, owner: Agent
) -> None:
    invite = {"role": "viewer", "by": ADMIN}
    link = await account_links.invite(org.id, email=" Li@Shop.example ", **invite)
    agent = await account_links.join(code_of(link), **GOOD)
    assert (agent.email, agent.role) == ("li@shop.example", "viewer")
    assert await faults(account_links.invite(org.id, email=owner.email, **invite)) == [
        "here_already"
    ]
    wrong = account_links.invite(org.id, email="nobody", role="owner", by=ADMIN)
    assert await faults(wrong) == ["email_format", "unknown_role"]


async def test_what_cannot_be_taken_leaves_the_link_as_it_was(
    org: Organization, owner: Agent
) -> None:
    code = code_of(await account_links.invite(org.id, role="agent", by=ADMIN))
    bad = account_links.join(code, **{**GOOD, "email": owner.email, "password": "short"})
    assert await faults(bad) == ["password_length", "email_taken"]
    assert await account_links.invited(code) is not None


async def test_of_two_who_use_a_link_at_once_one_joins(org: Organization, owner: Agent) -> None:
    code = code_of(await account_links.invite(org.id, role="agent", by=ADMIN))
    done = await asyncio.gather(
        *(account_links.join(code, **{**GOOD, "email": f"{n}@shop.example"}) for n in range(3)),
        return_exceptions=True,
    )
    assert sum(isinstance(each, Agent) for each in done) == 1
    assert await Agent.count() == 2


async def test_a_link_ends_by_itself_or_by_hand(
    org: Organization, owner: Agent, other_org: Organization
) -> None:
    first = await account_links.invite(org.id, role="agent", email="a@shop.example", by=ADMIN)
    second = await account_links.invite(org.id, role="agent", by=ADMIN)
    newest, oldest = await account_links.invitations(org.id)
    assert (newest.email, oldest.email, oldest.created_by) == ("", "a@shop.example", "老板")

    await account_links.withdraw(other_org.id, newest.id, by=ADMIN)
    assert await account_links.invited(code_of(second)) is not None
    await account_links.withdraw(org.id, newest.id, by=ADMIN)
    await account_links.withdraw(org.id, newest.id, by=ADMIN)
    assert await account_links.invited(code_of(second)) is None
    assert [each.action for each in await audit.of(org.id, newest.id)] == [
        "member.invited",
        "invitation.withdrawn",
    ]

    await ago(seconds=1)
    assert await account_links.invited(code_of(first)) is None
    assert await faults(account_links.join(code_of(first), **GOOD)) == ["link_over"]
    assert (await account_links.invitations(org.id))[0].is_over(dt.datetime.now(dt.UTC))


async def test_a_new_password_by_link_ends_every_sign_in(org: Organization, owner: Agent) -> None:
    raw = await sessions.start(owner, address="", user_agent="")
    before = code_of(await account_links.reset(org.id, owner.id, by=OPERATOR))
    code = code_of(await account_links.reset(org.id, owner.id, by=OPERATOR))
    assert await account_links.forgetful(before) is None
    assert await account_links.invited(code) is None
    assert await sessions.find(raw) is not None

    assert await faults(account_links.renew(code, "short")) == ["password_length"]
    assert (await account_links.renew(code, NEW)).id == owner.id
    assert await sessions.find(raw) is None
    assert (await agents.sign_in(owner.email, NEW, HERE)).id == owner.id
    assert await faults(account_links.renew(code, NEW)) == ["link_over"]

    late = code_of(await account_links.reset(org.id, owner.id, by=OPERATOR))
    await ago(seconds=1)
    assert await faults(account_links.renew(late, NEW)) == ["link_over"]
    with pytest.raises(NotFound):
        await account_links.reset(org.id, owner.id, by=ADMIN)


async def test_a_password_that_opens_another_organization_is_not_for_admins_of_this_one(
    org: Organization, owner: Agent, other_org: Organization
) -> None:
    account = await Account.objects().get(Account.id == owner.account)
    assert account
    there = await agents.add(other_org.id, account, role="viewer", name="")
    boss = Actor(by="boss", role="owner", agent=uuid.uuid4())
    for home, agent in ((org, owner), (other_org, there)):
        assert await faults(account_links.reset(home.id, agent.id, by=boss)) == ["elsewhere"]
    assert await account_links.reset(org.id, owner.id, by=OPERATOR)


async def test_who_has_an_account_joins_with_it(
    org: Organization, owner: Agent, other_org: Organization
) -> None:
    before = code_of(await account_links.reset(org.id, owner.id, by=OPERATOR))
    code = code_of(await account_links.invite(other_org.id, role="agent", by=ADMIN))
    made = await asyncio.gather(
        *(account_links.join_as(code, owner) for _ in range(3)), return_exceptions=True
    )
    [agent] = [each for each in made if isinstance(each, Agent)]
    assert (agent.organization, agent.role, agent.account) == (
        other_org.id,
        "agent",
        owner.account,
    )
    assert (await agents.sign_in(owner.email, "correct horse 9", HERE)).account == owner.account
    # What an admin could have kept from before the account opened more than their organization.
    assert await account_links.forgetful(before) is None


async def test_an_invitation_is_not_used_up_by_whom_it_is_not_for(
    org: Organization, owner: Agent, other_org: Organization
) -> None:
    theirs = await account_links.invite(other_org.id, role="agent", email="b@b.example", by=ADMIN)
    assert await faults(account_links.join_as(code_of(theirs), owner)) == ["other_account"]
    own = await account_links.invite(org.id, role="viewer", by=ADMIN)
    assert await faults(account_links.join_as(code_of(own), owner)) == ["here_already"]
    assert await faults(account_links.join_as("made up", owner)) == ["link_over"]
    assert await account_links.invited(code_of(theirs))
    assert await account_links.invited(code_of(own))


async def test_an_invitation_brings_nobody_back_who_was_disabled(
    org: Organization, owner: Agent, there: Agent, other_org: Organization
) -> None:
    await Agent.update({Agent.disabled_at: await database.now()}).where(Agent.id == there.id)
    link = await account_links.invite(other_org.id, role="admin", by=ADMIN)
    assert await faults(account_links.join_as(code_of(link), owner)) == ["here_already"]
    invite = account_links.invite(other_org.id, role="admin", email=owner.email, by=ADMIN)
    assert await faults(invite) == ["here_already"]


async def test_an_invitation_does_not_tell_who_has_an_account_elsewhere(
    owner: Agent, other_org: Organization
) -> None:
    assert await account_links.invite(other_org.id, role="agent", email=owner.email, by=ADMIN)


async def test_a_link_from_before_ones_own_new_password_is_over(
    org: Organization, owner: Agent
) -> None:
    code = code_of(await account_links.reset(org.id, owner.id, by=OPERATOR))
    await account.change_password(owner, "correct horse 9", NEW, HERE)
    assert await account_links.forgetful(code) is None


async def test_only_hashes_are_kept_and_a_made_up_code_is_nothing(
    org: Organization, owner: Agent
) -> None:
    link = await account_links.invite(org.id, role="agent", by=ADMIN)
    (row,) = await database.rows(dict, "SELECT * FROM account_link")
    assert code_of(link) not in [str(value) for value in row.values()]
    for made_up in ("", "x", "x" * 60_000, "é", "\ud800", "\x00"):
        assert await account_links.invited(made_up) is None
        assert await account_links.forgetful(made_up) is None


async def test_there_is_an_end_to_invitations(
    org: Organization, owner: Agent, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(account_links, "INVITATIONS_MAX", 1)
    await account_links.invite(org.id, role="agent", by=ADMIN)
    assert await faults(account_links.invite(org.id, role="agent", by=ADMIN)) == ["too_many"]
