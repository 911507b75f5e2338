"""The receipt leads to a private page: how far the message is, what was answered, a box to add."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

import httpx
import msgspec
import pytest

from app import limits, messages, presence
from app.brands import stored as brands
from app.fields.check import Answers
from app.messages import Visit, remarks
from app.people import organizations
from app.signed import status_link
from app.tables import Agent, Message, Organization
from app.targets import change
from app.targets.replies import Promise, Replies
from tests.web.reading import Page
from web.http import moments, words

HTMX = {"HX-Request": "true", "HX-Request-Type": "partial"}


@pytest.fixture
async def left(org: Organization, answers: Answers) -> messages.Left:
    return await messages.leave(org, answers, Visit(ip="192.0.2.1"), submission_id="s1")


def path(left: messages.Left, **changes: Any) -> str:
    return f"/w/default/m/{left.uid}?k={status_link.key('default', left.uid, **changes)}"


async def test_it_shows_the_message_and_how_far_it_is(
    visitor: httpx.AsyncClient, left: messages.Left
) -> None:
    page = await visitor.get(path(left))
    assert page.status_code == 200
    assert left.reference in page.text
    assert "我想咨询一下产品价格" in page.text
    assert page.text.count('class="reached"') == 1


async def test_it_goes_from_received_to_handled(
    visitor: httpx.AsyncClient, org: Organization, left: messages.Left
) -> None:
    await messages.read(org.id, left.uid)
    assert (await visitor.get(path(left))).text.count('class="reached"') == 2
    await messages.handle(org.id, left.uid, outcome="phone", by="tests")
    assert (await visitor.get(path(left))).text.count('class="reached"') == 3


@pytest.mark.parametrize("wrong", ["", "?k=", "?k=1.x", "?k=9999999999.AAAA", "?k=x.y.z"])
async def test_a_wrong_link_shows_nothing(
    visitor: httpx.AsyncClient, left: messages.Left, wrong: str
) -> None:
    page = await visitor.get(f"/w/default/m/{left.uid}{wrong}")
    assert page.status_code == 404
    assert left.reference not in page.text


async def test_an_old_link_shows_nothing(visitor: httpx.AsyncClient, left: messages.Left) -> None:
    then = dt.datetime.now(dt.UTC) - dt.timedelta(days=31)
    assert (await visitor.get(path(left, now=then))).status_code == 404


async def test_replies_are_shown_and_notes_are_not(
    visitor: httpx.AsyncClient, org: Organization, left: messages.Left
) -> None:
    await remarks.add(org.id, left.uid, "明天给您电话", visible=True, by="li@shop.example")
    await remarks.add(org.id, left.uid, "difficult one", visible=False, by="li@shop.example")
    page = (await visitor.get(path(left))).text
    assert "明天给您电话" in page
    assert "difficult one" not in page
    assert "li@shop.example" not in page


async def test_something_can_be_added(
    visitor: httpx.AsyncClient, org: Organization, left: messages.Left
) -> None:
    answer = await visitor.post(path(left), data={"text": "还有一件事"})
    assert answer.status_code == 303
    assert "还有一件事" in (await visitor.get(answer.headers["location"])).text
    assert [each.author for each in await remarks.of(org.id, left.uid)] == [""]


async def test_an_empty_addition_says_what_is_missing(
    visitor: httpx.AsyncClient, left: messages.Left
) -> None:
    answer = await visitor.post(path(left), data={"text": " "})
    assert answer.status_code == 422
    assert "先写点内容再发送" in answer.text


async def test_an_addition_is_stored_as_it_was_typed_or_comes_back_without_what_cannot_be(
    visitor: httpx.AsyncClient, org: Organization, left: messages.Left
) -> None:
    answer = await visitor.post(path(left), data={"text": "订单\x00号"})
    assert answer.status_code == 422
    assert Page(answer).values["text"] == "订单号"
    await visitor.post(path(left), data={"text": "\u202e订单号\u200b"})
    assert [each.text for each in await remarks.of(org.id, left.uid)] == ["\u202e订单号\u200b"]


async def test_not_solved_opens_the_message_again(
    visitor: httpx.AsyncClient, org: Organization, left: messages.Left
) -> None:
    await messages.handle(org.id, left.uid, outcome="email", by="tests")
    await visitor.post(path(left), data={"solved": "no"})
    row = await messages.one(org.id, left.uid)
    assert (row.status, row.solved) == ("pending", "no")


async def test_who_said_the_same_does_not_see_what_the_first_was_told(
    visitor: httpx.AsyncClient, org: Organization, answers: Answers, left: messages.Left
) -> None:
    other = msgspec.structs.replace(answers, phone="13900139000", email="")
    second = await messages.leave(org, other, Visit(ip="192.0.2.2"), submission_id="s2")
    await remarks.add(org.id, left.uid, "for the first", visible=True, by="li@shop.example")
    page = await visitor.get(path(second))
    assert page.status_code == 200
    assert "for the first" not in page.text


async def test_who_said_the_same_has_a_message_of_their_own(
    visitor: httpx.AsyncClient, org: Organization, answers: Answers, left: messages.Left
) -> None:
    other = msgspec.structs.replace(answers, phone="13900139000", email="")
    second = await messages.leave(org, other, Visit(ip="192.0.2.2"), submission_id="s2")
    await visitor.post(path(second), data={"text": "我的另一个号码"})
    await remarks.add(org.id, second.uid, "for the second", visible=True, by="li@shop.example")
    await messages.handle(org.id, left.uid, outcome="phone", by="x")

    own, firsts = await visitor.get(path(second)), await visitor.get(path(left))
    assert "for the second" in own.text
    assert "我的另一个号码" in own.text
    assert "我的另一个号码" not in firsts.text
    assert "for the second" not in firsts.text
    assert (await messages.one(org.id, second.uid)).status == "pending"


async def test_what_is_said_again_follows_the_first_and_becomes_a_message_by_an_addition(
    visitor: httpx.AsyncClient, org: Organization, answers: Answers, left: messages.Left
) -> None:
    again = await messages.leave(org, answers, Visit(ip="192.0.2.1"), submission_id="s2")
    await messages.handle(org.id, left.uid, outcome="phone", by="x")
    page = await visitor.get(path(again))
    assert "您刚才已经写过同样的留言" in page.text
    assert page.text.count('class="reached"') == 3

    await visitor.post(path(again), data={"text": "还有一件事"})
    row = await messages.one(org.id, again.uid)
    assert row.status == "pending"
    assert [each.text for each in await remarks.of(org.id, left.uid)] == []
    assert "还有一件事" in (await visitor.get(path(again))).text


async def test_the_receipt_leads_there(visitor: httpx.AsyncClient, left: messages.Left) -> None:
    from web.visitor import receipt

    page = await visitor.get(f"/w/default/r/{left.reference}?k={receipt.key('default', left)}")
    found = re.search(r'href="(/w/default/m/[^"]+)"', page.text)
    assert found
    assert (await visitor.get(found.group(1).replace("&amp;", "&"))).status_code == 200


def _week(days: dict[str, Any]) -> dict[str, Any]:
    from app.hours import WEEKDAYS

    return {name: days.get(str(number), []) for number, name in enumerate(WEEKDAYS)}


async def test_an_agent_replies_in_the_console(
    client: httpx.AsyncClient, org: Organization, owner: Agent, left: messages.Left
) -> None:
    answer = await client.post(f"/inbox/{left.uid}/remark", data={"text": "您好", "visible": "yes"})
    assert answer.status_code == 303, answer.text
    (said,) = await remarks.of(org.id, left.uid)
    assert (said.text, said.visible, said.author) == ("您好", True, owner.name)


@pytest.mark.parametrize(
    ("told", "counted"),
    [("America/New_York", "America/New_York"), ("Mars/Olympus", "Asia/Shanghai")],
)
async def test_the_promised_time_is_in_the_visitor_s_zone(
    visitor: httpx.AsyncClient, org: Organization, told: str, counted: str
) -> None:
    days = {str(day): [["00:00", "24:00"]] for day in range(7)}
    await presence.set_week(org, timezone="Asia/Shanghai", weekly=_week(days), by="tests")
    await change.save(org.id, {"minutes": 360}, by="tests")
    organizations._remembered.clear()
    page = Page(await visitor.get("/w/default"))
    sent = {**page.values, "content": "几点回复", "phone": "13800138000", "tz": told}
    receipt = await visitor.post("/w/default", data=sent, follow_redirects=True)
    row = await Message.objects().first()
    assert row is not None

    at = row.created_at + dt.timedelta(hours=6)
    expected = moments.coming("zh-CN", counted, at, dt.datetime.now(dt.UTC))
    assert expected in receipt.text
    status = re.search(r'href="(/w/default/m/[^"]+)"', receipt.text)
    assert status
    assert expected in (await visitor.get(status.group(1).replace("&amp;", "&"))).text


async def test_what_is_usually_kept_is_told_as_a_worker_counted_it(
    visitor: httpx.AsyncClient, org: Organization
) -> None:
    async def told(found: Replies, visitors: str = "kept") -> str:
        await change.save(org.id, {"visitors": visitors}, by="tests")
        text = msgspec.json.encode(found).decode()
        await Organization.update({Organization.replies: text}, force=True)
        brands.forget(org, "default")
        return Page(await visitor.get("/w/default")).words

    now = dt.datetime.now(dt.UTC)
    said, usual = "通常 2 小时内回复，近 30 天 92% 做到。", [Promise(120, 92, 25, False)]
    assert said in await told(Replies(now, usual))
    english = Page(await visitor.get("/w/default?lang=en")).words
    assert "We usually reply within 2 h:" in english
    page = Page(await visitor.get("/w/default"))
    sent = {**page.values, "content": "几点回复", "phone": "13800138000"}
    receipt = await visitor.post("/w/default", data=sent, follow_redirects=True)
    assert said in receipt.text
    assert said not in await told(Replies(now, usual), "time")
    assert said not in await told(Replies(now - dt.timedelta(days=2), usual))
    assert "通常" not in await told(Replies(now))
    assert "通常" not in await told(Replies(now, [Promise(120, 92, 25, True)])), "no office hours"


async def test_too_many_additions_keep_what_was_written(
    visitor: httpx.AsyncClient, left: messages.Left, configure: Callable[..., Any]
) -> None:
    configure(LEAVEMSG_SUBMIT_PER_MINUTE=1)
    limits.forget_all()
    await visitor.post(path(left), data={"text": "first"})
    page = await visitor.post(path(left), data={"text": "第二条补充"})
    fragment = await visitor.post(path(left), data={"text": "x"}, headers=HTMX)

    assert page.status_code == fragment.status_code == 429
    assert 0 < int(page.headers["retry-after"]) <= 61
    assert "第二条补充</textarea>" in page.text
    assert "提交太频繁" in page.text
    assert "<form" not in fragment.text


async def test_with_htmx_only_the_page_s_inside_is_answered(
    visitor: httpx.AsyncClient, left: messages.Left
) -> None:
    answer = await visitor.post(path(left), data={"text": " "}, headers=HTMX)

    assert answer.status_code == 422
    assert "<html" not in answer.text
    assert "<title>错误" in answer.text


async def test_after_a_reply_nothing_more_is_promised(
    visitor: httpx.AsyncClient, org: Organization, answers: Answers, visit: Visit
) -> None:
    days = {str(day): [["00:00", "24:00"]] for day in range(7)}
    await presence.set_week(org, timezone="Asia/Shanghai", weekly=_week(days), by="tests")
    await change.save(org.id, {"minutes": 360}, by="tests")
    left = await messages.leave(org, answers, visit, submission_id="one")
    assert "前回复您" in (await visitor.get(path(left))).text

    await remarks.add(org.id, left.uid, "明天给您电话", visible=True, by="li@shop.example")
    assert "前回复您" not in (await visitor.get(path(left))).text


async def test_solved_is_the_end_of_the_way(
    visitor: httpx.AsyncClient, left: messages.Left
) -> None:
    await visitor.post(path(left), data={"solved": "yes"})

    assert (await visitor.get(path(left))).text.count('class="reached"') == 3


async def test_in_a_panel_every_page_can_be_closed(
    visitor: httpx.AsyncClient, left: messages.Left
) -> None:
    told = await visitor.get(f"{path(left)}&embed=1")
    over = await visitor.get(f"/w/default/m/{left.uid}?k=1.x&embed=1")

    assert told.text.count("data-close") == over.text.count("data-close") == 1
    assert over.status_code == 404
    assert 'href="/w/default?' in over.text


async def test_times_are_in_the_visitor_s_zone(
    visitor: httpx.AsyncClient, left: messages.Left
) -> None:
    page = await visitor.get(f"{path(left)}&tz=America/New_York")

    assert words.full("zh-CN", "America/New_York", left.created_at) in page.text


async def test_whoever_wants_no_mail_says_so_there(
    visitor: httpx.AsyncClient, org: Organization, left: messages.Left
) -> None:
    words_of_the_button = "不要再给我发邮件"
    assert words_of_the_button not in Page(await visitor.get(path(left))).words
    await remarks.add(org.id, left.uid, "明天送到", visible=True, by="李")
    assert words_of_the_button in Page(await visitor.get(path(left))).words
    answer = await visitor.post(path(left), data={"mail": "stop"})
    page = Page(await visitor.get(answer.headers["location"]))
    assert "不会再为这条留言给您发邮件" in page.words
    assert words_of_the_button not in page.words
