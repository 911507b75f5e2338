"""What surrounds every page of the console."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from app import (
    channel_settings,
    database,
    health,
    heartbeat,
    keymark,
)
from app.people import agents, sessions
from app.settings import Settings
from app.tables import Agent, Organization
from tests.application import application
from tests.web.reading import Page

PAGES = ("/inbox", "/settings/channels", "/settings/channels/new?kind=email")


async def test_every_page_has_a_way_past_the_frame_and_one_heading(
    client: httpx.AsyncClient,
) -> None:
    for address in PAGES:
        page = Page(await client.get(address))
        assert page.links()[0] == "#main"
        assert len(page.attributes("h1")) == 1
        assert page.language == "zh-CN"


async def test_every_form_and_every_htmx_request_carries_the_token(
    client: httpx.AsyncClient,
) -> None:
    for address in PAGES:
        page = Page(await client.get(address))
        [body] = page.attributes("body")
        assert page.csrf in body["hx-headers:inherited"]
        posting = [form for form in page.attributes("form") if form["method"] == "post"]
        tokens = page.attributes("input", name="csrf_token")
        assert len(tokens) == len(posting)


async def test_that_nobody_is_told_is_said_everywhere_until_somebody_is(
    client: httpx.AsyncClient, org: Organization
) -> None:
    assert "没有启用的渠道" in (await client.get("/inbox")).text

    key = "693a91f6-7aaa-4bc4-97a0-0ec2c1f5a1aa"
    await channel_settings.add(org.id, {"type": "wecom", "webhook_url": key}, by="test")
    assert "没有启用的渠道" not in (await client.get("/inbox")).text


@pytest.mark.parametrize(
    ("trouble", "said"),
    [("key", "当前密钥不是"), ("worker", "没有人会收到通知")],
)
async def test_what_is_wrong_with_all_of_it_is_said_on_every_page(
    client: httpx.AsyncClient, configure: Callable[..., Settings], trouble: str, said: str
) -> None:
    await keymark.settle()
    if trouble != "worker":
        await heartbeat.beat()
    else:
        await database.execute("DELETE FROM instance WHERE name = 'worker'")
    if trouble == "key":
        configure(LEAVEMSG_SECRET_KEY="o" * 40)
    await health.ready()
    configure()
    assert said in (await client.get("/inbox")).text


async def test_of_several_warnings_one_is_open_and_the_others_lie_behind_it(
    client: httpx.AsyncClient,
) -> None:
    await keymark.settle()
    await database.execute("DELETE FROM instance WHERE name = 'worker'")
    await health.ready()
    shown, _, behind = (await client.get("/inbox")).text.partition("还有 1 条")

    assert "没有人会收到通知" in shown
    assert "没有启用的渠道" not in shown
    assert "没有启用的渠道" in behind


# PostgreSQL has no stand-in for a full disk that touches this database alone.
@pytest.mark.parametrize("db", ["sqlite"], indirect=True)
@pytest.mark.usefixtures("spoiled")
async def test_a_full_disk_is_said_on_every_page(db: str, client: httpx.AsyncClient) -> None:
    await keymark.settle()
    await heartbeat.beat()
    engine = database.engine()
    assert isinstance(engine, database.SQLite)
    await database.execute("DELETE FROM instance")
    # Pages that are free would be used.
    await database.execute("VACUUM")
    await engine._writer.execute("PRAGMA max_page_count = 10")
    await health.ready()
    assert "磁盘满了" in (await client.get("/inbox")).text


async def test_an_agent_is_not_led_where_they_may_not_go(
    web: Callable[..., httpx.AsyncClient], org: Organization
) -> None:
    agent = await agents.create(
        org.id, email="a@shop.example", password="correct horse 9", role="agent"
    )
    raw = await sessions.start(agent, address="127.0.0.1", user_agent="t")
    page = Page(await web(cookies={"sid": raw}).get("/inbox"))

    assert "没有启用的渠道" in page.words
    assert not [link for link in page.links() if link.startswith("/settings")]


async def test_an_open_connection_is_warned_of(
    owner: Agent, configure: Callable[..., Settings]
) -> None:
    raw = await sessions.start(owner, address="127.0.0.1", user_agent="t")
    for permitted in ("true", "false"):
        settings = configure(LEAVEMSG_ALLOW_INSECURE_HTTP=permitted)
        app: Any = application(settings)
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(
            transport=transport, base_url=settings.base_url, cookies={"sid": raw}
        ) as browser:
            page = await browser.get("/inbox")
        assert ("这个连接没有加密" in page.text) == (permitted == "true")
