"""All settings on one page, with how they stand."""

from __future__ import annotations

import httpx

from app import channel_settings
from app.tables import Organization
from tests.web.reading import Page
from web.console import setting_pages


async def test_settings_begin_with_all_of_them(
    client: httpx.AsyncClient, org: Organization
) -> None:
    key = "693a91f6-7aaa-4bc4-97a0-0ec2c1f5a1aa"
    await channel_settings.add(org.id, {"type": "wecom", "webhook_url": key}, by="test")
    answer = await client.get("/settings", params={"lang": "zh-CN"})
    page = Page(answer)
    assert answer.status_code == 200
    pages = [each for group in setting_pages.GROUPS.values() for each in group]
    assert {each.address for each in pages} <= set(page.links())
    assert "未测试 1" in page.words
    assert "1 人" in page.words


async def test_a_shop_without_a_channel_sees_so(client: httpx.AsyncClient) -> None:
    page = Page(await client.get("/settings", params={"lang": "en"}))
    assert "None yet" in page.words
