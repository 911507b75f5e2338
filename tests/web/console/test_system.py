"""系统: what works and what to do about the rest, for admins of any organization."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from app import channel_settings, queue, settings
from app.diagnosis import outside
from app.tables import Organization
from tests.web.reading import Page

HERE = "/settings/system"
SECRET = "k3y-that-nobody-sees"


@pytest.fixture(autouse=True)
async def _without_redis(configure: Callable[..., Any]) -> Any:
    """Nothing listens there: the page says so."""
    queue.connect("redis://127.0.0.1:9/0")
    yield
    await queue.close()


async def add(org: Organization, **more: Any) -> None:
    url = f"http://127.0.0.1:9/{SECRET}"
    raw = {"type": "custom", "name": "CRM", "webhook_url": url, **more}
    await channel_settings.replace(org.id, {"notifications": [raw]}, by="t")


async def test_each_part_is_named_with_what_to_do(client: httpx.AsyncClient) -> None:
    page = Page(await client.get(HERE))
    for part in ("数据库", "主密钥", "后台进程", "队列", "Redis", "时钟", "数据目录", "反向代理"):
        assert part in page.words
    assert "请启动 `leavemsg serve`" in page.words
    assert "没有回应。通知照样会发" in page.words
    assert "只有这台机器能打开" in page.words
    assert {"/livez", "/readyz"} <= set(page.links())


async def test_it_holds_no_secret(client: httpx.AsyncClient, org: Organization) -> None:
    await add(org)
    outside.forget(org.id)
    found = (await client.get(HERE)).text
    assert "127.0.0.1:9" in found
    assert SECRET not in found
    assert settings.current().secret_key not in found


async def test_what_cannot_be_reached_says_why_and_is_asked_again(
    client: httpx.AsyncClient, org: Organization
) -> None:
    await add(org)
    assert (await client.post(HERE)).headers["location"] == HERE
    page = Page(await client.get(HERE))
    assert "127.0.0.1:9" in page.words
    assert "fail  outbound" in page.html
    await add(org, enabled=False)
    assert "127.0.0.1:9" in Page(await client.get(HERE)).words
    await client.post(HERE)
    assert "没有启用的渠道" in Page(await client.get(HERE)).words


async def test_another_organization_s_channels_are_not_told(
    client: httpx.AsyncClient, org: Organization, other_org: Organization
) -> None:
    await add(other_org, name="THEIRS")
    outside.forget(org.id)
    found = (await client.get(HERE)).text
    assert "THEIRS" not in found
    assert "127.0.0.1:9" not in found


async def test_a_proxy_that_is_not_trusted_is_named(
    client: httpx.AsyncClient, configure: Callable[..., Any]
) -> None:
    headers = {"x-forwarded-for": "203.0.113.7", "x-forwarded-proto": "https"}
    page = Page(await client.get(HERE, headers=headers))
    assert "127.0.0.1 转发了访客地址，但未被信任" in page.words
    assert "代理使用的是 https" in page.words
    configure(LEAVEMSG_TRUSTED_PROXIES="127.0.0.1/32")
    page = Page(await client.get(HERE, headers={"x-forwarded-for": "203.0.113.7"}))
    assert "127.0.0.1 转发访客地址，已被信任" in page.words


async def test_what_a_browser_says_of_itself_is_only_text(client: httpx.AsyncClient) -> None:
    headers = {"host": "<b>evil</b>", "x-forwarded-proto": "<script>"}
    found = (await client.get(HERE, headers=headers)).text
    assert "<b>evil" not in found
    assert "<script>:" not in found
