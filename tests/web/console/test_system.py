"""系统: what works and what to do about the rest, for admins of any organization."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from app import channel_settings, queue, settings
from app.diagnosis import outside
from app.tables import Account, Channel, Organization
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
    for part in (
        "数据库",
        "主密钥",
        "后台进程",
        "队列",
        "Redis",
        "时钟",
        "数据目录",
        "反向代理",
        "备份",
    ):
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


async def old(org: Organization) -> None:
    """A channel's secret of long ago."""
    await add(org)
    year = dt.datetime.now(dt.UTC) - dt.timedelta(days=400)
    await Channel.update({Channel.secret_at: year}, force=True)


async def test_what_is_due_is_listed_and_said_on_every_page_to_admins(
    client: httpx.AsyncClient, org: Organization
) -> None:
    assert "需要更换" not in Page(await client.get("/inbox")).words
    await old(org)
    inbox = Page(await client.get("/inbox"))
    assert "有 1 项密钥或证书需要更换" in inbox.words
    assert f"{HERE}#due" in inbox.links()
    page = Page(await client.get(HERE))
    assert "渠道「CRM」的密钥设置于" in page.words
    assert [link for link in page.links() if link.startswith("/settings/channels/")]


async def test_how_long_secrets_may_be_is_the_organization_s_choice(
    client: httpx.AsyncClient, org: Organization
) -> None:
    await old(org)
    values = Page(await client.get(HERE)).values
    assert (values["secret_days"], values["password_days"]) == ("365", "0")
    answer = await client.post(f"{HERE}/rotation", data={**values, "secret_days": "many"})
    page = Page(answer)
    assert answer.status_code == 422
    assert "#secret_days" in page.links()
    assert page.values["secret_days"] == "many"
    answer = await client.post(f"{HERE}/rotation", data={**values, "secret_days": "0"})
    assert answer.headers["location"] == f"{HERE}?done=saved#due"
    assert "没有过旧的密钥" in Page(await client.get(HERE)).words
    assert "密钥或证书需要更换" not in Page(await client.get("/inbox")).words


async def test_an_old_password_is_said_to_its_owner_if_the_organization_wants_it(
    client: httpx.AsyncClient, org: Organization
) -> None:
    year = dt.datetime.now(dt.UTC) - dt.timedelta(days=400)
    await Account.update({Account.password_at: year}, force=True)
    assert "密码已到更换期限" not in Page(await client.get("/inbox")).words
    days = {"secret_days": "0", "password_days": "90"}
    await client.post(f"{HERE}/rotation", data=days)
    page = Page(await client.get("/inbox"))
    assert "密码已到更换期限" in page.words
    assert "/account#own-password" in page.links()


async def test_ages_stand_where_the_things_stand(
    client: httpx.AsyncClient, org: Organization
) -> None:
    await add(org)
    uid = (await channel_settings.read(org.id))["notifications"][0]["uid"]
    assert "密钥设置于" in Page(await client.get(f"/settings/channels/{uid}")).words
    assert "密码设置于" in Page(await client.get("/account")).words
    await client.post("/settings/widget/identity")
    assert "密钥设置于" in Page(await client.get("/settings/widget")).words


async def test_the_outbound_proxy_is_named_without_its_password(
    client: httpx.AsyncClient, configure: Callable[..., Any]
) -> None:
    configure(LEAVEMSG_EGRESS_PROXY="http://desk:canary@127.0.0.1:9")
    answer = await client.get(HERE)
    assert "出口代理" in Page(answer).words
    assert "http://127.0.0.1:9" in answer.text
    assert "只有 LEAVEMSG_EGRESS_ALLOW 放行的地址还连得上" in answer.text
    assert "canary" not in answer.text
