"""What an open page asks for: how much is new, what has changed, and who did it."""

from __future__ import annotations

import re
from typing import Any

import httpx
import pytest

from app import messages
from app.messages import news, remarks
from app.tables import Organization
from tests.web.console.conftest import Leave
from tests.web.console.test_inbox import HTMX
from tests.web.reading import Page

ASKED = "/inbox/news"


def targets(answer: httpx.Response) -> set[str]:
    """Where the parts of the answer go."""
    return set(re.findall(r'<hx-partial hx-target="#([^"]+)"', answer.text))


class Open:
    """A page of the inbox that is open, as its script describes it."""

    def __init__(self, client: httpx.AsyncClient, page: Page) -> None:
        self.client = client
        (told,) = page.attributes("span", id="heard")
        self.says = {"after": told["data-told"], "listed": page.values["listed"]}
        for article in page.attributes("article"):
            self.says |= {"open": article["data-open"], "seen": article["data-changed"]}

    async def asks(self, **more: str) -> httpx.Response:
        return await self.client.get(ASKED, params={**self.says, **more}, headers=HTMX)


async def opened(client: httpx.AsyncClient, path: str = "/inbox") -> Open:
    return Open(client, Page(await client.get(path)))


async def test_it_answers_304_until_something_changes(
    client: httpx.AsyncClient, leave: Leave
) -> None:
    await leave()
    first = await client.get(ASKED, headers=HTMX)
    known = {**HTMX, "HX-PTag": first.headers["hx-ptag"]}
    same = await client.get(ASKED, headers=known)
    await leave("二")
    then = await client.get(ASKED, headers=known)

    assert 'data-unread="1"' in first.text
    assert (same.status_code, same.text) == (304, "")
    assert 'data-unread="2"' in then.text


async def test_new_messages_are_announced_and_not_pushed_in(
    client: httpx.AsyncClient, leave: Leave
) -> None:
    await leave()
    page = await opened(client)
    quiet = await page.asks()
    await leave("二")
    await leave("三")
    loud = await page.asks()

    assert "条新留言" not in Page(quiet).words
    assert "2 条新留言" in Page(loud).words
    assert {"heard", "views", "newbar"} < targets(loud)
    assert "list" not in targets(loud)
    assert 'href="/inbox"' in loud.text


async def test_a_list_that_may_grow_is_drawn_anew(client: httpx.AsyncClient, leave: Leave) -> None:
    page = await opened(client)
    left = await leave()
    grown = await page.asks(at_top="yes")
    page.says["listed"] = Page(grown).values["listed"]

    assert "list" in targets(grown)
    assert f'id="m-{left.uid}"' in grown.text
    assert "条新留言" not in Page(grown).words
    assert "list" not in targets(await page.asks(at_top="yes"))


async def test_only_what_belongs_into_the_list_is_new_to_it(
    client: httpx.AsyncClient, leave: Leave
) -> None:
    page = await opened(client, "/inbox?q=价格")
    await leave("价格")
    await leave("地址")

    assert "1 条新留言" in Page(await page.asks(q="价格")).words
    assert "条新留言" not in Page(await page.asks(status="handled")).words


async def test_what_a_colleague_did_is_seen_on_its_line_and_beside_it(
    client: httpx.AsyncClient, org: Organization, leave: Leave
) -> None:
    left = await leave()
    page = await opened(client, f"/inbox/{left.uid}")
    await messages.handle(org.id, left.uid, outcome="phone", by="小王")
    answer = await page.asks()

    assert {f"m-{left.uid}", "meanwhile"} < targets(answer)
    assert 'class="row over"' in answer.text
    assert "已电话回复 · 小王" in Page(answer).words
    assert "小王刚刚标为已处理。 查看" in Page(answer).words


async def test_of_a_visitor_s_addition_the_reader_is_told(
    client: httpx.AsyncClient, org: Organization, leave: Leave
) -> None:
    left = await leave()
    page = await opened(client, f"/inbox/{left.uid}")
    await remarks.append(org.id, left.uid, "还有一个问题")

    assert "访客刚刚补充了内容。 查看" in Page(await page.asks()).words


async def test_of_what_one_does_oneself_nobody_is_told(
    client: httpx.AsyncClient, leave: Leave
) -> None:
    left = await leave()
    page = await opened(client, f"/inbox/{left.uid}")
    await client.post(f"/inbox/{left.uid}/handle", data={"outcome": "phone"})

    assert "meanwhile" not in targets(await page.asks())


async def test_a_message_that_was_opened_after_the_change_says_nothing_of_it(
    client: httpx.AsyncClient, org: Organization, leave: Leave
) -> None:
    left = await leave()
    page = await opened(client)
    await messages.handle(org.id, left.uid, outcome="phone", by="小王")
    shown = await opened(client, f"/inbox/{left.uid}")

    assert "meanwhile" not in targets(await page.asks(open=left.uid, seen=shown.says["seen"]))


async def test_too_many_changes_are_not_told_one_by_one(
    client: httpx.AsyncClient, org: Organization, leave: Leave
) -> None:
    left = [await leave(str(n)) for n in range(news.MOST + 1)]
    page = await opened(client)
    for each in left:
        await messages.spam(org.id, each.uid, by="小王")

    assert "列表有变化 · 显示" in Page(await page.asks()).words


async def test_other_pages_of_the_console_are_told_of_the_count_alone(
    client: httpx.AsyncClient, leave: Leave
) -> None:
    await leave()

    assert targets(await client.get(ASKED, params={"after": "0"}, headers=HTMX)) == {"heard"}


@pytest.mark.parametrize("odd", ["", "x", "-1", "9" * 40, "٣", "1.5", "\x00"])
async def test_a_number_that_is_none_tells_of_nothing(
    client: httpx.AsyncClient, leave: Leave, odd: str
) -> None:
    await leave()
    said: dict[str, Any] = {"after": odd, "listed": odd, "open": odd, "seen": odd}

    assert (await client.get(ASKED, params=said, headers=HTMX)).status_code == 200
