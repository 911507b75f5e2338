"""What is pasted, and what was pasted in the wrong place."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from app import channel_settings
from app.tables import Organization
from tests.fakes.vendors import FakeVendors
from tests.web.reading import Page

KEY = "693a91f6-7aaa-4bc4-97a0-0ec2c1f5a1aa"
PAGE = "/settings/channels"


@pytest.fixture
async def fakes() -> AsyncIterator[FakeVendors]:
    async with FakeVendors() as vendors:
        yield vendors


async def entries(org: Organization) -> list[dict[str, object]]:
    found: list[dict[str, object]] = (await channel_settings.read(org.id))["notifications"]
    return found


async def blank(client: httpx.AsyncClient, kind: str) -> dict[str, str]:
    return Page(await client.get(f"{PAGE}/new?kind={kind}")).values


async def stored(org: Organization) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await channel_settings.read(org.id))["notifications"]
    return found


async def test_an_address_is_enough_to_add_a_channel(
    client: httpx.AsyncClient, org: Organization
) -> None:
    pasted = " 「693a91f6-7aaa-4bc4-97a0-0ec2c1f5a1aa」 "
    answer = await client.post(f"{PAGE}/paste", data={"pasted": pasted})

    [entry] = await entries(org)
    assert entry["type"] == "wecom"
    assert answer.headers["location"] == f"{PAGE}/{entry['uid']}?done=pasted"
    assert (entry["enabled"], entry["on_when_tested"]) == (False, True)
    assert "已识别并添加" in (await client.get(answer.headers["location"])).text


async def test_a_pasted_channel_is_on_when_a_test_is_accepted(
    client: httpx.AsyncClient, org: Organization, fakes: FakeVendors
) -> None:
    pasted = {"pasted": fakes.add_bot("wecom", "k1")}
    where = (await client.post(f"{PAGE}/paste", data=pasted)).headers["location"]
    path = where.partition("?")[0]
    assert "渠道还没启用" in Page(await client.get(path)).words
    assert "没有启用的渠道" in (await client.get("/inbox")).text

    page = Page(await client.get(path))
    answer = await client.post(f"{path}/test-typed", data=page.values)
    assert "已自动启用" in Page(answer).words
    assert (await entries(org))[0]["enabled"] is True
    assert "没有启用的渠道" not in (await client.get("/inbox")).text


async def test_a_mended_address_is_on_when_a_test_of_what_is_saved_is_accepted(
    client: httpx.AsyncClient, org: Organization, fakes: FakeVendors
) -> None:
    wrong = fakes.url + "/cgi-bin/webhook/send?key=" + "1" * 20
    where = (await client.post(f"{PAGE}/paste", data={"pasted": wrong})).headers["location"]
    path = where.partition("?")[0]
    typed = {**Page(await client.get(path)).values, "webhook_url": fakes.add_bot("wecom", "k1")}

    await client.post(f"{path}/test-typed", data=typed)
    assert (await entries(org))[0]["enabled"] is False
    saved = await client.post(path, data=typed)
    assert saved.headers["location"] == f"{path}?done=waits"
    page = Page(await client.get(saved.headers["location"]))
    assert "已保存，但还没启用" in page.words

    await client.post(f"{path}/test-typed", data=page.values)
    assert (await entries(org))[0]["enabled"] is True
    assert (await client.post(path, data=page.values)).headers["location"] == f"{PAGE}?done=saved"


async def test_the_same_robot_pasted_again_is_shown_and_not_added(
    client: httpx.AsyncClient, org: Organization
) -> None:
    key = "693a91f6-7aaa-4bc4-97a0-0ec2c1f5a1aa"
    for pasted in (key, f"“https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key={key}”"):
        answer = await client.post(f"{PAGE}/paste", data={"pasted": pasted})

    [entry] = await entries(org)
    assert answer.headers["location"] == f"{PAGE}/{entry['uid']}?done=known"
    assert "已经添加过了" in (await client.get(answer.headers["location"])).text


async def test_an_email_address_opens_the_form_for_mail(client: httpx.AsyncClient) -> None:
    answer = await client.post(f"{PAGE}/paste", data={"pasted": "a@shop.example, b@shop.example"})
    page = Page(answer)

    assert page.values["kind"] == "email"
    assert page.values["to"] == "a@shop.example\nb@shop.example"


async def test_what_nobody_knows_is_told_so_and_not_repeated(client: httpx.AsyncClient) -> None:
    answer = await client.post(f"{PAGE}/paste", data={"pasted": "some-secret-key"})

    assert answer.status_code == 422
    assert "认不出这个地址" in answer.text
    assert "some-secret-key" not in answer.text


async def test_it_is_taken_along_to_its_own_kind(client: httpx.AsyncClient) -> None:
    url = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=" + KEY
    typed = {**await blank(client, "dingtalk"), "webhook_url": url, "name": "销售群"}
    page = Page(await client.post(f"{PAGE}/new/as", data={**typed, "as_kind": "wecom"}))

    assert page.values["kind"] == "wecom"
    assert (page.values["webhook_url"], page.values["name"]) == (url, "销售群")


async def test_the_secret_is_taken_along_too(client: httpx.AsyncClient) -> None:
    url = f"https://oapi.dingtalk.com/robot/send?access_token={'5e' * 32}"
    typed = {**await blank(client, "custom"), "webhook_url": f"{url}&secret=SEC{'ab' * 32}"}
    page = Page(await client.post(f"{PAGE}/new/as", data={**typed, "as_kind": "dingtalk"}))

    assert (page.values["webhook_url"], page.values["secret"]) == (url, f"SEC{'ab' * 32}")


async def test_a_kind_that_there_is_not_is_not_there(client: httpx.AsyncClient) -> None:
    answer = await client.post(f"{PAGE}/new/as", data={"as_kind": "fax", "webhook_url": KEY})

    assert answer.status_code == 404
