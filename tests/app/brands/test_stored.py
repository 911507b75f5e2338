"""A visitor's address leads to a brand, and a brand to its organization."""

from __future__ import annotations

import pytest

from app import database
from app.brands import change, stored
from app.brands.stored import all_of, by_id, by_slug, of, one
from app.errors import NotFound
from app.people import organizations
from app.tables import Brand, Organization, new_id

BY = "owner@shop.example"


async def test_every_organization_has_one_with_its_own_address(org: Organization) -> None:
    found = await by_slug(org.slug)
    assert (found.id, found.name, found.org.id) == (org.id, org.name, org.id)
    assert [each.slug for each in await of(org)] == [org.slug]


async def test_an_address_leads_to_brand_and_organization(
    org: Organization, other_org: Organization
) -> None:
    made = await change.add(org, "tea", "茶馆", by=BY)
    found = await by_slug("tea")
    assert (found.id, found.name, found.org.id) == (made.id, "茶馆", org.id)
    assert (await by_id(made.id)).slug == "tea"
    assert [each.slug for each in await of(other_org)] == ["other"]


async def test_the_way_from_an_address_is_one_query(
    org: Organization, monkeypatch: pytest.MonkeyPatch
) -> None:
    await change.add(org, "tea", "茶馆", by=BY)
    asked: list[str] = []
    engine = database.engine()
    run = engine.run_querystring

    async def counted(querystring, *args, **kwargs):  # type: ignore[no-untyped-def]
        asked.append(str(querystring))
        return await run(querystring, *args, **kwargs)

    monkeypatch.setattr(engine, "run_querystring", counted)
    await by_slug("tea")
    await by_slug("tea")
    assert len(asked) == 1


async def test_an_unknown_address_is_not_found(org: Organization) -> None:
    for slug in ("none", "", "TEA", "%", "\x00", "茶"):
        with pytest.raises(NotFound):
            await by_slug(slug)


async def test_what_is_of_another_organization_is_not_there(
    org: Organization, other_org: Organization
) -> None:
    await change.add(other_org, "tea", "茶馆", by=BY)
    with pytest.raises(NotFound):
        await one(org, "tea")
    assert (await one(other_org, "tea")).name == "茶馆"
    with pytest.raises(NotFound):
        await by_id(new_id())


async def test_what_an_older_process_has_made_has_its_first_brand(org: Organization) -> None:
    """It writes an organization without one."""
    await Brand.delete().where(Brand.id == org.id)
    stored.forget(org, org.slug)
    assert (await by_slug(org.slug)).id == org.id
    assert [each.id for each in await all_of(org)] == [org.id]
    assert (await by_id(org.id)).slug == org.slug
    await change.add(org, "tea", "茶馆", by=BY)
    assert [each.slug for each in await all_of(org)] == ["default", "tea"]


async def test_its_name_is_the_organizations_where_it_has_none(org: Organization) -> None:
    await Organization.update({Organization.name: "新名字"}).where(Organization.id == org.id)
    found = await stored.all_now(await organizations.by_id(org.id))
    assert [each.name for each in found] == ["新名字"]
