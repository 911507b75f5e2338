"""Whom a provider lets in, and as whom."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from msgspec.structs import replace

from app.errors import Invalid
from app.people import agents, audit, members, sessions
from app.people.actor import OPERATOR
from app.single_sign_on import change, enter, identities, providers
from app.single_sign_on.faults import NotSignedIn
from app.single_sign_on.shape import Config, GroupRole, Person, Provider
from app.tables import Account, Agent, Organization
from tests.app.single_sign_on.conftest import egress

Make = Callable[..., Awaitable[Provider]]
PASSWORD = "correct horse 9"
LEI = Person(subject="lei-1", email="Lei@Shop.example", verified=True, name="李雷")


@pytest.fixture
def provider(org: Organization) -> Make:
    async def make(**config: Any) -> Provider:
        made = Config(
            kind="openid", name="公司账号", issuer="https://id.shop.example", client_id="lm"
        )
        made = replace(made, **config)
        uid = await change.save(egress(), org.id, None, made, "x", by="t")
        return await providers.living(uid)

    return make


async def member(org: Organization, role: str = "agent", email: str = "lei@shop.example") -> Agent:
    return await agents.create(org.id, email=email, password=PASSWORD, role=role)


async def refused(provider: Provider, person: Person) -> str:
    with pytest.raises(NotSignedIn) as caught:
        await enter.enter(provider, person)
    return caught.value.code


async def test_a_member_is_known_by_the_verified_address_and_then_by_the_id(
    org: Organization, provider: Make
) -> None:
    made, lei = await provider(), await member(org)
    assert (await enter.enter(made, LEI)).id == lei.id
    moved = Person(subject="lei-1", email="another@mail.example")
    assert (await enter.enter(made, moved, network="192.0.2.0")).id == lei.id

    [identity] = await identities.of(org.id, lei.account)
    assert identity.used_at is not None
    assert [(each.action, each.detail) for each in await audit.of(org.id, lei.id)] == [
        ("identity.linked", "公司账号")
    ]


async def test_an_address_that_nobody_vouches_for_opens_nothing(
    org: Organization, provider: Make
) -> None:
    await member(org)
    claimed = replace(LEI, verified=False)
    assert await refused(await provider(), claimed) == "unverified"
    trusted = await provider(trusted=True, domains=("shop.example",))
    assert (await enter.enter(trusted, claimed)).email == "lei@shop.example"
    elsewhere = await provider(trusted=True, domains=("other.example",))
    assert await refused(elsewhere, replace(claimed, subject="lei-2")) == "unverified"


async def test_who_is_not_known_stays_outside_and_is_on_record(
    org: Organization, owner: Agent, provider: Make
) -> None:
    made = await provider()
    with pytest.raises(NotSignedIn) as caught:
        await enter.enter(made, Person(subject="ZhangSan"), network="192.0.2.0")
    assert (caught.value.code, caught.value.facts) == ("unknown", {"who": "ZhangSan"})
    assert [each.detail for each in await audit.of(org.id, made.uid)][1:] == [
        "公司账号: unknown  192.0.2.0"
    ]
    assert await Account.count() == 1


@pytest.mark.parametrize(
    ("config", "person", "role"),
    [
        ({"domains": ("shop.example",)}, LEI, "agent"),
        ({"domains": ("shop.example",), "role": "viewer"}, LEI, "viewer"),
        ({"domains": ("other.example",)}, LEI, ""),
        ({"domains": ("shop.example",)}, replace(LEI, email="lei@evil-shop.example"), ""),
        ({"domains": ("shop.example",)}, replace(LEI, email=""), ""),
        ({"roles": (GroupRole("ops", "admin"),)}, replace(LEI, groups=("ops",)), "admin"),
        ({"roles": (GroupRole("ops", "admin"),)}, replace(LEI, groups=("others",)), ""),
    ],
)
async def test_who_is_listed_becomes_a_member(
    org: Organization, provider: Make, config: dict[str, Any], person: Person, role: str
) -> None:
    made = await provider(admits="listed", **config)
    if not role:
        assert await refused(made, person) == "unknown"
        return
    agent = await enter.enter(made, person)
    assert (agent.role, agent.email, agent.name) == (role, "lei@shop.example", "李雷")
    assert (await enter.enter(made, replace(person, email="new@mail.example"))).id == agent.id


async def test_nobody_gets_an_account_at_an_address_that_may_be_another_s(
    org: Organization, other_org: Organization, provider: Make
) -> None:
    made = await provider(admits="listed", domains=("shop.example",))
    assert await refused(made, replace(LEI, verified=False)) == "unverified"
    await member(other_org)
    assert await refused(made, LEI) == "elsewhere"
    assert await Agent.count().where(Agent.organization == org.id) == 0


async def test_who_is_disabled_stays_outside(org: Organization, provider: Make) -> None:
    made, lei = await provider(), await member(org)
    await enter.enter(made, LEI)
    await members.disable(org.id, lei.id, by=OPERATOR)
    assert await refused(made, LEI) == "disabled"
    assert await refused(made, replace(LEI, subject="lei-2")) == "disabled"


async def test_an_owner_comes_in_by_what_they_linked_themselves(
    org: Organization, owner: Agent, provider: Make
) -> None:
    """An admin sets providers up, and could have one say that it knows the owner."""
    made, person = await provider(), replace(LEI, subject="owner-1", email=owner.email)
    assert await refused(made, person) == "owner"
    place = (org.id, made.uid, made.config, person, owner)
    await identities.link(*place, own=False, by="an admin")
    assert await refused(made, person) == "owner"
    await identities.link(*place, own=True, by=owner.email)
    assert (await enter.enter(made, person)).id == owner.id

    lei = await member(org)
    await enter.enter(made, LEI)
    await Agent.update({Agent.role: "owner"}).where(Agent.id == lei.id)
    assert await refused(made, LEI) == "owner"


ROLES = (
    GroupRole("ops", "admin"),
    GroupRole("sales", "agent"),
    GroupRole("interns", "viewer"),
)


@pytest.mark.parametrize(
    ("before", "groups", "after"),
    [
        ("viewer", ("interns", "ops", "sales"), "admin"),
        ("admin", ("sales", "interns"), "agent"),
        ("admin", ("interns",), "viewer"),
        ("admin", ("others",), "admin"),
        ("agent", (), "agent"),
    ],
)
async def test_the_highest_role_of_the_groups_wins_or_it_stays(
    org: Organization, provider: Make, before: str, groups: tuple[str, ...], after: str
) -> None:
    await member(org, before)
    person = replace(LEI, groups=groups)
    assert (await enter.enter(await provider(roles=ROLES), person)).role == before
    followed = replace(person, subject="lei-2")
    assert (await enter.enter(await provider(roles=ROLES, follows=True), followed)).role == after


async def test_an_owner_is_never_demoted_by_groups(
    org: Organization, owner: Agent, provider: Make
) -> None:
    made = await provider(roles=ROLES, follows=True)
    person = replace(LEI, groups=("interns",))
    await identities.link(org.id, made.uid, made.config, person, owner, own=True, by="t")
    assert (await enter.enter(made, person)).role == "owner"


async def test_passwords_are_for_owners_where_the_organization_wants_a_provider(
    org: Organization, owner: Agent, provider: Make
) -> None:
    lei, other = await member(org), await member(org, email="b@other.example")
    await enter.allow_password(lei)
    made = await provider(required=True, domains=("shop.example",))
    for may in (owner, other):
        await enter.allow_password(may)
    with pytest.raises(Invalid) as caught:
        await enter.allow_password(lei)
    assert caught.value.problems[0].facts == {"name": "公司账号"}
    await change.switch(org.id, made.uid, on=False, by="t")
    await enter.allow_password(lei)


async def test_a_session_says_who_signed_them_in(org: Organization, provider: Make) -> None:
    made, lei = await provider(), await member(org)
    raw = await sessions.start(lei, address="", user_agent="", provider=made.uid)
    await sessions.start(lei, address="", user_agent="")
    found = await sessions.find(raw)
    assert found is not None
    assert found.provider == made.uid
    assert {each.provider for each in await sessions.of(lei.account)} == {made.uid, None}
