"""Brands are made, renamed, put in order and archived."""

from __future__ import annotations

import asyncio

import pytest

from app import channel_settings
from app.brands import change
from app.brands.shape import Brand
from app.brands.stored import all_now, all_of, by_slug, of
from app.errors import Conflict, Invalid, NotFound
from app.people import audit, organizations
from app.tables import Organization

BY = "owner@shop.example"


async def tea(org: Organization) -> Brand:
    return await change.add(org, "tea", "茶馆", by=BY)


@pytest.mark.parametrize(
    ("slug", "name", "place"),
    [
        ("", "茶馆", "/slug"),
        ("Tea house", "茶馆", "/slug"),
        ("-tea", "茶馆", "/slug"),
        ("t", "茶馆", "/slug"),
        ("login", "茶馆", "/slug"),
        ("x" * 65, "茶馆", "/slug"),
        ("default", "茶馆", "/slug"),
        ("other", "茶馆", "/slug"),
        ("tea", " ", "/name"),
        ("tea", "x" * 129, "/name"),
    ],
)
async def test_what_cannot_be_is_said_where_it_stands(
    org: Organization, other_org: Organization, slug: str, name: str, place: str
) -> None:
    with pytest.raises(Invalid) as caught:
        await change.add(org, slug, name, by=BY)
    assert [each.pointer for each in caught.value.problems] == [place]
    assert len(await all_of(org)) == 1


async def test_an_address_belongs_to_one_of_the_whole_installation(
    org: Organization, other_org: Organization
) -> None:
    done = await asyncio.gather(
        *(change.add(each, "tea", "茶馆", by=BY) for each in (org, other_org)),
        return_exceptions=True,
    )
    assert sorted(type(each).__name__ for each in done) == ["Brand", "Invalid"]
    with pytest.raises(Conflict):
        await organizations.create("tea", "Tea")
    with pytest.raises(NotFound):
        await organizations.by_slug("tea")


async def test_the_only_one_has_the_organizations_name(org: Organization) -> None:
    await change.rename(org, "default", "新店", by=BY)
    org = await organizations.by_id(org.id)
    assert org.name == "新店"
    assert [each.name for each in await all_now(org)] == ["新店"]
    assert [each.action for each in await audit.of(org.id, org.id)] == ["organization.renamed"]


async def test_one_of_several_has_a_name_of_its_own(org: Organization) -> None:
    made = await tea(org)
    await change.rename(org, "default", "咖啡店", by=BY)
    await change.rename(org, "tea", "茶庄", by=BY)
    assert (await organizations.by_id(org.id)).name == org.name
    assert [each.name for each in await of(org)] == ["咖啡店", "茶庄"]
    assert [each.action for each in await audit.of(org.id, made.id)] == [
        "brand.added",
        "brand.renamed",
    ]


async def test_its_language_is_the_organizations_until_it_has_one(org: Organization) -> None:
    await tea(org)
    assert (await by_slug("tea")).locale == org.locale
    await change.set_locale(org, "tea", "en", by=BY)
    assert (await by_slug("tea")).locale == "en"
    await change.set_locale(org, "tea", "", by=BY)
    assert (await by_slug("tea")).locale == org.locale
    with pytest.raises(Invalid):
        await change.set_locale(org, "tea", "xx", by=BY)


async def test_one_that_is_archived_takes_nothing_and_can_come_back(org: Organization) -> None:
    await tea(org)
    await change.archive(org, "tea", by=BY)
    assert [each.slug for each in await of(org)] == ["default"]
    assert [(each.slug, each.archived) for each in await all_of(org)] == [
        ("default", False),
        ("tea", True),
    ]
    assert (await by_slug("tea")).archived
    await change.restore(org, "tea", by=BY)
    assert [each.slug for each in await of(org)] == ["default", "tea"]


async def test_the_first_is_not_archived(org: Organization) -> None:
    await tea(org)
    with pytest.raises(Conflict):
        await change.archive(org, "default", by=BY)


async def test_they_are_put_in_order(org: Organization) -> None:
    await tea(org)
    await change.add(org, "coffee", "咖啡", by=BY)
    await change.move(org, "coffee", -1, by=BY)
    assert [each.slug for each in await of(org)] == ["default", "coffee", "tea"]
    await change.move(org, "default", 1, by=BY)
    await change.move(org, "tea", 1, by=BY)
    assert [each.slug for each in await of(org)] == ["coffee", "default", "tea"]


async def test_there_is_an_end(org: Organization, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(change, "BRANDS_MAX", 2)
    await tea(org)
    with pytest.raises(Invalid) as caught:
        await change.add(org, "coffee", "咖啡", by=BY)
    assert [each.code for each in caught.value.problems] == ["too_many"]


async def test_what_is_not_theirs_is_not_found(org: Organization, other_org: Organization) -> None:
    await tea(other_org)
    for act in (change.archive, change.restore):
        with pytest.raises(NotFound):
            await act(org, "tea", by=BY)
    with pytest.raises(NotFound):
        await change.rename(org, "tea", "x", by=BY)
    with pytest.raises(NotFound):
        await change.move(org, "tea", 1, by=BY)


async def test_only_channels_that_there_are_can_be_told(
    org: Organization, other_org: Organization
) -> None:
    await tea(org)
    hook = {"type": "custom", "webhook_url": "http://127.0.0.1:9/x"}
    theirs = await channel_settings.add(other_org.id, hook, by=BY)
    mine = await channel_settings.add(org.id, hook, by=BY)
    for wrong in (theirs, "x", ""):
        with pytest.raises(Invalid) as caught:
            await change.set_channels(org, "tea", [mine, wrong], by=BY)
        assert [each.pointer for each in caught.value.problems] == ["/channels/1"]
    await change.set_channels(org, "tea", [mine, mine], by=BY)
    assert (await by_slug("tea")).channels == (mine,)
    with pytest.raises(NotFound):
        await change.set_channels(other_org, "tea", [], by=BY)


async def test_what_is_saved_at_once_is_saved_whole_or_not_at_all(org: Organization) -> None:
    await tea(org)
    for wrong in ({"locale": "xx"}, {"channels": ["x"]}):
        with pytest.raises(Invalid):
            await change.save(org, "tea", name="新茶馆", by=BY, **wrong)  # type: ignore[arg-type]
        assert [each.name for each in await all_now(org)][-1] == "茶馆"
    await change.save(org, "tea", name="新茶馆", locale="en", by=BY)
    last = (await all_now(org))[-1]
    assert (last.name, last.locale) == ("新茶馆", "en")
