"""Which brand a page of the settings is about."""

from __future__ import annotations

import datetime as dt
import uuid

import httpx
import msgspec
import pytest

from app import fields, presence, widget
from app.brands import change as brands
from app.brands.shape import Brand, first
from app.fields import versions
from app.tables import Organization
from tests.web.reading import Page
from web.console.at_brand import to

BY = "owner@shop.example"
PAGES = ("/settings/form", "/settings/widget", "/settings/hours")


@pytest.fixture
async def tea(org: Organization) -> Brand:
    return await brands.add(org, "tea", "茶馆", by=BY)


def test_an_address_keeps_its_brand(org: Organization) -> None:
    own = first(org)
    other = msgspec.structs.replace(own, id=uuid.UUID(int=1), slug="tea")
    assert to(own, "/x?a=b#c") == "/x?a=b#c"
    assert to(other, "/x?a=b#c") == "/x?a=b&brand=tea#c"
    assert to(other, "/x#c") == "/x?brand=tea#c"
    assert to(other, "") == "?brand=tea"


@pytest.mark.parametrize("path", PAGES)
async def test_with_one_brand_there_is_nothing_to_choose(
    client: httpx.AsyncClient, path: str
) -> None:
    answer = await client.get(path)
    assert "brand=" not in answer.text
    assert 'aria-label="品牌"' not in answer.text


@pytest.mark.parametrize("path", PAGES)
async def test_with_several_each_has_its_page_and_all_of_it_is_about_that(
    client: httpx.AsyncClient, tea: Brand, path: str
) -> None:
    page = Page(await client.get(f"{path}?brand=tea"))
    assert {path, f"{path}?brand=tea"} <= set(page.links())
    actions = [
        each["action"]
        for each in page.attributes("form")
        if each.get("action", "").startswith(path)
    ]
    assert actions
    assert [each for each in actions if "brand=tea" not in each] == []


async def test_one_of_others_is_not_found(
    client: httpx.AsyncClient, other_org: Organization
) -> None:
    await brands.add(other_org, "theirs", "Theirs", by=BY)
    for path in (*PAGES, "/settings/form/preview"):
        for slug in ("theirs", "other", "none"):
            assert (await client.get(f"{path}?brand={slug}")).status_code == 404
            if "preview" not in path:
                answer = await client.post(f"{path}?brand={slug}", data={"name": "x"})
                assert answer.status_code in {404, 405}
    assert (await client.get("/demo/theirs")).status_code == 404


async def test_the_form_of_one_leaves_the_other_alone(
    client: httpx.AsyncClient, org: Organization, tea: Brand
) -> None:
    answer = await client.post("/settings/form/add?brand=tea", data={"kind": "text"})
    where = answer.headers["location"]
    assert where.endswith("?done=added&brand=tea")
    assert (await client.get(where)).status_code == 200
    answer = await client.post("/settings/form/publish?brand=tea")
    assert answer.headers["location"] == "/settings/form?done=published&brand=tea"
    assert (await fields.published(tea.id)).number == 1
    assert (await versions.published_now(org.id)).number == 0


async def test_the_widget_of_one_leaves_the_other_alone(
    client: httpx.AsyncClient, org: Organization, tea: Brand
) -> None:
    given = {"name": "茶庄", "phone": "400 800 1234"}
    answer = await client.post("/settings/widget?brand=tea", data=given)
    assert answer.headers["location"] == "/settings/widget?done=saved&brand=tea"
    page = await client.get("/settings/widget?brand=tea")
    assert 'data-lm-site="tea"' in page.text.replace("&#34;", '"').replace("&quot;", '"')
    assert (await widget.read(tea.id)).phone == "400 800 1234"
    assert (await widget.read(org.id)).phone == ""
    assert "茶庄" in (await client.get("/w/tea")).text
    assert (await client.get("/demo/tea")).status_code == 200


async def test_the_hours_of_one_leave_the_other_alone(
    client: httpx.AsyncClient, org: Organization, tea: Brand
) -> None:
    day = {"day": "2030-02-05", "kind": "holiday", "name": "春节"}
    answer = await client.post("/settings/hours/day?brand=tea", data=day)
    assert answer.headers["location"] == "/settings/hours?done=day&brand=tea#days"
    assert list((await presence.read(org, brand=tea.id)).schedule.holidays) == [dt.date(2030, 2, 5)]
    assert (await presence.read(org)).schedule.holidays == {}
