"""The first account."""

from __future__ import annotations

from urllib.parse import urlsplit

import httpx
import pytest

from app import setup
from app.tables import Agent, Organization
from tests.web.reading import Page
from web.console import hours_form

OURS = {"Sec-Fetch-Site": "same-origin"}
GOOD = {
    "email": "li@shop.example",
    "password": "correct horse 9",
    "site": "www.shop.example/prices",
    "locale": "en",
    "timezone": "Europe/Berlin",
}


@pytest.fixture
async def link(org: Organization) -> str:
    return urlsplit(await setup.link()).path


async def test_it_works(visitor: httpx.AsyncClient, link: str) -> None:
    page = Page(await visitor.get(link))
    assert page.attributes("input", name="password")[0]["autocomplete"] == "new-password"
    answer = await visitor.post(link, data=GOOD, headers=OURS)

    assert answer.headers["location"] == "/settings/channels"
    inside = Page(await visitor.get("/settings/channels"))
    assert inside.language == "en"
    row = await Organization.objects().first()
    assert row is not None
    assert (row.locale, row.timezone) == ("en", "Europe/Berlin")
    assert "https://www.shop.example" in Page(await visitor.get("/settings/widget")).words


async def test_it_works_once(visitor: httpx.AsyncClient, link: str) -> None:
    await visitor.post(link, data=GOOD, headers=OURS)

    assert (await visitor.get(link)).status_code == 404
    again = await visitor.post(link, data={**GOOD, "email": "b@shop.example"}, headers=OURS)
    assert again.status_code == 404
    assert await Agent.count() == 1


@pytest.mark.parametrize("code", ["x", "…", "a" * 200])
async def test_a_stranger_s_code_opens_nothing(
    visitor: httpx.AsyncClient, link: str, code: str
) -> None:
    assert (await visitor.get(f"/setup/{code}")).status_code == 404


async def test_all_faults_are_told_at_once(visitor: httpx.AsyncClient, link: str) -> None:
    answer = await visitor.post(link, data={**GOOD, "email": "x", "password": "s"}, headers=OURS)
    page = Page(answer)

    assert answer.status_code == 422
    assert {"#email", "#password"} <= set(page.links())
    assert page.values["email"] == "x"
    assert page.values["password"] == ""
    assert await Agent.count() == 0


async def test_choices_that_are_none_fall_back(visitor: httpx.AsyncClient, link: str) -> None:
    odd = {**GOOD, "locale": "../etc", "timezone": "../../etc/passwd"}
    assert (await visitor.post(link, data=odd, headers=OURS)).status_code == 303

    row = await Organization.objects().first()
    assert row is not None
    assert (row.locale, row.timezone) == ("zh-CN", "Asia/Shanghai")


async def test_another_site_cannot_make_the_account(visitor: httpx.AsyncClient, link: str) -> None:
    answer = await visitor.post(link, data=GOOD, headers={"Sec-Fetch-Site": "cross-site"})

    assert answer.status_code == 403
    assert await Agent.count() == 0


def test_the_usual_zones_come_first_and_each_zone_once() -> None:
    zones = hours_form.zones()

    assert zones[0] == "Asia/Shanghai"
    assert len(zones) == len(set(zones))
