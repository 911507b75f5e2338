"""The block list, as a browser without scripts uses it."""

from __future__ import annotations

import datetime as dt

import httpx
import msgspec
import pytest

from app import database, messages
from app.blocks import change, stored
from app.blocks.shape import Block
from app.fields.check import Answers
from app.messages import Left, Visit
from app.tables import Organization
from tests.web.console.conftest import Leave
from tests.web.reading import Page
from web.console.block_form import ends_at

HERE = "/settings/blocks"
HTMX = {"HX-Request": "true", "HX-Request-Type": "partial"}


@pytest.fixture
async def left(org: Organization, answers: Answers) -> Left:
    said = msgspec.structs.replace(answers, wechat="zs_88abc")
    return await messages.leave(org, said, Visit(ip="203.0.113.7"), submission_id="one")


async def followed(client: httpx.AsyncClient, answer: httpx.Response) -> Page:
    assert answer.status_code == 303, Page(answer).words
    return Page(await client.get(answer.headers["location"]))


async def days_left(org: Organization) -> list[int | None]:
    now = await database.now()
    ends = [each.expires_at for each in await stored.read(org.id)]
    return [round((end - now).total_seconds() / 86400) if end else None for end in ends]


async def test_an_entry_is_tried_saved_changed_and_removed(
    client: httpx.AsyncClient, org: Organization, left: Left
) -> None:
    assert "还没有屏蔽任何人" in Page(await client.get(HERE)).words
    page = Page(await client.get(f"{HERE}/new"))
    typed = {**page.values, "kind": "phone", "text": "138 0013 8000", "reason": "广告"}
    tried = Page(await client.post(f"{HERE}/new/try", data={**typed, "until": "week"}))
    assert "最近 1 条留言中会命中 1 条，其中已处理的 0 条" in tried.words
    assert left.reference in tried.words
    assert (tried.values["text"], tried.values["until"]) == ("138 0013 8000", "week")

    saved = await client.post(f"{HERE}/new", data={**typed, "until": "week"})
    page = await followed(client, saved)
    for words in ("电话 138 0013 8000", "广告", "owner"):
        assert words in page.words
    assert await days_left(org) == [7]
    [block] = await stored.read(org.id)

    page = Page(await client.get(f"{HERE}/{block.uid}"))
    assert (page.values["until"], page.values["reason"]) == ("keep", "广告")
    await client.post(f"{HERE}/{block.uid}", data={**page.values, "reason": "骚扰"})
    [after] = await stored.read(org.id)
    assert (after.expires_at, after.reason) == (block.expires_at, "骚扰")
    await database.execute("UPDATE block_entry SET expires_at = created_at")
    assert "已过期" in Page(await client.get(HERE)).words

    page = await followed(client, await client.post(f"{HERE}/{block.uid}/remove"))
    assert "已从屏蔽名单移除" in page.words
    assert (await client.post(f"{HERE}/{block.uid}/remove")).status_code == 303
    assert await stored.read(org.id) == []


async def test_what_would_have_caught_handled_messages_is_saved_when_that_was_seen(
    client: httpx.AsyncClient, org: Organization, left: Left
) -> None:
    await messages.handle(org.id, left.uid, outcome="phone", note="", by="x")
    page = Page(await client.get(f"{HERE}/new"))
    typed = {**page.values, "kind": "words", "text": "价格"}
    asked = await client.post(f"{HERE}/new", data=typed)
    assert asked.status_code == 200
    assert "其中已处理的 1 条" in Page(asked).words
    assert await stored.read(org.id) == []
    await followed(client, await client.post(f"{HERE}/new", data={**typed, "sure": "yes"}))
    assert await days_left(org) == [None]


async def test_a_word_of_one_character_is_saved_when_it_was_said_how_much_it_catches(
    client: httpx.AsyncClient, org: Organization
) -> None:
    page = Page(await client.get(f"{HERE}/new"))
    typed = {**page.values, "kind": "words", "text": "发票\n的"}
    asked = Page(await client.post(f"{HERE}/new", data=typed))
    assert "“的”只有一个字" in asked.words
    assert await stored.read(org.id) == []
    await followed(client, await client.post(f"{HERE}/new", data={**typed, "sure": "yes"}))
    assert len(await stored.read(org.id)) == 1


async def test_what_is_wrong_is_said_at_its_input_and_stays_typed(
    client: httpx.AsyncClient,
) -> None:
    typed = {"kind": "ip", "text": "203.0.113", "until": "date", "reason": "x"}
    csrf = Page(await client.get(f"{HERE}/new")).values
    for changes, place in (
        ({}, "#day"),
        ({"day": "2020-01-01"}, "#day"),
        ({"day": "2099-01-01"}, "#text"),
    ):
        for path in ("/new", "/new/try"):
            page = Page(await client.post(HERE + path, data={**csrf, **typed, **changes}))
            assert place in page.links()
            assert page.values["text"] == "203.0.113"
    bare = await client.post(f"{HERE}/new", data={**csrf, "kind": "ip", "text": "x"})
    assert bare.status_code == 422
    tried = await client.post(f"{HERE}/new/try", data={**csrf, **typed}, headers=HTMX)
    assert "请选择日期" in tried.text
    assert "<html" not in tried.text


