"""The list of messages."""

from __future__ import annotations

import datetime as dt
import uuid

import httpx
import pytest

from app import messages
from app.erasure import by_visitor
from app.fields.check import Answers
from app.messages import Visit, corrected, remarks, withdrawn
from app.messages.filter import Filter
from app.tables import Message, Organization
from tests.web.console.conftest import Leave
from tests.web.reading import Page

HTMX = {"HX-Request": "true", "HX-Request-Type": "partial"}


def rows(page: Page) -> list[str]:
    return [found["data-row"] for found in page.attributes("li") if "data-row" in found]


async def test_it_works(client: httpx.AsyncClient, leave: Leave) -> None:
    first, second = await leave("一", name="张三"), await leave("二")
    page = Page(await client.get("/inbox"))

    assert rows(page) == [second.uid, first.uid]
    assert "张三" in page.words
    assert page.title.startswith("留言管理")
    assert len(page.attributes("h1")) == 1


async def test_before_the_first_message_the_form_s_link_is_shown(client: httpx.AsyncClient) -> None:
    page = Page(await client.get("/inbox"))

    assert "还没有留言" in page.words
    assert "http://localhost:8080/w/default" in page.words


async def test_each_empty_list_says_why(client: httpx.AsyncClient, leave: Leave) -> None:
    left = await leave()
    assert "没有符合条件的留言" in (await client.get("/inbox?q=nothing")).text
    assert "没有垃圾留言" in (await client.get("/inbox?status=spam")).text

    await client.post(f"/inbox/{left.uid}/handle", data={"outcome": "phone"})
    assert "全部处理完了" in (await client.get("/inbox")).text


@pytest.mark.parametrize("q", ["价格", "价", "张三", "8000", "zhang@", "138 0013"])
async def test_search_finds_words_names_and_numbers(
    client: httpx.AsyncClient, leave: Leave, q: str
) -> None:
    await leave("别的事")
    found = await leave("产品价格？", name="张三", phone="138 0013 8000", email="zhang@a.example")
    if q == "8000":
        await Message.delete().where(Message.id != uuid.UUID(found.uid))

    assert found.uid in rows(Page(await client.get("/inbox", params={"q": q})))


async def test_tabs_count_and_filter(client: httpx.AsyncClient, leave: Leave) -> None:
    one, other = await leave("一"), await leave("二")
    await client.post(f"/inbox/{one.uid}/handle", data={"outcome": "none"})

    assert rows(Page(await client.get("/inbox"))) == [other.uid]
    assert rows(Page(await client.get("/inbox?status=handled"))) == [one.uid]
    assert len(rows(Page(await client.get("/inbox?status=all")))) == 2
    page = Page(await client.get("/inbox?status=nonsense"))
    assert rows(page) == [other.uid]


async def test_days_are_the_organization_s(client: httpx.AsyncClient, leave: Leave) -> None:
    left = await leave()
    # Half past midnight of the 22nd in Shanghai.
    moment = dt.datetime(2026, 11, 21, 16, 30, tzinfo=dt.UTC)
    await Message.update({Message.created_at: moment}).where(Message.id == uuid.UUID(left.uid))

    on_the_day = await client.get("/inbox?since=2026-11-22&until=2026-11-22")
    the_day_before = await client.get("/inbox?since=2026-11-21&until=2026-11-21")
    assert rows(Page(on_the_day)) == [left.uid]
    assert rows(Page(the_day_before)) == []
    assert (await client.get("/inbox?since=yesterday")).status_code == 200


