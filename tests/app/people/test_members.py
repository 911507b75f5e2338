"""Who belongs to an organization, and who decides what about whom."""

from __future__ import annotations

import asyncio
import uuid

import pytest

from app.errors import Invalid, NotFound
from app.people import account_links, agents, audit, members, sessions, tokens
from app.people.actor import OPERATOR, Actor
from app.people.agents import Place
from app.tables import Agent, Organization

PASSWORD = "correct horse 9"
HERE = Place(address="192.0.2.1")


def as_(agent: Agent) -> Actor:
    return Actor(by=agent.email, role=agent.role, agent=agent.id)


async def new(org: Organization, role: str, name: str = "") -> Agent:
    email = f"{role}-{name.encode().hex()}@shop.example"
    return await agents.create(org.id, email=email, password=PASSWORD, role=role, name=name)


async def role_of(agent: Agent) -> str:
    return (await members.one(agent.organization, agent.id)).role


async def test_they_are_listed_by_name_the_disabled_last(org: Organization, owner: Agent) -> None:
    one, _ = await new(org, "agent", "安"), await new(org, "viewer", "bo")
    await members.disable(org.id, one.id, by=as_(owner))
    found = await members.of(org.id)
    assert [each.called for each in found] == ["bo", "owner", "安"]
    assert all(each.matches("shop.example") for each in found)
    assert [each.called for each in found if each.matches("bo")] == ["bo"]


async def test_a_role_is_changed_and_on_record(org: Organization, owner: Agent) -> None:
    agent = await new(org, "agent")
    await members.set_role(org.id, agent.id, "viewer", by=as_(owner))
    await members.set_role(org.id, agent.id, "viewer", by=as_(owner))
    assert await role_of(agent) == "viewer"
    [row] = await audit.of(org.id, agent.id)
    assert (row.action, row.actor, row.detail) == ("member.role", owner.email, "agent > viewer")
    for role in ("owner", "boss", ""):
        with pytest.raises(Invalid):
            await members.set_role(org.id, agent.id, role, by=as_(owner))


async def test_who_is_disabled_is_out_at_once_and_comes_back_as_before(
    org: Organization, owner: Agent
) -> None:
    agent = await new(org, "agent")
    raw = await sessions.start(agent, address="", user_agent="")
    link = await account_links.reset(org.id, agent.id, by=as_(owner))
    await members.disable(org.id, agent.id, by=as_(owner))
    await members.disable(org.id, agent.id, by=as_(owner))
    assert await sessions.find(raw) is None
    assert await account_links.forgetful(link.split("/")[-1]) is None
    with pytest.raises(Invalid):
        await agents.sign_in(agent.email, PASSWORD, HERE)

    await members.enable(org.id, agent.id, by=as_(owner))
    assert await account_links.forgetful(link.split("/")[-1]) is None
    assert (await agents.sign_in(agent.email, PASSWORD, HERE)).role == "agent"
    assert [
        each.action for each in await audit.of(org.id, agent.id) if "member" in each.action
    ] == [
        "member.disabled",
        "member.enabled",
    ]


async def test_an_admin_decides_about_everybody_but_owners_and_themselves(
    org: Organization, owner: Agent
) -> None:
    admin, other = await new(org, "admin"), await new(org, "admin", "other")
    raw = await sessions.start(owner, address="", user_agent="")
    await members.set_role(org.id, other.id, "agent", by=as_(admin))
    for whom in (owner, admin):
        for act in (members.disable, members.enable, members.sign_out, account_links.reset):
            with pytest.raises(NotFound):
                await act(org.id, whom.id, by=as_(admin))
        with pytest.raises(NotFound):
            await members.set_role(org.id, whom.id, "viewer", by=as_(admin))
    assert await sessions.find(raw) is not None
    assert (await role_of(owner), await role_of(admin)) == ("owner", "admin")


async def test_somebody_stays_an_owner(org: Organization, owner: Agent) -> None:
    second = await new(org, "owner", "second")
    await members.disable(org.id, second.id, by=as_(owner))
    for act in (
        members.disable(org.id, owner.id, by=OPERATOR),
        members.set_role(org.id, owner.id, "admin", by=OPERATOR),
    ):
        with pytest.raises(Invalid):
            await act
    await members.enable(org.id, second.id, by=as_(owner))
    await members.set_role(org.id, owner.id, "admin", by=as_(second))
    assert await role_of(owner) == "admin"


async def test_two_owners_who_demote_each_other_at_once_leave_one(
    org: Organization, owner: Agent
) -> None:
    second = await new(org, "owner", "second")
    await asyncio.gather(
        members.set_role(org.id, second.id, "admin", by=as_(owner)),
        members.set_role(org.id, owner.id, "admin", by=as_(second)),
        return_exceptions=True,
    )
    assert sorted([await role_of(owner), await role_of(second)]) == ["admin", "owner"]


@pytest.mark.parametrize(("stays", "after"), [(True, "owner"), (False, "admin")])
async def test_ownership_goes_to_another_with_the_owner_s_password(
    org: Organization, owner: Agent, stays: bool, after: str
) -> None:
    agent = await new(org, "agent")
    give = {"by": owner, "place": HERE, "stays": stays}
    with pytest.raises(Invalid) as caught:
        await members.make_owner(org.id, agent.id, password="wrong", **give)
    assert [each.pointer for each in caught.value.problems] == ["/current"]
    await members.make_owner(org.id, agent.id, password=PASSWORD, **give)
    assert (await role_of(agent), await role_of(owner)) == ("owner", after)


