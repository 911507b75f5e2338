"""System settings → brands."""

from __future__ import annotations

import httpx

from app import channel_settings
from app.brands import change
from app.brands.stored import all_of, by_slug
from app.tables import Organization
from app.widget import change as widget
from app.widget.setup import read_now
from tests.web.reading import Page

HERE = "/settings/brands"
NEW = {"name": "茶馆", "slug": "tea", "like": ""}


async def added(client: httpx.AsyncClient, **changes: str) -> httpx.Response:
    return await client.post(HERE, data={**NEW, **changes})


async def test_one_is_added_with_another_s_settings_and_is_found_at_once(
    client: httpx.AsyncClient, org: Organization
) -> None:
    await widget.save(org.id, {"phone": "400 800 1234"}, by="x")
    answer = await added(client, like="default")
    assert answer.headers["location"] == f"{HERE}?done=added"
    made = await by_slug("tea")
    assert (made.name, (await read_now(made.id)).phone) == ("茶馆", "400 800 1234")
    page = Page(await client.get(HERE))
    assert "/settings/widget?brand=tea" in page.links()
    assert (await client.get("/w/tea")).status_code == 200


async def test_what_was_typed_stays_with_what_is_wrong_about_it(
    client: httpx.AsyncClient, org: Organization
) -> None:
    answer = await added(client, slug="茶 馆")
    assert answer.status_code == 422
    page = Page(answer)
    assert "小写字母" in page.words
    assert (page.values["slug"], page.values["name"]) == ("茶 馆", "茶馆")
    assert (await added(client, slug="default")).status_code == 422
    assert len(await all_of(org)) == 1


async def test_one_is_renamed_and_speaks_another_language(
    client: httpx.AsyncClient, org: Organization
) -> None:
    await added(client)
    answer = await client.post(f"{HERE}/tea", data={"name": "Tea house", "locale": "en"})
    assert answer.headers["location"] == f"{HERE}?done=changed#brand-tea"
    made = await by_slug("tea")
    assert (made.name, made.locale) == ("Tea house", "en")
    assert (await client.post(f"{HERE}/tea", data={"name": ""})).status_code == 422
    assert (await client.post(f"{HERE}/none", data={"name": "x"})).status_code == 404


async def test_one_is_archived_and_comes_back_and_the_first_is_not(
    client: httpx.AsyncClient, org: Organization
) -> None:
    await added(client)
    await client.post(f"{HERE}/tea/archive")
    assert "已归档" in Page(await client.get(HERE)).words
    await client.post(f"{HERE}/tea/restore")
    assert "已归档" not in Page(await client.get(HERE)).words
    answer = await client.post(f"{HERE}/default/archive")
    assert answer.status_code == 409
    assert "第一个品牌" in answer.text


async def test_they_are_put_in_order(client: httpx.AsyncClient, org: Organization) -> None:
    await added(client)
    answer = await client.post(f"{HERE}/tea/up")
    assert answer.headers["location"] == f"{HERE}#brand-tea"
    assert [each.slug for each in await all_of(org)] == ["tea", "default"]
    htmx = {"HX-Request": "true", "HX-Request-Type": "partial"}
    part = await client.post(f"{HERE}/tea/down", headers=htmx)
    assert part.text.lstrip().startswith('<div id="lines">')


async def test_those_of_others_are_not_there(
    client: httpx.AsyncClient, other_org: Organization
) -> None:
    for path in ("other", "other/archive", "other/restore", "other/up"):
        answer = await client.post(f"{HERE}/{path}", data={"name": "x"})
        assert answer.status_code == 404


async def test_who_is_told_of_a_brand_is_ticked_and_kept(
    client: httpx.AsyncClient, org: Organization
) -> None:
    hook = {"type": "custom", "webhook_url": "http://127.0.0.1:9/x", "name": "茶群"}
    uid = await channel_settings.add(org.id, hook, by="tests")
    await change.add(org, "tea", "茶馆", by="tests")
    for ticked in ({f"channel-{uid}": "yes"}, {}):
        sent = {"name": "茶馆", "channels": "shown", **ticked}
        answer = await client.post(f"{HERE}/tea", data=sent)
        assert answer.status_code == 303
        shown = Page(await client.get(HERE)).attributes("input", name=f"channel-{uid}")
        assert ["checked" in each for each in shown] == [False, bool(ticked)]