async def test_the_sender_of_a_message_is_blocked_by_what_is_chosen(
    client: httpx.AsyncClient, org: Organization, left: Left, visit: Visit, answers: Answers
) -> None:
    here = f"/inbox/{left.uid}"
    assert f"{here}/block" in Page(await client.get(here)).links()
    page = Page(await client.get(f"{here}/block"))
    for words in ("13800138000", "zhangsan@example.com", "zs_88abc", "203.0.113.7"):
        assert words in page.words
    assert page.words.count("最近 1 条留言中会命中 1 条") == 4
    refused = await client.post(f"{here}/block", data={})
    assert refused.status_code == 422
    assert "至少勾选一项" in Page(refused).words

    typed = {"wechat": "on", "ip": "on", "until": "month", "reason": "广告", "spam": "on"}
    sent = await client.post(f"{here}/block", data=typed)
    assert "已屏蔽此人" in (await followed(client, sent)).words
    blocks = await stored.read(org.id)
    assert {(each.kind, each.text) for each in blocks} == {
        *(("wechat", "zs_88abc"), ("ip", "203.0.113.7")),
    }
    assert await days_left(org) == [30, 30]
    assert (await messages.one(org.id, left.uid)).status == "spam"


async def test_a_message_says_what_caught_it(
    client: httpx.AsyncClient, visitor: httpx.AsyncClient, org: Organization
) -> None:
    await change.add(org.id, [Block(kind="words", text="发票", reason="广告")], by="x")
    body = {"visitor": {"phone": "13800138000"}, "message": {"content": "代开发票"}}
    answer = await visitor.post("/api/v1/leavemsg/messages", json=body)
    assert answer.json()["status"] == "pending"

    page = Page(await client.get(f"/inbox/{answer.json()['uid']}"))
    assert page.words.count("命中屏蔽名单：关键词 发票（广告）") == 2
    assert HERE in page.links()


async def test_who_may_not_change_settings_blocks_a_sender_all_the_same(
    client: httpx.AsyncClient, org: Organization, left: Left
) -> None:
    await database.execute("UPDATE agent SET role = 'agent'")
    assert (await client.get(HERE)).status_code == 403
    data = {"phone": "on", "until": "day"}
    assert (await client.post(f"/inbox/{left.uid}/block", data=data)).status_code == 303
    assert await days_left(org) == [1]
    await database.execute("UPDATE agent SET role = 'viewer'")
    assert (await client.get(f"/inbox/{left.uid}/block")).status_code == 403


def test_a_day_ends_where_the_organization_is() -> None:
    now = dt.datetime(2026, 11, 29, tzinfo=dt.UTC)
    found = ends_at({"until": "date", "day": "2026-12-01"}, "Asia/Shanghai", now)
    assert found == dt.datetime(2026, 12, 1, 16, tzinfo=dt.UTC)


async def test_the_senders_of_ticked_messages_are_blocked_and_freed_again(
    client: httpx.AsyncClient, org: Organization, leave: Leave
) -> None:
    lefts = [await leave(phone=phone) for phone in ("13800138000", "13900139000", "13700137000")]
    page = Page(await client.get("/inbox"))
    ticked = {"csrf_token": page.csrf, "m": [each.uid for each in lefts[:2]]}
    asked = Page(await client.post("/inbox/bulk", data={**ticked, "act": "block"}))
    assert "电话 · 共 2 个 13800138000 , 13900139000 最近 3 条留言中会命中 2 条" in asked.words
    form = {**asked.values, **ticked}
    for wrong, place in (({"until": "ever"}, "#text"), ({"phone": "on", "until": "date"}, "#day")):
        refused = await client.post("/inbox/block", data={**form, **wrong})
        assert refused.status_code == 422
        assert place in Page(refused).links()
    assert await stored.read(org.id) == []

    sent = {**form, "phone": "on", "until": "month", "reason": "广告", "spam": "on"}
    page = await followed(client, await client.post("/inbox/block?tag=x", data=sent))
    assert "已屏蔽这些人。" in page.words
    assert await days_left(org) == [30, 30]
    assert [(await messages.one(org.id, each.uid)).status for each in lefts] == [
        *("spam", "spam", "pending"),
    ]
    again = await client.post("/inbox/block", data=sent, headers=HTMX)
    assert (again.status_code, "这些人都已在屏蔽名单中" in again.text) == (422, True)
    [undo] = [to for each in page.attributes("form") if "/undo/" in (to := each.get("action", ""))]
    page = await followed(client, await client.post(undo, data={"csrf_token": page.csrf}))
    assert "已取消屏蔽。" in page.words
    assert await stored.read(org.id) == []
    assert (await messages.one(org.id, lefts[0].uid)).status == "pending"


async def test_the_senders_of_all_that_a_filter_finds_are_blocked_by_an_agent(
    client: httpx.AsyncClient, org: Organization, leave: Leave
) -> None:
    for phone in ("13800138000", "13900139000"):
        await leave(phone=phone)
    csrf = Page(await client.get("/inbox")).csrf
    await database.execute("UPDATE agent SET role = 'agent'")
    whole = {"csrf_token": csrf, "all": "yes", "matching": "2"}
    asked = Page(await client.post("/inbox/bulk", data={**whole, "act": "block"}))
    assert asked.values["matching"] == "2"
    assert not asked.attributes("input", name="m")
    sent = {**whole, "phone": "on", "until": "ever"}
    stale = await client.post("/inbox/block", data={**sent, "matching": "1"})
    assert stale.status_code == 409
    await followed(client, await client.post("/inbox/block", data=sent))
    assert len(await stored.read(org.id)) == 2
    assert await messages.count(org.id, messages.Wanted(status="spam")) == 0
    await database.execute("UPDATE agent SET role = 'viewer'")
    assert (await client.post("/inbox/block", data=sent)).status_code == 403
