"""What is set aside, and what is not."""

from __future__ import annotations

import asyncio
import datetime as dt
import uuid
from collections.abc import Callable
from typing import Any

import pytest

from app import channel_settings, limits, messages
from app.blocks import change, stored
from app.blocks.shape import Block
from app.fields.check import Answers
from app.messages import Visit, events, spam_check
from app.messages.would_catch import would_catch
from app.settings import Settings
from app.tables import Message, Organization, new_id

HOOK = "http://127.0.0.1:9/hook"
LONG = "这是一条很长的推广内容，加微信领取优惠，名额有限，先到先得，错过不再有。"


def said(content: str, **more: Any) -> Answers:
    return Answers(content=content, phone="13800138000", **more)


async def left(org: Organization, content: str, ip: str) -> None:
    await messages.leave(org, said(content), Visit(ip=ip), submission_id=str(new_id()))


async def test_an_ordinary_message_is_not_set_aside(org: Organization) -> None:
    text = "官网 https://example.com 和 www.example.org 哪个是你们的？"
    assert await spam_check.reason(org, said(text), "192.0.2.1") == ""


async def test_more_than_two_links_are_odd(org: Organization) -> None:
    text = "http://a.example HTTPS://b.example www.c.example"
    assert await spam_check.reason(org, said(text), "192.0.2.1") == "links"


async def test_a_blocked_sender_is_set_aside_with_what_caught_them_and_nobody_is_told(
    org: Organization, other_org: Organization
) -> None:
    await channel_settings.add(org.id, {"type": "custom", "webhook_url": HOOK}, by="tests")
    block = Block(kind="phone", text="138 0013 8000", reason="广告")
    await change.add(org.id, [block], by="小李")
    caught = await spam_check.blocked(org, said("好"), "192.0.2.1")
    assert caught is not None
    assert await spam_check.blocked(other_org, said("好"), "192.0.2.1") is None

    left = await messages.leave(
        org, said("好"), Visit(ip="192.0.2.1"), submission_id="a", block=caught
    )
    assert (left.status, left.duplicate) == ("pending", False)
    shown = await messages.show(org.id, left.uid)
    assert (shown.message.status, shown.message.spam_reason) == ("spam", "blocked")
    assert shown.deliveries == []
    [event] = await events.of(org.id, uuid.UUID(left.uid))
    assert (event.action, event.now["text"], event.now["reason"]) == (
        *("blocked", "138 0013 8000", "广告"),
    )


async def test_words_are_looked_for_in_all_that_was_written(org: Organization) -> None:
    await change.add(org.id, [Block(kind="words", text="发票")], by="x")
    meant = (said("代开发票"), said("好", name="发 票发票"), said("好", fields={"a": "发票"}))
    for given in (*meant, said("好")):
        assert bool(await spam_check.blocked(org, given)) == (given in meant)
        await messages.leave(org, given, Visit(), submission_id=str(new_id()))
    [found] = await would_catch(org.id, [await stored.read(org.id)])
    assert len(found.matched) == len(meant), "the preview reads what came as it was read then"


async def test_it_is_seen_before_what_an_entry_would_have_caught(
    org: Organization, other_org: Organization
) -> None:
    for n, content in enumerate(("买", "代开发票", "卖", "代开发票")):
        left = await messages.leave(org, said(content), Visit(), submission_id=str(n))
        if n < 2:
            await messages.handle(org.id, left.uid, outcome="phone", note="", by="x")
    await messages.leave(other_org, said("代开发票"), Visit(), submission_id="other")
    past = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
    blocks = [
        Block(kind="phone", text="13800138000", expires_at=past),
        Block(kind="words", text="发票"),
        Block(kind="ip", text="::1"),
    ]
    found = await would_catch(org.id, [[each] for each in blocks])
    assert [(each.looked_at, len(each.matched), each.handled) for each in found] == [
        *((4, 4, 2), (4, 2, 1), (4, 0, 0)),
    ]


