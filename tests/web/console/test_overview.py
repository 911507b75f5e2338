"""The overview: numbers that lead to the lists they count, for whoever may see them."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx
import msgspec
import pytest

from app import database, messages
from app.messages import filter, remarks
from app.people import agents, audit, sessions
from app.tables import Account, Message, Organization
from app.targets import change
from app.targets.replies import Broken, Replies
from tests.conftest import BASE_URL
from tests.web.console.conftest import Leave
from tests.web.reading import Page

HERE = "/overview"
NUMBER = re.compile(r'<a href="(/inbox[^"]*)">([^<]*?)</a>')


async def opened(client: httpx.AsyncClient, **query: str) -> Page:
    return Page(await client.get(HERE, params=query))


@pytest.fixture
async def busy(org: Organization, leave: Leave) -> None:
    """What an ordinary week brings, all of it today."""
    for number in range(7):
        await leave(f"message {number}", phone=f"1380013800{number}")
    uids = [row.uid for row in (await messages.inbox(org.id)).items]
    for uid in uids[:3]:
        await messages.handle(org.id, uid, outcome="phone", by="李雷")
    await messages.spam(org.id, uids[3], by="李雷")
    await remarks.judge(org.id, uids[0], solved=True)
    await remarks.judge(org.id, uids[1], solved=False)
    late = dt.datetime.now(dt.UTC) - dt.timedelta(minutes=1)
    await Message.update({Message.due_at: late}).where(Message.organization == org.id)


async def test_every_number_is_what_its_list_counts(
    org: Organization, client: httpx.AsyncClient, busy: None
) -> None:
    page = await opened(client)
    found = NUMBER.findall(page.html)
    assert len(found) > 15
    checked = 0
    for href, text in found:
        number = re.search(r"\d+", text)
        if number is None or "%" in text or "分钟" in text:
            continue
        asked = dict(parse_qsl(urlsplit(href.replace("&amp;", "&")).query))
        wanted = filter.read(asked).wanted(org.timezone, None)
        assert await messages.count(org.id, wanted) == int(number[0]), href
        checked += 1
    assert checked > 12


async def test_days_are_those_of_the_organization_whoever_looks(
    org: Organization, client: httpx.AsyncClient, busy: None
) -> None:
    """The lists have the days of whoever looks, unless a link says otherwise."""
    await Account.update({Account.timezone: "Pacific/Kiritimati"}, force=True)
    page = await opened(client, range="today")
    links = [link for link in page.links() if "since=" in link]
    assert links
    assert all("zone=Asia%2FShanghai" in link for link in links)
    (handled,) = {each for each in links if "dates=handled" in each and "handler" not in each}
    listed = Page(await client.get(handled))
    assert len(listed.attributes("input", name="m")) == 2
    assert "按 Asia/Shanghai 的日期" in listed.words
    log = next(each for each in (await opened(client)).links() if each.startswith("/deliveries"))
    assert (await client.get(log)).status_code == 200


async def test_the_tiles_say_what_happened(client: httpx.AsyncClient, busy: None) -> None:
    page = await opened(client, range="today")
    for words in ("今日新留言", "待处理", "6", "按时处理率", "1 条已解决", "1 条没解决", "0 分钟"):
        assert words in page.words
    assert page.attributes("a", **{"aria-current": "page"})[0]["href"] == HERE


async def test_the_range_is_in_the_address(client: httpx.AsyncClient, busy: None) -> None:
    today = (await opened(client, range="today")).values["until"]
    month = await opened(client, range="30")
    first = dt.date.fromisoformat(today) - dt.timedelta(days=29)
    assert (month.values["since"], month.values["until"]) == (first.isoformat(), today)
    own = await opened(client, since="2026-01-01", until="2026-01-31")
    assert (own.values["since"], own.values["until"]) == ("2026-01-01", "2026-01-31")
    for nonsense in ({"range": "x"}, {"since": "x"}, {"until": "9999-12-31"}):
        assert (await opened(client, **nonsense)).values["until"] == today


async def test_broken_promises_are_said_when_they_are_too_many(
    org: Organization, client: httpx.AsyncClient, leave: Leave
) -> None:
    for number in range(20):
        await leave(f"message {number}", phone=f"138001380{number:02}")
    late = dt.datetime.now(dt.UTC) - dt.timedelta(minutes=1)
    await Message.update({Message.due_at: late}).where(Message.organization == org.id)
    page = await opened(client)
    assert "20 / 20 条没按时处理" in page.words
    assert "/settings/targets" in page.links()
    assert "没按时处理" not in (await opened(client, since="2026-01-01", until="2026-01-02")).words


async def test_targets_that_are_missed_are_said_on_every_page(
    org: Organization, client: httpx.AsyncClient
) -> None:
    now = dt.datetime.now(dt.UTC)
    found = Replies(now, [], [Broken("售后", 30, 6, 20, now)])
    text = msgspec.json.encode(found).decode()
    await Organization.update({Organization.replies: text}).where(Organization.id == org.id)
    page = Page(await client.get("/inbox"))
    assert "售后（30 分钟内处理）：近 30 天 20 条里有 6 条超时" in page.words
    assert "/overview?range=30#kept-title" in page.links()


async def test_every_category_says_what_was_in_time(
    org: Organization, client: httpx.AsyncClient, leave: Leave
) -> None:
    await change.save(org.id, {"categories": [{"category": "售后", "minutes": 90}]}, by="tests")
    left = await leave("one", category="售后")
    await messages.handle(org.id, left.uid, outcome="phone", by="李雷")
    page = await opened(client, range="today")
    assert "各分类是否按时" in page.words
    assert "售后 1 小时 30 分钟 1 0 100%" in page.words


async def test_without_anything_it_says_so(client: httpx.AsyncClient) -> None:
    page = await opened(client)
    assert "还没有数据" in page.words
    assert not [link for link in page.links() if "since=" in link]


async def test_the_file_has_the_numbers_and_is_written_down(
    org: Organization, client: httpx.AsyncClient, leave: Leave
) -> None:
    left = await leave("hello")
    harmful = {Message.category: "=1+1", Message.site: "shop.example"}
    await Message.update(harmful).where(Message.organization == org.id)
    answer = await client.post(f"{HERE}/export", data={"range": "today"})
    assert answer.content.startswith(b"\xef\xbb\xbf")
    assert "overview-" in answer.headers["content-disposition"]
    assert '"分类","\'=1+1","新留言","1"' in answer.text
    assert '"站点","shop.example","新留言","1"' in answer.text
    assert left.reference not in answer.text
    rows = await database.values(str, "SELECT action FROM audit WHERE organization = ?", org.id)
    assert "overview.exported" in rows
    assert audit


async def test_a_viewer_sees_it_and_takes_nothing_out(
    org: Organization, web: Any, busy: None
) -> None:
    viewer = await agents.create(
        org.id, email="v@shop.example", password="correct horse 9", role="viewer"
    )
    raw = await sessions.start(viewer, address="127.0.0.1", user_agent="tests")
    headers = {"Sec-Fetch-Site": "same-origin", "X-CSRF-Token": sessions.csrf(raw)}
    theirs = web(cookies={"sid": raw}, headers={"Origin": BASE_URL, **headers})
    page = await opened(theirs)
    assert "今日新留言" in page.words
    assert "导出" not in page.words
    assert (await theirs.post(f"{HERE}/export")).status_code == 403


async def test_nothing_of_another_organization(
    other_org: Organization, client: httpx.AsyncClient
) -> None:
    from app.fields.check import Answers
    from app.messages import Visit

    given = Answers(content="theirs", phone="13800138000", category="theirs")
    await messages.leave(other_org, given, Visit(ip="192.168.1.1"), submission_id="s1")
    page = await opened(client)
    assert "theirs" not in page.words
    assert "还没有数据" in page.words