async def test_who_is_no_owner_makes_none(org: Organization, owner: Agent) -> None:
    admin, agent = await new(org, "admin"), await new(org, "agent")
    gone = await new(org, "agent", "gone")
    await members.disable(org.id, gone.id, by=as_(owner))
    for by, whom in ((admin, agent), (owner, gone), (owner, owner)):
        with pytest.raises(NotFound):
            await members.make_owner(
                org.id, whom.id, by=by, password=PASSWORD, place=HERE, stays=False
            )
    assert (await role_of(agent), await role_of(owner)) == ("agent", "owner")


async def test_another_organization_s_are_never_found(
    org: Organization, owner: Agent, other_org: Organization
) -> None:
    theirs = await new(other_org, "agent", "theirs")
    assert theirs.email not in [each.email for each in await members.of(org.id)]
    for act in (members.disable, members.enable, members.sign_out, account_links.reset):
        with pytest.raises(NotFound):
            await act(org.id, theirs.id, by=as_(owner))
    with pytest.raises(NotFound):
        await members.set_role(org.id, theirs.id, "admin", by=as_(owner))
    with pytest.raises(NotFound):
        await members.one(org.id, uuid.uuid4())
    assert await role_of(theirs) == "agent"
    assert (await members.by_email(f" {theirs.email.upper()}"))[0] == other_org.id


async def test_who_may_make_no_links_any_more_has_none_left(
    org: Organization, owner: Agent
) -> None:
    """Else they could come back by one, or as somebody else."""
    agent = await new(org, "agent")
    for n, act in enumerate(("disable", "demote")):
        admin = await new(org, "admin", str(n))
        invitation = await account_links.invite(org.id, role="admin", by=as_(admin))
        theirs = await account_links.reset(org.id, agent.id, by=as_(admin))
        kept = await account_links.invite(org.id, role="agent", by=as_(owner))
        if act == "disable":
            await members.disable(org.id, admin.id, by=as_(owner))
        else:
            await members.set_role(org.id, admin.id, "viewer", by=as_(owner))
        assert await account_links.invited(invitation.split("/")[-1]) is None
        assert await account_links.forgetful(theirs.split("/")[-1]) is None
        assert await account_links.invited(kept.split("/")[-1]) is not None


async def test_tokens_that_they_know_go_with_them_and_others_stay(
    org: Organization, owner: Agent
) -> None:
    """A secret is known to whom it was shown: who made the token, or renewed it since."""
    admin = await new(org, "admin")
    for name, maker, renewed in (
        ("own", admin, None),
        ("owner's", owner, None),
        ("taken over", owner, admin),
        ("handed on", admin, owner),
        ("by command", None, None),
    ):
        made = await tokens.create(org.id, name, ["all"], by="x", maker=maker and maker.id)
        if renewed:
            await tokens.rotate(org.id, made.split("_")[1], by="x", maker=renewed.id)
    known = await tokens.known_to(org.id, admin.id)
    assert {each.name for each in known} == {"own", "taken over", "handed on"}
    kept = await tokens.working(org.id)
    await members.disable(org.id, admin.id, by=as_(owner), withdraw=False)
    assert await tokens.working(org.id) == kept
    await members.enable(org.id, admin.id, by=as_(owner))
    await members.disable(org.id, admin.id, by=as_(owner))
    left = await tokens.working(org.id)
    assert {each.partition(" (")[0] for each in left} == {"owner's", "handed on", "by command"}
    assert await tokens.known_to(org.id, admin.id) == []
    ended = [
        (each.action, each.actor)
        for known_before in known
        for each in await audit.of(org.id, known_before.public_id)
        if each.action in ("token.revoked", "token.old_ended")
    ]
    assert sorted(ended) == [
        ("token.old_ended", owner.email),
        ("token.revoked", owner.email),
        ("token.revoked", owner.email),
    ]


async def test_who_leaves_stays_elsewhere(owner: Agent, there: Agent) -> None:
    raw, left = [await sessions.start(each, address="", user_agent="") for each in (owner, there)]
    await members.leave(there)
    assert await sessions.find(left) is None
    assert await sessions.find(raw) is not None
    assert (await agents.sign_in(owner.email, "correct horse 9", HERE)).id == owner.id
    with pytest.raises(NotFound):
        await members.leave(there)
    with pytest.raises(Invalid) as caught:
        await members.leave(owner)
    assert [each.code for each in caught.value.problems] == ["last_owner"]


async def test_two_owners_who_leave_at_once_leave_one(owner: Agent, there: Agent) -> None:
    other = await agents.create(
        owner.organization, email="b@shop.example", password="correct horse 9"
    )
    done = await asyncio.gather(members.leave(owner), members.leave(other), return_exceptions=True)
    assert sorted(type(each).__name__ for each in done) == ["Invalid", "NoneType"]


async def test_disabling_somebody_ends_here_what_goes_on_elsewhere(
    owner: Agent, there: Agent
) -> None:
    elsewhere, here = [
        await sessions.start(each, address="", user_agent="") for each in (owner, there)
    ]
    await members.disable(there.organization, there.id, by=OPERATOR)
    assert await sessions.find(here) is None
    assert await sessions.find(elsewhere) is not None
    await members.sign_out(owner.organization, owner.id, by=OPERATOR)
    assert await sessions.find(elsewhere) is None


async def test_somebody_in_several_organizations_is_named_with_one(
    owner: Agent, there: Agent
) -> None:
    with pytest.raises(Invalid) as caught:
        await members.by_email(owner.email)
    assert [each.code for each in caught.value.problems] == ["ambiguous"]
    home, found = await members.by_email(owner.email, "other")
    assert (home, found.id) == (there.organization, there.id)
    for email, slug in ((owner.email, "nowhere"), ("b@b.example", "")):
        with pytest.raises(NotFound):
            await members.by_email(email, slug)