async def test_the_same_long_text_from_a_fourth_address_is_odd(org: Organization) -> None:
    for n in range(3):
        await left(org, LONG, f"192.0.2.{n}")

    assert await spam_check.reason(org, said(LONG), "192.0.2.1") == ""
    assert await spam_check.reason(org, said(LONG + " "), "192.0.2.9") == "same_text"


async def test_texts_that_come_together_are_judged_each_by_itself(org: Organization) -> None:
    for number in range(1, 4):
        await left(org, LONG, f"192.0.2.{number}")
    asked = [
        spam_check.reason(org, said(text), f"192.0.2.{number}")
        for text, number in ((LONG, 9), (f"{LONG}!", 9), (LONG, 2), (LONG, 9))
    ]
    assert await asyncio.gather(*asked) == ["same_text", "", "", "same_text"]


async def test_many_people_may_say_hello(org: Organization) -> None:
    for n in range(5):
        await left(org, "你好，在吗？", f"192.0.2.{n}")

    assert await spam_check.reason(org, said("你好，在吗？"), "192.0.2.9") == ""


async def test_a_flood_is_stored_and_told_to_nobody(
    org: Organization, configure: Callable[..., Settings]
) -> None:
    configure(LEAVEMSG_SUBMIT_PER_MINUTE=5, LEAVEMSG_SUBMIT_FORM_PER_MINUTE=3)
    limits.forget_all()
    for n in range(3):
        assert await spam_check.reason(org, said(f"第 {n} 条"), f"192.0.2.{n}") == ""
    found = [await spam_check.reason(org, said(f"又 {n} 条"), "192.0.2.1") for n in range(4)]
    assert found == ["", "", "flood", "flood"]


@pytest.fixture
async def flooded(org: Organization, configure: Callable[..., Settings]) -> None:
    """As if more had just come in than people write."""
    configure(LEAVEMSG_SUBMIT_PER_MINUTE=50, LEAVEMSG_SUBMIT_FORM_PER_MINUTE=1)
    limits.forget_all()
    assert not await limits.flooded(org)


@pytest.mark.usefixtures("flooded")
async def test_in_a_flood_somebody_from_elsewhere_is_not_set_aside(org: Organization) -> None:
    for n in range(30):
        await spam_check.reason(org, said(f"广告 {n}"), f"192.0.2.{n % 4}")
    assert await spam_check.reason(org, said("有货吗"), "198.51.100.7") == ""
    assert await spam_check.reason(org, said("有货吗？"), "2001:db8:1::7") == ""


@pytest.mark.usefixtures("flooded")
@pytest.mark.parametrize("where", ["192.0.2.{}", "2001:db8:7:{}::1", "::ffff:192.0.2.{}"])
async def test_in_a_flood_neighbours_are_judged_together(org: Organization, where: str) -> None:
    found = [await spam_check.reason(org, said(f"广告 {n}"), where.format(n)) for n in range(1, 14)]
    assert found == [""] * 10 + ["flood"] * 3


@pytest.mark.usefixtures("flooded")
async def test_in_a_flood_the_same_text_is_judged_wherever_it_comes_from(
    org: Organization,
) -> None:
    found = [await spam_check.reason(org, said("加微信"), f"198.51.{n}.7") for n in range(4)]
    assert found == ["", "", "flood", "flood"]


@pytest.mark.usefixtures("flooded")
async def test_the_flood_of_one_form_is_none_of_another(
    org: Organization, other_org: Organization
) -> None:
    for n in range(5):
        await spam_check.reason(org, said(f"广告 {n}"), "192.0.2.1")
    assert await spam_check.reason(other_org, said("你好"), "192.0.2.1") == ""
    assert await spam_check.reason(other_org, said("在吗"), "192.0.2.1") == ""


async def test_the_reason_is_kept_with_the_message(org: Organization) -> None:
    await messages.leave(org, said("好"), Visit(ip="192.0.2.1"), submission_id="a", spam="links")
    row = await Message.objects().first()
    assert row is not None
    assert (row.status, row.spam_reason) == ("spam", "links")
