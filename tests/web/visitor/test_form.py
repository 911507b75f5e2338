"""The visitor's form, as a browser without scripts uses it, and with htmx."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from app import database, limits
from app.people import organizations
from app.settings import Settings
from app.signed import form_token
from app.tables import Message, Organization
from tests.web.reading import Page
from web.visitor.page import REDRAWN

FORM = "/w/default"
HTMX = {"HX-Request": "true", "HX-Request-Type": "partial"}
ANSWERS = {"content": "我想咨询一下产品价格", "phone": "13800138000", "name": "张三"}


async def opened(visitor: httpx.AsyncClient, query: str = "") -> dict[str, str]:
    return Page(await visitor.get(FORM + query)).values


async def sent(
    visitor: httpx.AsyncClient, query: str = "", headers: Any = None, **changes: str
) -> httpx.Response:
    values = {**await opened(visitor, query), **ANSWERS, **changes}
    return await visitor.post(FORM + query, data=values, headers=headers)


async def count() -> int:
    return int(await Message.count())


async def test_it_works_without_scripts_or_cookies(visitor: httpx.AsyncClient) -> None:
    answer = await sent(visitor)

    assert answer.status_code == 303
    receipt = Page(await visitor.get(answer.headers["location"]))
    row = await Message.objects().first()
    assert row is not None
    assert row.reference in receipt.words
    assert "138****8000" in receipt.words
    assert "13800138000" not in receipt.html
    assert "set-cookie" not in answer.headers
    assert (row.content, row.phone, row.name) == tuple(ANSWERS.values())


async def test_a_visitor_has_no_token_of_a_session(visitor: httpx.AsyncClient) -> None:
    page = Page(await visitor.get(FORM))

    assert "csrf_token" not in page.values
    assert "&lt;" not in page.html


async def test_htmx_gets_the_receipt_in_place(visitor: httpx.AsyncClient) -> None:
    answer = await sent(visitor, headers=HTMX)

    assert answer.status_code == 200
    assert "<html" not in answer.text
    assert answer.headers["hx-replace-url"].startswith("/w/default/r/LM-")
    assert "data-autofocus" in answer.text


async def test_the_visit_is_recorded(visitor: httpx.AsyncClient) -> None:
    query = "?o=https%3A%2F%2Fshop.example%2Fpricing&embed=1"
    await sent(visitor, query, headers={"user-agent": "Test/1", "accept-language": "zh-CN"})

    row = await Message.objects().first()
    assert row is not None
    assert (row.ip, row.user_agent, row.language) == ("127.0.0.1", "Test/1", "zh-CN")
    assert row.page_url == "https://shop.example/pricing"


async def test_a_page_that_is_no_web_address_is_not_kept(visitor: httpx.AsyncClient) -> None:
    await sent(visitor, page_url="javascript:alert(1)", referrer="data:text/html,x")

    row = await Message.objects().first()
    assert row is not None
    assert (row.page_url, row.referrer) == ("", "")


async def test_all_faults_are_told_at_once_and_nothing_is_lost(visitor: httpx.AsyncClient) -> None:
    answer = await sent(visitor, content="", phone="", email="nobody", name="  张三 ")
    page = Page(answer)

    assert answer.status_code == 422
    assert page.title.startswith("错误：")
    assert "填写留言内容" in page.words
    assert "邮箱格式应类似 name@example.com" in page.words
    assert page.values["name"] == "  张三 "
    assert {"#content", "#email"} <= set(page.links())
    [content] = page.attributes("textarea")
    assert content["aria-invalid"] == "true"
    assert "content-fault" in content["aria-describedby"]
    assert await count() == 0


async def test_one_way_to_reach_the_visitor_is_enough_and_none_is_not(
    visitor: httpx.AsyncClient,
) -> None:
    none = Page(await sent(visitor, phone=""))
    assert "至少填一种联系方式" in none.words
    assert "#phone" in none.links()

    assert (await sent(visitor, phone="", email="a@example.com")).status_code == 303


async def test_a_faulty_form_keeps_its_token(visitor: httpx.AsyncClient) -> None:
    values = await opened(visitor)
    again = Page(await visitor.post(FORM, data={**values, "content": ""}))

    assert again.values["token"] == values["token"]


async def test_a_page_sent_twice_is_one_message(visitor: httpx.AsyncClient) -> None:
    values = {**await opened(visitor), **ANSWERS}
    first = await visitor.post(FORM, data=values)
    second = await visitor.post(FORM, data=values)

    reference = [answer.headers["location"].split("?")[0] for answer in (first, second)]
    assert reference[0] == reference[1]
    assert await count() == 1


async def test_back_and_another_text_is_another_message(visitor: httpx.AsyncClient) -> None:
    values = {**await opened(visitor), **ANSWERS}
    other = {**values, "content": "还有一个问题"}
    await visitor.post(FORM, data=values)
    await visitor.post(FORM, data=other)
    await visitor.post(FORM, data=other)

    assert await count() == 2


async def test_an_old_page_is_refreshed_with_everything_in_it(visitor: httpx.AsyncClient) -> None:
    old = form_token.issue("default", now=dt.datetime.now(dt.UTC) - dt.timedelta(hours=25))
    answer = await sent(visitor, token=old)
    page = Page(answer)

    assert answer.status_code == 422
    assert "页面已过期并已刷新，写好的内容都在，请再提交一次" in page.words
    assert page.values["content"] == ANSWERS["content"]
    assert (await visitor.post(FORM, data=page.values)).status_code == 303


@pytest.mark.parametrize("token", ["", "x", "a.b.c", "…", "0.99999999999999999999.x"])
async def test_a_token_that_is_not_ours_is_replaced(visitor: httpx.AsyncClient, token: str) -> None:
    page = Page(await sent(visitor, token=token))

    assert "再点一次提交" in page.words
    assert form_token.read("default", page.values["token"]).nonce


async def test_a_token_of_another_form_is_not_taken(
    visitor: httpx.AsyncClient, other_org: Organization
) -> None:
    other = form_token.issue("other")

    assert (await sent(visitor, token=other)).status_code == 422


async def test_who_falls_into_the_trap_is_thanked_and_set_aside(
    visitor: httpx.AsyncClient,
) -> None:
    answer = await sent(visitor, link="https://spam.example")

    assert answer.status_code == 303
    assert (await visitor.get(answer.headers["location"])).status_code == 200
    row = await Message.objects().first()
    assert row is not None
    assert row.status == "spam"


async def test_too_fast_keeps_the_text_and_says_when(
    visitor: httpx.AsyncClient, configure: Callable[..., Settings]
) -> None:
    configure(LEAVEMSG_SUBMIT_PER_MINUTE=1)
    limits.forget_all()
    await sent(visitor)
    answer = await sent(visitor, content="第二条")
    page = Page(answer)

    assert answer.status_code == 429
    assert 0 < int(answer.headers["retry-after"]) <= 61
    assert "提交太频繁" in page.words
    assert page.values["content"] == "第二条"
    assert await count() == 1


async def test_faults_without_an_end_are_too_many_too(
    visitor: httpx.AsyncClient, configure: Callable[..., Settings]
) -> None:
    configure(LEAVEMSG_SUBMIT_PER_MINUTE=1)
    limits.forget_all()
    codes = [(await sent(visitor, token="made up")).status_code for _ in range(7)]

    assert codes == [422] * 6 + [429]
    assert (await sent(visitor)).status_code == 303


async def test_whoever_is_not_refused_does_not_wait_for_all_that_a_flood_is_refused(
    visitor: httpx.AsyncClient,
) -> None:
    values = {**await opened(visitor), **ANSWERS}
    async with REDRAWN, REDRAWN:
        flood = [asyncio.create_task(visitor.post(FORM, data={"content": "x"})) for _ in range(9)]
        assert (await visitor.post(FORM, data=values)).status_code == 303
        assert [each for each in flood if each.done()] == []
    assert {(await each).status_code for each in flood} == {422}


async def test_with_htmx_too_fast_only_says_so(
    visitor: httpx.AsyncClient, configure: Callable[..., Settings]
) -> None:
    configure(LEAVEMSG_SUBMIT_PER_MINUTE=1)
    limits.forget_all()
    await sent(visitor)
    answer = await sent(visitor, headers=HTMX)

    assert answer.status_code == 429
    assert answer.text.strip().startswith("<hx-partial")
    assert "<form" not in answer.text


async def test_without_a_database_the_text_stays_on_the_page(
    visitor: httpx.AsyncClient, tmp_path: Path
) -> None:
    values = {**await opened(visitor), **ANSWERS}
    database.use(database.make("", str(tmp_path / "missing" / "no.sqlite")))
    answer = await visitor.post(FORM, data=values)

    assert answer.status_code == 503
    assert int(answer.headers["retry-after"]) > 0
    page = Page(answer)
    assert "内容还在" in page.words
    assert page.values["content"] == ANSWERS["content"]
    assert page.values["token"] == values["token"]


@pytest.mark.parametrize(
    ("query", "accepts", "language"),
    [
        ("", "", "zh-CN"),
        ("", "en-GB,en;q=0.9", "en"),
        ("", "fr,de;q=0.5", "zh-CN"),
        ("?lang=en", "zh-CN", "en"),
        ("?lang=xx", "zh-TW", "zh-CN"),
    ],
)
async def test_the_language_is_the_address_s_then_the_browser_s(
    visitor: httpx.AsyncClient, query: str, accepts: str, language: str
) -> None:
    page = Page(await visitor.get(FORM + query, headers={"accept-language": accepts}))

    assert page.language == language


async def test_the_form_s_own_language_comes_last(
    visitor: httpx.AsyncClient, configure: Callable[..., Settings]
) -> None:
    configure(LEAVEMSG_LOCALE="en")
    await organizations.create("english", "English")

    assert Page(await visitor.get("/w/english", headers={"accept-language": "fr"})).language == "en"


async def test_the_language_and_the_panel_stay_after_a_fault(visitor: httpx.AsyncClient) -> None:
    page = Page(await visitor.get(f"{FORM}?lang=en&embed=1"))
    [form] = page.attributes("form")
    assert form["action"] == "/w/default?lang=en&embed=1"

    again = Page(await visitor.post(form["action"], data={**page.values, "content": ""}))
    assert again.language == "en"
    assert "Enter your message" in again.words


async def test_an_unknown_form_is_not_there(visitor: httpx.AsyncClient) -> None:
    assert (await visitor.get("/w/nobody")).status_code == 404


async def test_what_a_visitor_writes_is_text(visitor: httpx.AsyncClient) -> None:
    evil = '"><script>alert(1)</script><img src=x onerror=alert(1)>'
    page = Page(await sent(visitor, name=evil, content=""))

    assert page.values["name"] == evil
    assert not [tag for tag, _ in page.tags if tag == "img"]
    assert all("src" in found for found in page.attributes("script"))


async def test_a_phone_that_is_probably_a_slip_is_asked_about_once(
    visitor: httpx.AsyncClient,
) -> None:
    asked = await sent(visitor, phone="138-0013-80")
    page = Page(asked)

    assert asked.status_code == 422
    assert "手机号少了 2 位，对吗？" in page.words
    assert "#phone" in page.links()
    assert (page.values["phone"], page.values["content"]) == ("138-0013-80", ANSWERS["content"])
    assert await count() == 0

    insisted = await visitor.post(FORM, data=page.values)
    assert insisted.status_code == 303
    row = await Message.objects().first()
    assert row is not None
    assert (row.phone, row.status) == ("138-0013-80", "pending")


async def test_another_slip_is_asked_about_anew_and_a_right_number_is_not(
    visitor: httpx.AsyncClient,
) -> None:
    values = Page(await sent(visitor, phone="138-0013-80")).values

    other = await visitor.post(FORM, data={**values, "phone": "138-0013-800"})
    assert "手机号少了 1 位，对吗？" in Page(other).words
    right = await visitor.post(FORM, data={**values, "phone": "138-0013-8000"})
    assert right.status_code == 303


async def test_a_doubt_stands_beside_a_fault_and_is_not_asked_again(
    visitor: httpx.AsyncClient,
) -> None:
    values = Page(await sent(visitor, phone="138-0013-80", content="")).values
    assert (await visitor.post(FORM, data={**values, "content": "好"})).status_code == 303


async def test_nothing_is_cut_at_a_limit(visitor: httpx.AsyncClient) -> None:
    long = {"content": "字" * 5001, "name": "名" * 65, "phone": "1" * 65, "email": "a" * 255}
    answer = await sent(visitor, **long)
    page = Page(answer)

    assert answer.status_code == 422
    assert {name: page.values[name] for name in long} == long
    assert not page.attributes("textarea", maxlength="5000")
    assert "maxlength" not in answer.text


@pytest.mark.parametrize("filled", ["zhang@qq.com", "张三", "13800138000"])
async def test_a_filled_trap_alone_sets_nothing_aside(
    visitor: httpx.AsyncClient, filled: str
) -> None:
    await sent(visitor, link=filled)
    row = await Message.objects().first()
    assert row is not None
    assert row.status == "pending"


async def test_a_filled_trap_and_an_advertisement_are_set_aside(visitor: httpx.AsyncClient) -> None:
    await sent(visitor, link="x", content="best price https://shop.example")
    row = await Message.objects().first()
    assert row is not None
    assert row.spam_reason == "trap"
