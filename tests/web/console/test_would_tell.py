"""The page that says who would be told, and why others are not."""

from __future__ import annotations

import httpx
import pytest

from app import channel_settings, database
from app.rules import change as rules
from app.tables import Organization
from tests.web.console.conftest import Leave
from tests.web.reading import Page

HERE = "/settings/told"
ZH = {"lang": "zh-CN"}


@pytest.fixture
async def sales(org: Organization) -> str:
    raw = {"type": "custom", "webhook_url": "https://93.184.216.34/sales", "name": "销售群"}
    return await channel_settings.add(org.id, raw, by="test")


async def messages_stored() -> list[int]:
    return await database.values(int, "SELECT count(*) FROM message")


async def test_an_imagined_message_is_followed_and_not_kept(
    client: httpx.AsyncClient, org: Organization, sales: str
) -> None:
    off = {"type": "custom", "webhook_url": "https://93.184.216.34/off", "name": "旧群"}
    await channel_settings.add(org.id, {**off, "enabled": False}, by="test")
    typed = {"content": "多少钱？", "phone": "13800138000", "when": "now"}
    answer = await client.post(HERE, data=typed, params=ZH)
    page = Page(answer)
    assert "会通过 1 个渠道通知。" in page.words
    assert "立即通知" in page.words
    assert "不通知：渠道已停用" in page.words
    assert "多少钱？" in page.values["content"]
    assert await messages_stored() == [0]


async def test_a_real_message_is_looked_at_from_its_own_page(
    client: httpx.AsyncClient, sales: str, leave: Leave
) -> None:
    left = await leave("这个多少钱？")
    why = Page(await client.get(f"/inbox/{left.uid}/why"))
    (link,) = [each for each in why.links() if each.startswith(HERE)]
    page = Page(await client.get(link, params={"message": left.uid, **ZH}))
    assert page.values["message"] == left.uid
    assert "会通过 1 个渠道通知。" in page.words
    assert "这个多少钱？" in page.words


async def test_a_rule_that_tells_others_only_is_named_and_fills_in_what_it_means(
    client: httpx.AsyncClient, org: Organization, sales: str
) -> None:
    raw = {"type": "custom", "webhook_url": "https://93.184.216.34/care", "name": "售后群"}
    care = await channel_settings.add(org.id, raw, by="test")
    made = {"name": "退款规则", "when": {"words": ["退款"]}, "then": {"channels": [care]}}
    found = await rules.replace(org.id, {"mode": "all", "rules": [made]}, by="test")
    page = Page(await client.get(HERE, params={"rule": found.rules[0].uid, **ZH}))
    assert page.values["content"] == "退款"
    answer = await client.post(HERE, data={"content": "退款"}, params=ZH)
    assert "不通知：由规则“退款规则”决定通知谁" in Page(answer).words


async def test_a_time_that_is_missing_or_over_is_asked_for_again(
    client: httpx.AsyncClient, sales: str
) -> None:
    for at in ("", "2020-01-01T10:00"):
        answer = await client.post(HERE, data={"content": "x", "when": "at", "at": at}, params=ZH)
        assert answer.status_code == 422
        assert 'href="#at"' in answer.text


async def test_what_is_set_aside_says_why(client: httpx.AsyncClient, sales: str) -> None:
    links = "https://a.example https://b.example https://c.example"
    page = Page(await client.post(HERE, data={"content": links}, params=ZH))
    assert "会被归为垃圾留言" in page.words
    assert "不通知：留言被归为垃圾" in page.words


async def test_another_organizations_message_is_not_found(client: httpx.AsyncClient) -> None:
    nobody = "01a22a15-567f-7185-ba75-8dc5b216f8a2"
    assert (await client.get(HERE, params={"message": nobody})).status_code == 404
    assert (await client.get(HERE, params={"rule": nobody})).status_code == 404
