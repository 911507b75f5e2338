"""The story says what rules and reminders did, and a page says why."""

from __future__ import annotations

import uuid

import httpx

from app import channel_settings
from app.people import agents, sessions
from app.rules import change
from app.tables import Agent, Delivery, Message, Organization
from tests.web.console.conftest import Leave
from tests.web.reading import Page

HOOK = {"type": "custom", "webhook_url": "http://127.0.0.1:9/h", "name": "售后群"}


async def test_what_rules_did_and_what_they_would_do_now(
    client: httpx.AsyncClient, org: Organization, owner: Agent, leave: Leave
) -> None:
    channel = await channel_settings.add(org.id, HOOK, by="tests")
    then = {"category": "售后", "priority": "high", "tags": ["退款"], "channels": [channel]}
    rules = [
        {"name": "退款", "when": {"words": ["退款"]}, "then": {**then, "assignee": owner.email}},
        {"name": "发票", "when": {"words": ["发票"]}, "then": {"quiet": True}},
    ]
    found = await change.replace(org.id, {"rules": rules}, by="tests")
    left = await leave("我要退款")
    here = f"/inbox/{left.uid}"
    page = Page(await client.get(here))
    did = "分类：售后 · 优先级：高 · 分配给owner · 标签：退款 · 只通知：售后群"
    assert f"规则“退款”：{did}" in page.words
    assert f"/settings/rules/{found.rules[0].uid}" in page.links()
    assert f"{here}/why" in page.links()
    page = Page(await client.get(f"{here}/why"))
    assert f"退款 {did}" in page.words
    assert f"符合 {did}" in page.words
    assert "不符合：关键词：发票" in page.words

    quiet = await leave("发票")
    assert "规则“发票”：不通知" in Page(await client.get(f"/inbox/{quiet.uid}")).words
    await Message.update({Message.status: "spam"}).where(Message.id == uuid.UUID(left.uid))
    agent = await agents.create(
        org.id, email="li@shop.example", password="correct horse 9", role="agent"
    )
    client.cookies.set("sid", await sessions.start(agent, address="127.0.0.1", user_agent="x"))
    page = Page(await client.get(f"{here}/why"))
    assert "退款 符合" in page.words
    assert not [link for link in page.links() if link.startswith("/settings/rules")]


async def test_a_reminder_says_which_step_it_is(
    client: httpx.AsyncClient, org: Organization, leave: Leave
) -> None:
    await channel_settings.add(org.id, HOOK, by="tests")
    left = await leave("在吗")
    row = Delivery.update({Delivery.purpose: "remind2", Delivery.state: "sent"})
    await row.where(Delivery.organization == org.id)
    await Delivery.update({Delivery.done_at: left.created_at}).where(
        Delivery.organization == org.id
    )
    page = Page(await client.get(f"/inbox/{left.uid}"))
    assert "第 2 次提醒 售后群：已送达" in page.words
    assert "提醒 2" in Page(await client.get("/deliveries")).words
