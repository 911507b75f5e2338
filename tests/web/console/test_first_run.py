"""The first account."""

from __future__ import annotations

from collections.abc import AsyncIterator
from urllib.parse import urlsplit

import httpx
import pytest

from app import setup
from app.tables import Agent, Organization
from tests.fakes.vendors import FakeVendors
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
async def fakes() -> AsyncIterator[FakeVendors]:
    async with FakeVendors() as vendors:
        yield vendors


@pytest.fixture
async def link(org: Organization) -> str:
    return urlsplit(await setup.link()).path


async def test_it_works(visitor: httpx.AsyncClient, link: str) -> None:
    page = Page(await visitor.get(link))
    assert page.attributes("input", name="password")[0]["autocomplete"] == "new-password"
    answer = await visitor.post(link, data=GOOD, headers=OURS)

    assert answer.headers["location"] == "/start"
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
    assert "/login" in [each.get("href") for each in Page(again).attributes("a")]
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
    assert page.values["password"] == "s"
    assert await Agent.count() == 0


async def test_a_password_is_suggested_and_does(visitor: httpx.AsyncClient, link: str) -> None:
    one, other = [Page(await visitor.get(link)).values["password"] for _ in range(2)]
    assert one != other

    answer = await visitor.post(link, data={**GOOD, "password": one}, headers=OURS)

    assert answer.status_code == 303


async def test_a_pasted_robot_is_tested_at_once_and_on(
    visitor: httpx.AsyncClient, link: str, fakes: FakeVendors
) -> None:
    robot = {"pasted": f"机器人：{fakes.add_bot('wecom', 'k1')} 谢谢"}
    answer = await visitor.post(link, data={**GOOD, **robot, "locale": "zh-CN"}, headers=OURS)

    assert answer.headers["location"] == "/start"
    assert len(fakes.calls()) == 1
    page = Page(await visitor.get("/start"))
    assert "看到了" in page.words
    assert "没看到" in page.words


async def test_a_robot_that_refuses_is_no_reason_to_have_no_account(
    visitor: httpx.AsyncClient, link: str, fakes: FakeVendors
) -> None:
    robot = {"pasted": fakes.url + "/cgi-bin/webhook/send?key=" + "1" * 20}
    await visitor.post(link, data={**GOOD, **robot, "locale": "zh-CN"}, headers=OURS)

    page = Page(await visitor.get("/start"))
    assert "93000" in page.words
    assert "测试没有成功" in page.words or "测试未" in page.words


async def test_a_mailbox_leads_to_its_form(visitor: httpx.AsyncClient, link: str) -> None:
    answer = await visitor.post(link, data={**GOOD, "pasted": "support@qq.com"}, headers=OURS)

    assert answer.headers["location"] == "/settings/channels/new?kind=email"


@pytest.mark.parametrize("pasted", ["什么", "ftp://x", "http://["])
async def test_what_is_no_address_makes_no_account(
    visitor: httpx.AsyncClient, link: str, pasted: str
) -> None:
    answer = await visitor.post(link, data={**GOOD, "pasted": pasted}, headers=OURS)
    page = Page(answer)

    assert answer.status_code == 422
    assert "#pasted" in page.links()
    assert page.values["password"] == GOOD["password"]
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
