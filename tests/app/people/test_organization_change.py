"""An organization as a whole."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from app.brands import change as brand_change
from app.brands import stored
from app.errors import Conflict, Invalid
from app.people import (
    account_links,
    agents,
    audit,
    memberships,
    organization_change,
    organizations,
    sessions,
    tokens,
)
from app.people.actor import OPERATOR
from app.people.agents import Place
from app.people.organization_change import begin, change, may_begin, set_disabled
from app.tables import Agent, Brand, Organization

HERE = Place(address="192.0.2.1")


async def faults(act: Any) -> list[tuple[str, str]]:
    with pytest.raises(Invalid) as caught:
        await act
    return [(each.pointer, each.code) for each in caught.value.problems]


async def test_who_makes_one_owns_it_with_the_account_they_have(
    org: Organization, owner: Agent
) -> None:
    await change(org, name="老店", locale="en", timezone="Europe/Berlin", by="x")
    like = await organizations.by_id(org.id)
    made = await begin(slug=" New-Shop ", name=" 新\n店 ", owner=owner, like=like, by="王")
    assert (made.slug, made.name) == ("new-shop", "新 店")
    assert (made.locale, made.timezone) == ("en", "Europe/Berlin")
    assert [(each.slug, each.role) for each in await memberships.of(owner.account)] == [
        ("new-shop", "owner"),
        ("default", "owner"),
    ]
    assert (await stored.by_slug("new-shop")).org.id == made.id
    assert [each.action for each in await audit.of(made.id, made.id)] == ["organization.created"]


async def test_what_cannot_be_its_name_or_address_is_named(org: Organization) -> None:
    assert await faults(begin(slug="", name=" ", by="x")) == [
        ("/name", "required"),
        ("/slug", "slug_format"),
    ]
    assert await faults(begin(slug="a", name="x" * 129, by="x")) == [
        ("/name", "too_long"),
        ("/slug", "slug_format"),
    ]
    for slug in ("-a", "a b", "店", "a" * 65, "a/b", "\x00"):
        assert await faults(begin(slug=slug, name="x", by="x")) == [("/slug", "slug_format")]
    for slug in ("default", "admin", "API"):
        assert await faults(begin(slug=slug, name="x", by="x")) == [("/slug", "taken")]


async def test_an_address_is_one_organization_s_or_one_brand_s(
    org: Organization, other_org: Organization
) -> None:
    await brand_change.add(org, "second", "Second", by="x")
    for slug in ("second", "other"):
        assert await faults(begin(slug=slug, name="x", by="x")) == [("/slug", "taken")]
    assert await Organization.count() == 2
    made = await begin(slug="third", name="x", by="x")
    with pytest.raises(Invalid):
        await brand_change.add(org, made.slug, "x", by="x")


async def test_of_two_who_want_an_address_at_once_one_gets_it(
    org: Organization, owner: Agent
) -> None:
    done = await asyncio.gather(
        *(begin(slug="shop", name=f"{n}", owner=owner, by="x") for n in range(4)),
        return_exceptions=True,
    )
    assert sorted(type(each).__name__ for each in done) == [*["Invalid"] * 3, "Organization"]
    assert await Brand.count().where(Brand.slug == "shop") == 1
    assert await organization_change.owned(owner.account) == 2


async def test_of_many_at_once_no_more_are_made_than_one_may_own(
    org: Organization, owner: Agent
) -> None:
    done = await asyncio.gather(
        *(begin(slug=f"shop-{n}", name="x", owner=owner, most=3, by="x") for n in range(4)),
        return_exceptions=True,
    )
    refused = [each for each in done if isinstance(each, Invalid)]
    assert [each.problems[0].code for each in refused] == ["too_many"] * 2
    assert await organization_change.owned(owner.account) == 3


async def test_a_link_for_a_password_that_will_open_a_new_one_works_no_more(
    org: Organization, owner: Agent
) -> None:
    link = await account_links.reset(org.id, owner.id, by=OPERATOR)
    await begin(slug="shop", name="x", owner=owner, by="x")
    assert await account_links.forgetful(link.split("/")[-1]) is None


async def test_another_name_is_read_at_once_and_the_address_stays(org: Organization) -> None:
    assert (await stored.by_slug(org.slug)).name == "Leavemsg"
    await change(org, name="新名字", by="王")
    assert (await stored.by_slug("default")).name == "新名字"
    after = await organizations.by_id(org.id)
    assert (after.slug, after.locale, after.timezone) == ("default", org.locale, org.timezone)
    assert [(each.action, each.actor) for each in await audit.of(org.id, org.id)] == [
        ("organization.renamed", "王")
    ]
    await change(after, name="新名字", by="王")
    assert len(await audit.of(org.id, org.id)) == 1


async def test_what_is_changed_to_nonsense_stays(org: Organization) -> None:
    wrong = change(org, name="", locale="tlh", timezone="Mars/Base", by="x")
    assert await faults(wrong) == [
        ("/name", "required"),
        ("/locale", "unknown_language"),
        ("/timezone", "unknown_zone"),
    ]
    assert (await organizations.by_id(org.id)).name == "Leavemsg"


def test_only_owners_make_one_and_only_where_it_is_allowed(configure: Callable[..., Any]) -> None:
    assert not any(may_begin(role) for role in agents.ROLES)
    configure(LEAVEMSG_ORGANIZATIONS="owners")
    assert [role for role in agents.ROLES if may_begin(role)] == ["owner"]


async def test_one_that_is_disabled_is_closed_and_kept(
    org: Organization, owner: Agent, other_org: Organization, there: Agent, other_token: str
) -> None:
    here, away = [await sessions.start(each, address="", user_agent="") for each in (owner, there)]
    before = await stored.by_slug("other")
    assert not before.archived
    await set_disabled(other_org, True, by="x")
    assert (await stored.by_slug("other")).archived
    assert await sessions.find(away) is None
    assert await sessions.still([here, away]) == {here: owner.id}
    assert [each.slug for each in await memberships.of(owner.account)] == ["default"]
    assert (await agents.sign_in(owner.email, "correct horse 9", HERE)).id == owner.id
    token = await tokens.recognised(other_token)
    assert token
    assert token.ended

    after = await organizations.by_id(other_org.id)
    await set_disabled(after, True, by="x")
    await set_disabled(after, False, by="x")
    assert await sessions.find(away) is not None
    assert not (await stored.by_slug("other")).archived
    assert [each.action for each in await audit.of(other_org.id, other_org.id)] == [
        "organization.disabled",
        "organization.enabled",
    ]


async def test_the_first_one_stays(org: Organization) -> None:
    with pytest.raises(Conflict):
        await set_disabled(org, True, by="x")
