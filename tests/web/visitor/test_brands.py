"""Each brand has an address, form, widget, hours and messages of its own; people and limits are its
organization's."""

from __future__ import annotations

import datetime as dt
from typing import Any

import httpx
import pytest

from app import presence, widget
from app.brands import change as brands
from app.brands.shape import Brand
from app.fields import change, versions
from app.tables import Message, Organization, new_id
from tests.web.reading import Page
from web.visitor.questions import PREFIX

BY = "owner@shop.example"
SAID = {"content": "我想咨询一下产品价格", "phone": "13800138000", "name": "张三"}


@pytest.fixture
async def tea(org: Organization) -> Brand:
    return await brands.add(org, "tea", "茶馆", by=BY)


async def left(visitor: httpx.AsyncClient, slug: str, **changes: str) -> httpx.Response:
    values = {**Page(await visitor.get(f"/w/{slug}")).values, **SAID, **changes}
    return await visitor.post(f"/w/{slug}", data=values)


async def marks() -> list[Any]:
    return [row["brand"] for row in await Message.select(Message.brand).order_by(Message.id)]


async def test_a_message_names_its_brand_and_the_first_needs_no_name(
    visitor: httpx.AsyncClient, tea: Brand
) -> None:
    for slug in ("tea", "default"):
        answer = await left(visitor, slug)
        assert answer.headers["location"].startswith(f"/w/{slug}/r/")
    assert await marks() == [tea.id, None]


async def test_the_same_said_to_two_brands_is_news_to_both(
    visitor: httpx.AsyncClient, tea: Brand
) -> None:
    for slug in ("tea", "default", "tea"):
        await left(visitor, slug)
    found = await Message.select(Message.brand, Message.repeat_of).order_by(Message.id)
    assert [(row["brand"], row["repeat_of"] is None) for row in found] == [
        (tea.id, True),
        (None, True),
        (tea.id, False),
    ]


async def test_the_page_has_its_brands_name_and_language(
    visitor: httpx.AsyncClient, org: Organization, tea: Brand
) -> None:
    await brands.set_locale(org, "tea", "en", by=BY)
    page = await visitor.get("/w/tea")
    assert "· 茶馆</title>" in page.text
    assert '<html lang="en"' in page.text
    assert '<html lang="zh-CN"' in (await visitor.get("/w/default")).text


async def test_each_has_its_own_form(
    visitor: httpx.AsyncClient, org: Organization, tea: Brand
) -> None:
    key = await change.add(tea.id, "text", by=BY)
    await versions.publish(tea.id, by=BY)
    first = await change.add(org.id, "text", by=BY)
    assert first != key
    await versions.publish(org.id, by=BY)
    assert f'name="{PREFIX}{key}"' in (await visitor.get("/w/tea")).text
    page = (await visitor.get("/w/default")).text
    assert f'name="{PREFIX}{key}"' not in page
    assert f'name="{PREFIX}{first}"' in page
    assert [each.number for each in await versions.history(tea.id)] == [1]
    assert [each.number for each in await versions.history(org.id)] == [2]


async def test_each_has_its_own_widget(
    visitor: httpx.AsyncClient, org: Organization, tea: Brand
) -> None:
    await widget.save(tea.id, {"phone": "400 800 1234", "name": "茶庄"}, by=BY)
    assert "400 800 1234" in (await visitor.get("/w/tea")).text
    assert "400 800 1234" not in (await visitor.get("/w/default")).text
    assert "· 茶庄</title>" in (await visitor.get("/w/tea")).text
    assert f"· {org.name}</title>" in (await visitor.get("/w/default")).text
    assert (await visitor.get("/w/tea/boot.json")).json()["phone"] == "400 800 1234"


async def test_each_has_its_own_hours_and_people_are_there_for_all(
    visitor: httpx.AsyncClient, org: Organization, tea: Brand
) -> None:
    until = dt.datetime.now(dt.UTC) + dt.timedelta(hours=1)
    await presence.override(tea.id, state="online", until=until, by=BY)

    async def states() -> list[str]:
        pages = [await visitor.get(f"/w/{slug}/presence") for slug in ("default", "tea")]
        return [page.json()["state"] for page in pages]

    assert await states() == ["offline", "online"]
    await presence.release(tea.id, by=BY)
    await presence.report(org.id, new_id(), "desk", agents_online=1)
    assert await states() == ["online", "online"]


async def test_a_program_leaves_a_message_by_the_address_of_a_brand(
    visitor: httpx.AsyncClient, api: httpx.AsyncClient, other_org: Organization, tea: Brand
) -> None:
    await brands.add(other_org, "theirs", "Theirs", by=BY)
    body = {"visitor": {"phone": "13800138000"}, "message": {"content": "1"}}
    for caller, slug, content in (
        (visitor, "tea", "1"),
        (api, "tea", "2"),
        (api, "default", "3"),
        (api, "theirs", "4"),
    ):
        said = {**body, "org": slug, "message": {"content": content}}
        answer = await caller.post("/api/v1/leavemsg/messages", json=said)
        assert answer.status_code == 201, answer.text
    assert await marks() == [tea.id, tea.id, None, None]
    assert await Message.exists().where(Message.organization == other_org.id) is False


async def test_an_archived_one_is_closed_and_says_how_to_reach_the_team(
    visitor: httpx.AsyncClient, org: Organization, tea: Brand
) -> None:
    await widget.save(tea.id, {"phone": "400 800 1234"}, by=BY)
    open_page = Page(await visitor.get("/w/tea")).values
    sent = await left(visitor, "tea")
    await brands.archive(org, "tea", by=BY)
    for answer in (
        await visitor.get("/w/tea"),
        await visitor.post("/w/tea", data={**open_page, **SAID, "content": "2"}),
    ):
        assert answer.status_code == 410
        assert "400 800 1234" in answer.text
    assert "写好的一段话" not in answer.text
    written = {**open_page, **SAID, "content": "写好的一段话"}
    assert "写好的一段话" in (await visitor.post("/w/tea", data=written)).text
    boot = await visitor.get("/w/tea/boot.json", headers={"Origin": "https://tea.example"})
    assert boot.json() == {"closed": True}
    await brands.restore(org, "tea", by=BY)
    assert "closed" not in (await visitor.get("/w/tea/boot.json")).json()
    await brands.archive(org, "tea", by=BY)
    body = {"org": "tea", "visitor": {"phone": "13800138000"}, "message": {"content": "3"}}
    answer = await visitor.post("/api/v1/leavemsg/messages", json=body)
    assert (answer.status_code, answer.json()["code"]) == (410, "form_closed")
    assert len(await marks()) == 1
    # What was left before is still told of.
    assert (await visitor.get(sent.headers["location"])).status_code == 200
