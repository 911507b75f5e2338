"""One inbox for all brands, narrowed to one where somebody wants that."""

from __future__ import annotations

import httpx
import pytest

from app import messages
from app.brands import change as brands
from app.brands.shape import Brand
from app.fields.check import Answers
from app.messages import Visit
from app.tables import Organization
from tests.web.reading import Page


async def left(org: Organization, content: str, brand: Brand | None = None) -> str:
    seen = Visit(brand=brand.mark if brand else None)
    said = await messages.leave(org, Answers(content=content), seen, submission_id=content)
    return said.uid


@pytest.fixture
async def tea(org: Organization) -> Brand:
    return await brands.add(org, "tea", "茶馆", by="x")


async def test_with_one_brand_nothing_speaks_of_brands(
    client: httpx.AsyncClient, org: Organization
) -> None:
    uid = await left(org, "一个问题")
    for address in ("/inbox", f"/inbox/{uid}"):
        assert "品牌" not in (await client.get(address)).text


async def test_each_row_and_message_names_its_brand(
    client: httpx.AsyncClient, org: Organization, tea: Brand
) -> None:
    await left(org, "一个问题")
    uid = await left(org, "茶的问题", tea)
    page = (await client.get("/inbox?status=all")).text
    assert page.count('<span class="category">茶馆</span>') == 1
    assert page.count(f'<span class="category">{org.name}</span>') == 1
    assert '<span class="brand">茶馆</span>' in (await client.get(f"/inbox/{uid}")).text


async def test_the_list_is_narrowed_to_one_and_says_so(
    client: httpx.AsyncClient, org: Organization, tea: Brand
) -> None:
    await left(org, "一个问题")
    await left(org, "茶的问题", tea)
    theirs = await client.get(f"/inbox?brand={tea.id}")
    assert "茶的问题" in theirs.text
    assert "一个问题" not in theirs.text
    assert Page(theirs).values["brand"] == str(tea.id)
    first = await client.get(f"/inbox?brand={org.id}")
    assert "茶的问题" not in first.text
    assert "一个问题" in first.text
    both = await client.get(f"/inbox?brand={tea.id}&q=茶的")
    assert "茶的问题" in both.text


async def test_a_saved_view_keeps_it(
    client: httpx.AsyncClient, org: Organization, tea: Brand
) -> None:
    await client.post(f"/inbox/views?brand={tea.id}", data={"name": "茶"})
    page = await client.get("/inbox/views")
    assert f"brand={tea.id}" in page.text
    assert "茶馆" in page.text
    await brands.archive(org, "tea", by="x")
    assert "茶馆" in (await client.get("/inbox/views")).text


async def test_an_unknown_one_finds_nothing(client: httpx.AsyncClient, org: Organization) -> None:
    await left(org, "一个问题")
    page = await client.get("/inbox?brand=01a20416-0000-7000-8000-000000000009")
    assert page.status_code == 200
    assert "一个问题" not in page.text
    assert "一个问题" in (await client.get("/inbox?brand=nonsense")).text
