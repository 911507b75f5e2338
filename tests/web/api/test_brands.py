"""The brands of an organization, for programs."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from app.brands import change as brands
from app.brands.shape import Brand
from app.tables import Organization

BASE = "/api/v1/leavemsg"


@pytest.fixture
async def tea(org: Organization, other_org: Organization) -> Brand:
    await brands.add(other_org, "theirs", "Theirs", by="x")
    return await brands.add(org, "tea", "茶馆", by="x")


async def listed(api: httpx.AsyncClient, **asked: Any) -> list[tuple[str, str]]:
    answer = await api.get(f"{BASE}/query/org", params=asked)
    assert answer.status_code == 200, answer.text
    return [(each["message"]["content"], each["brand"]) for each in answer.json()["items"]]


async def left(api: httpx.AsyncClient, slug: str, content: str) -> None:
    body = {"org": slug, "visitor": {"phone": "13800138000"}, "message": {"content": content}}
    assert (await api.post(f"{BASE}/messages", json=body)).status_code == 201


async def test_all_of_them_are_listed_and_none_of_others(
    api: httpx.AsyncClient, org: Organization, tea: Brand
) -> None:
    await brands.archive(org, "tea", by="x")
    found = (await api.get(f"{BASE}/brands")).json()["items"]
    assert found == [
        {
            "uid": str(org.id),
            "slug": "default",
            "name": org.name,
            "locale": org.locale,
            "archived": False,
        },
        {
            "uid": str(tea.id),
            "slug": "tea",
            "name": "茶馆",
            "locale": org.locale,
            "archived": True,
        },
    ]


async def test_a_message_names_its_brand_and_the_list_is_narrowed_by_it(
    api: httpx.AsyncClient, org: Organization, tea: Brand
) -> None:
    await left(api, "default", "one")
    await left(api, "tea", "two")
    first, second = ("one", str(org.id)), ("two", str(tea.id))
    assert await listed(api) == [second, first]
    assert await listed(api, brand=str(org.id)) == [first]
    assert await listed(api, brand=str(tea.id)) == [second]
    assert await listed(api, brand=str(tea.id), status="handled") == []
    assert await listed(api, brand="01a20416-0000-7000-8000-000000000009") == []


async def test_what_is_no_uid_is_refused(api: httpx.AsyncClient) -> None:
    answer = await api.get(f"{BASE}/query/org", params={"brand": "tea"})
    assert [each["code"] for each in answer.json()["errors"]] == ["unknown_brand"]


async def test_what_a_brand_has_of_its_own_is_read_and_replaced(
    api: httpx.AsyncClient, org: Organization, tea: Brand
) -> None:
    address = f"{BASE}/brands/{tea.id}"
    before = (await api.get(address)).json()
    assert (before["slug"], before["name"], "locale" in before) == ("tea", "茶馆", False)
    week = {"mon": [["09:00", "18:00"]]}
    wanted = {
        "name": "茶庄",
        "locale": "en",
        "hours": {"rule": "hours", "timezone": "Asia/Tokyo", "weekly": week},
        "widget": {"phone": "400 800 1234"},
    }
    answer = await api.put(address, json=wanted)
    assert answer.status_code == 200, answer.text
    found = answer.json()
    assert {name: found[name] for name in wanted} == wanted
    assert found["form"] == before["form"]
    assert (await api.get(address)).json() == found
    assert (await api.put(address, json=found)).json() == found
    first = (await api.get(f"{BASE}/brands/{org.id}")).json()
    assert (first["name"], first["widget"]) == (org.name, {})


async def test_faults_are_told_at_once_and_nothing_is_changed(
    api: httpx.AsyncClient, tea: Brand
) -> None:
    address = f"{BASE}/brands/{tea.id}"
    before = (await api.get(address)).json()
    wanted = {"name": "x", "hours": {"weekly": {"mon": "no"}}, "widget": {"side": "up"}}
    answer = await api.put(address, json=wanted)
    assert answer.status_code == 422
    places = {each["pointer"] for each in answer.json()["errors"]}
    assert {place.split("/")[1] for place in places} == {"hours", "widget"}
    for wrong in ({"slug": "other"}, {"colour": "red"}, {"name": 7}):
        assert (await api.put(address, json=wrong)).status_code == 422
    assert (await api.get(address)).json() == before


async def test_those_of_others_are_not_there(
    api: httpx.AsyncClient, other_org: Organization
) -> None:
    for uid in (str(other_org.id), "01a20416-0000-7000-8000-000000000009", "x"):
        assert (await api.get(f"{BASE}/brands/{uid}")).status_code == 404
        assert (await api.put(f"{BASE}/brands/{uid}", json={"name": "x"})).status_code == 404