async def test_more_is_loaded_from_where_the_list_ends(
    client: httpx.AsyncClient, leave: Leave, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("web.console.inbox.ROWS", 2)
    left = [(await leave(str(n))).uid for n in range(5)]
    first = Page(await client.get("/inbox"))
    [more] = [href for href in first.links() if "cursor=" in href]
    second = Page(await client.get(more, headers=HTMX))

    assert rows(first) + rows(second) == left[::-1][:4]
    assert not second.attributes("nav")


async def test_htmx_gets_the_list_alone_and_caches_are_told(
    client: httpx.AsyncClient, leave: Leave
) -> None:
    await leave()
    fragment = await client.get("/inbox?status=all", headers=HTMX)
    page = await client.get("/inbox?status=all")
    after_back = await client.get(
        "/inbox?status=all", headers={**HTMX, "HX-History-Restore-Request": "true"}
    )

    assert "<html" not in fragment.text
    assert "<html" in page.text
    assert "<html" in after_back.text
    for answer in (fragment, page):
        assert "HX-Request" in answer.headers["vary"]
        assert "no-store" in answer.headers["cache-control"]


async def test_typing_a_search_changes_the_address_without_a_step(
    client: httpx.AsyncClient,
) -> None:
    typed = {**HTMX, "HX-Source": "form#search"}
    answer = await client.get("/inbox?status=pending&q=a&since=&until=", headers=typed)

    assert answer.headers["hx-replace-url"] == "/inbox?q=a"
    assert "hx-replace-url" not in (await client.get("/inbox?q=a", headers=HTMX)).headers


async def test_nobody_sees_another_organization_s_messages(
    client: httpx.AsyncClient, other_org: Organization, answers: Answers, visit: Visit
) -> None:
    left = await messages.leave(other_org, answers, visit, submission_id="theirs")

    assert left.uid not in (await client.get("/inbox?status=all")).text
    assert (await client.get(f"/inbox/{left.uid}")).status_code == 404


def test_the_address_says_only_what_is_unusual() -> None:
    assert Filter().query() == ""
    assert Filter(q="价格").query() == "?q=%E4%BB%B7%E6%A0%BC"
    assert Filter(status="all", q="a").query(status="pending") == "?q=a"
    assert Filter().query(cursor="c") == "?cursor=c"


async def test_what_a_visitor_says_again_is_counted_on_its_line(
    client: httpx.AsyncClient, leave: Leave
) -> None:
    first = await leave("问一下发货时间", phone="13800138000")
    again = await leave("问一下发货时间", phone="13800138000")

    for status in ("pending", "all"):
        page = Page(await client.get(f"/inbox?status={status}"))
        assert rows(page) == [first.uid]
        assert "重复 ×2" in page.words
    shown = Page(await client.get(f"/inbox/{again.uid}"))
    assert shown.attributes("a", href=f"/inbox/{first.uid}")
    assert f"/inbox/{again.uid}/handle" not in shown.html


@pytest.mark.parametrize("value", ["0001-01-01", "9999-12-31", "1900-01-01", "2026-02-30", "soon"])
@pytest.mark.parametrize("page", ["/inbox", "/deliveries"])
async def test_any_date_of_an_address_gives_a_page(
    client: httpx.AsyncClient, page: str, value: str
) -> None:
    for name in ("since", "until"):
        assert (await client.get(page, params={name: value})).status_code == 200


@pytest.mark.parametrize(
    "q",
    [
        *("屏幕 维修", "0013 8000", "138 0013 8000", "+86 138-0013-8000", "8613800138000"),
        *("010 8888 6666", "01088886666", "张三 屏幕", "+86 10 8888 6666"),
    ],
)
async def test_words_are_joined_and_digits_are_digits(
    client: httpx.AsyncClient, leave: Leave, q: str
) -> None:
    found = await leave(
        "手机屏幕坏了，能维修吗？办公室 010-8888 6666", name="张三", phone="138-0013-8000"
    )
    await leave("屏幕多少钱", name="李四", phone="13900139000")

    assert rows(Page(await client.get("/inbox", params={"q": q}))) == [found.uid]


async def test_a_reference_is_found_in_any_spelling(
    client: httpx.AsyncClient, leave: Leave
) -> None:
    found = await leave("屏幕")
    await leave("别的")
    number = found.reference.removeprefix("LM-")
    for q in (f"LM {number}", f"lm{number.lower()}", f"#LM-{number}", f"LM－{number} 屏幕"):
        assert rows(Page(await client.get("/inbox", params={"q": q}))) == [found.uid], q


async def test_the_list_says_what_a_visitor_did_last(
    client: httpx.AsyncClient, org: Organization, answers: Answers
) -> None:
    left = await messages.leave(org, answers, Visit(), submission_id="s1")

    async def listed() -> str:
        return (await client.get("/inbox", headers={"Accept-Language": "zh-CN"})).text

    assert "访客补充</span>" not in await listed()
    await remarks.append(org.id, left.uid, "more")
    assert "访客补充</span>" in await listed()
    await corrected.correct(org.id, left.uid, {"phone": "13900139000"}, {})
    shown = await listed()
    assert "更正了联系方式</span>" in shown
    assert "访客补充</span>" not in shown
    await by_visitor.ask(org.id, left.uid)
    assert "请求删除</span>" in await listed()
    await withdrawn.withdraw(org.id, left.uid)
    await withdrawn.resume(org.id, left.uid)
    assert "取消了撤回</span>" in await listed()
