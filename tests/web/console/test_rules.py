"""The rules, as a browser without scripts uses them."""

from __future__ import annotations

import httpx
import msgspec
import pytest

from app import channel_settings, messages
from app.fields.check import Answers
from app.messages import Visit
from app.people import agents, sessions
from app.rules import stored
from app.rules.shape import NextOnline, Rule, Then, When
from app.tables import Agent, Organization
from tests.web.reading import Page
from web.console.rule_form import input_of, rule_of, values_of

HERE = "/settings/rules"
HTMX = {"HX-Request": "true", "HX-Request-Type": "partial"}


async def followed(client: httpx.AsyncClient, answer: httpx.Response) -> Page:
    assert answer.status_code == 303, Page(answer).words
    return Page(await client.get(answer.headers["location"]))


async def added(client: httpx.AsyncClient, **typed: str) -> Page:
    page = Page(await client.get(f"{HERE}/new"))
    return await followed(
        client, await client.post(f"{HERE}/new", data={**page.values, "enabled": "on", **typed})
    )


async def uids(org: Organization) -> list[str]:
    return [each.uid or "" for each in (await stored.read(org.id)).rules]


async def test_a_rule_is_written_tried_saved_and_sorts_a_message(
    client: httpx.AsyncClient, org: Organization, owner: Agent, answers: Answers, visit: Visit
) -> None:
    raw = {"type": "custom", "webhook_url": "http://127.0.0.1:9/h", "name": "售后群"}
    channel = await channel_settings.add(org.id, raw, by="tests")
    before = await messages.leave(org, answers, visit, submission_id="before")
    assert "还没有规则" in Page(await client.get(HERE)).words
    page = Page(await client.get(f"{HERE}/new"))
    typed = {
        **page.values,
        "name": "价格",
        "enabled": "on",
        "words": "价格\n报价",
        "language-zh": "zh",
        "priority": "high",
        "assignee": str(owner.id),
        "tags": "VIP，报价",
        "told": "only",
        f"channel-{channel}": "on",
    }
    tried = Page(await client.post(f"{HERE}/new/try?last=100", data=typed))
    assert "最近 1 条留言中有 1 条符合" in tried.words
    assert before.reference in tried.words
    assert (tried.values["name"], tried.values["words"]) == ("价格", "价格\n报价")

    page = await followed(client, await client.post(f"{HERE}/new", data=typed))
    assert "条件： 关键词：价格、报价 · 语言：zh" in page.words
    assert "处理： 优先级：高 · 分配给owner · 标签：VIP、报价 · 只通知：售后群" in page.words
    new = msgspec.structs.replace(answers, content="报价单发我")
    left = await messages.leave(org, new, visit, submission_id="after")
    assert (await messages.one(org.id, left.uid)).tags == ["VIP", "报价"]
    [uid] = await uids(org)
    page = Page(await client.get(f"{HERE}/{uid}"))
    assert page.values["told"] == "only"
    [box] = page.attributes("input", name=f"channel-{channel}")
    assert "checked" in box

    await channel_settings.archive(org.id, channel, by="tests")
    assert "有渠道或人员已不存在" in Page(await client.get(HERE)).words


async def test_what_is_wrong_is_said_at_its_input_and_stays_typed(
    client: httpx.AsyncClient,
) -> None:
    answer = await client.post(f"{HERE}/new", data={"sites": "no site!", "words": "x"})
    page = Page(answer)
    assert answer.status_code == 422
    assert page.values["sites"] == "no site!"
    assert "请填写网站，例如 example.com" in page.words
    assert "请至少选择一项规则要做的事" in page.words
    assert page.attributes("a", href="#sites")
    tried = await client.post(f"{HERE}/new/try?last=100", data={"sites": "no site!"}, headers=HTMX)
    assert "请填写网站" in tried.text
    assert "<html" not in tried.text


async def test_rules_are_ordered_switched_removed_and_brought_back(
    client: httpx.AsyncClient, org: Organization
) -> None:
    for name in ("a", "b"):
        await added(client, name=name, told="nobody")
    a, b = await uids(org)
    await client.post(f"{HERE}/{b}/up")
    assert await uids(org) == [b, a]
    lines = await client.post(f"{HERE}/order", data={"keys": f"{a},{b}"}, headers=HTMX)
    assert lines.text.index(f"line-{a}") < lines.text.index(f"line-{b}")
    page = await followed(client, await client.post(f"{HERE}/{a}/switch", data={"on": "off"}))
    assert "已停用" in page.words
    page = await followed(client, await client.post(f"{HERE}/mode", data={"mode": "first"}))
    assert page.values["mode"] == "first"

    page = await followed(client, await client.post(f"{HERE}/{a}/remove"))
    assert "规则已删除" in page.words
    assert await uids(org) == [b]
    page = await followed(client, await client.post(f"{HERE}/{a}/restore"))
    assert "规则已恢复" in page.words
    assert await uids(org) == [a, b]
    assert (await client.post(f"{HERE}/mode", data={"mode": "none"})).status_code == 404


async def test_only_admins_make_rules(client: httpx.AsyncClient, org: Organization) -> None:
    agent = await agents.create(
        org.id, email="agent@shop.example", password="correct horse 9", role="agent"
    )
    client.cookies.set("sid", await sessions.start(agent, address="127.0.0.1", user_agent="tests"))
    assert (await client.get(HERE)).status_code == 403


RULE = Rule(
    uid=None,
    name="r",
    when=When(words=["a b", "c"], answers={"size": ["L", "XL"]}, hours="outside", verified=False),
    then=Then(category="x", priority="low", quiet=True, tags=["t"]),
)


def test_a_form_says_what_the_rule_says() -> None:
    turns = Rule(name="r", then=Then(assign_next=NextOnline(back_after_minutes=5)))
    assert rule_of(values_of(turns), None) == turns
    assert rule_of(values_of(RULE), None) == RULE


@pytest.mark.parametrize(
    ("pointer", "name"),
    [
        ("/name", "name"),
        ("/when/words/3", "words"),
        ("/when/answers/size/0", "answer-size"),
        ("/when/categories/0", ""),
        ("/then", "category"),
        ("/then/channels/0", "told"),
        ("/then/assignee", "assignee"),
        ("/then/assign_next/back_after_minutes", "back_after_minutes"),
    ],
)
def test_a_fault_leads_to_its_input(pointer: str, name: str) -> None:
    assert input_of(pointer) == name


async def test_reminders_are_set_and_faults_stay_typed(
    client: httpx.AsyncClient, org: Organization
) -> None:
    raw = {"type": "custom", "webhook_url": "http://127.0.0.1:9/h", "name": "售后群"}
    channel = await channel_settings.add(org.id, raw, by="tests")
    page = Page(await client.get(HERE))
    typed = {**page.values, "chain-0-0-after": "30", "chain-0-0-channel": channel}
    wrong = Page(await client.post(f"{HERE}/reminders", data={**typed, "chain-0-1-after": "soon"}))
    assert wrong.values["chain-0-1-after"] == "soon"
    assert wrong.attributes("a", href="#chain-0-1-after")
    page = await followed(client, await client.post(f"{HERE}/reminders", data=typed))
    assert (page.values["chain-0-0-after"], page.values["chain-0-0-channel"]) == ("30", channel)
    alone = {**page.values, "chain-0-1-after": "45", "chain-0-1-channel": "assignee"}
    page = await followed(client, await client.post(f"{HERE}/reminders", data=alone))
    assert page.values["chain-0-1-channel"] == "assignee"
    assert page.values["chain-1-0-after"] == ""
