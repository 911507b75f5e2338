"""Who takes care of messages: filters that are addresses, and what is done with one or many."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import msgspec
import pytest

from app import messages, presence
from app.brands import change as brands
from app.fields.check import Answers
from app.messages import Left, Visit, acts
from app.people import agents
from app.tables import Agent, Organization
from tests.web.reading import Page
from web.console import inbox

HTMX = {"HX-Request": "true", "HX-Request-Type": "partial"}
Leave = Callable[..., Awaitable[Left]]


@pytest.fixture
def leave(org: Organization, visit: Visit) -> Leave:
    async def run(content: str, **more: Any) -> Left:
        given = Answers(content=content, phone="13800138000", **more)
        return await messages.leave(org, given, visit, submission_id=str(uuid.uuid4()))

    return run


@pytest.fixture
async def colleague(org: Organization) -> Agent:
    return await agents.create(
        org.id, email="li@shop.example", password="correct horse", role="agent", name="小李"
    )


def rows(page: Page) -> list[str]:
    return [found["data-row"] for found in page.attributes("li") if "data-row" in found]


def undos(page: Page) -> list[str]:
    addresses = [each.get("action", "") for each in page.attributes("form")]
    return [each for each in addresses if "/undo/" in each]


async def listed(client: httpx.AsyncClient, query: str) -> list[str]:
    return rows(Page(await client.get(f"/inbox{query}")))


async def act(client: httpx.AsyncClient, uid: str, verb: str, **form: str) -> httpx.Response:
    return await client.post(f"/inbox/{uid}/{verb}", data=form)


async def test_a_message_is_given_to_a_colleague_and_found_by_it(
    client: httpx.AsyncClient, leave: Leave, colleague: Agent
) -> None:
    one, two = await leave("一"), await leave("二")
    page = Page(await client.get(f"/inbox/{one.uid}"))
    assert "小李" in page.words

    await act(client, one.uid, "assign", assignee=str(colleague.id))
    assert await listed(client, f"?assignee={colleague.id}") == [one.uid]
    assert await listed(client, "?status=unassigned") == [two.uid]
    assert await listed(client, "?status=mine") == []
    story = Page(await client.get(f"/inbox/{one.uid}")).words
    assert "分配给 小李" in story


async def test_what_i_take_is_mine(client: httpx.AsyncClient, leave: Leave) -> None:
    left = await leave("一")
    await act(client, left.uid, "claim")
    assert await listed(client, "?status=mine") == [left.uid]
    assert "已由您负责" in Page(await client.get(f"/inbox/{left.uid}?done=claimed")).words


@pytest.mark.parametrize(
    ("verb", "form", "query"),
    [
        ("prioritize", {"priority": "high"}, "?priority=high"),
        ("categorize", {"category": "售后服务"}, "?category=售后服务"),
        ("tag", {"tag": "VIP，报价"}, "?tag=报价"),
        ("snooze", {"snooze": "tomorrow"}, "?status=later"),
        ("snooze", {"snooze": "monday"}, "?status=later"),
        ("snooze", {"snooze": "opening"}, "?status=later"),
        ("trash", {}, "?status=trash"),
        ("spam", {}, "?status=spam"),
        ("handle", {"outcome": "wechat"}, "?status=handled"),
    ],
)
async def test_what_is_set_can_be_filtered_by(
    client: httpx.AsyncClient, leave: Leave, verb: str, form: dict[str, str], query: str
) -> None:
    left, _ = await leave("一"), await leave("二")
    assert await listed(client, query) == []

    answer = await act(client, left.uid, verb, **form)
    assert answer.status_code == 303
    assert await listed(client, query) == [left.uid]


async def test_many_are_snoozed_until_their_own_brands_open(
    client: httpx.AsyncClient, org: Organization, leave: Leave, visit: Visit
) -> None:
    tea = await brands.add(org, "tea", "茶馆", by="x")
    today = (await presence.read(org)).now
    for brand, ahead in ((org.id, 2), (tea.id, 3)):
        opens = (today + dt.timedelta(days=ahead)).strftime("%a").lower()
        week = {opens: [["08:00", "09:00"]]}
        await presence.set_week(org, timezone="UTC", weekly=week, by="x", brand=brand)
    first = await leave("一")
    at_tea = msgspec.structs.replace(visit, brand=tea.mark)
    second = await messages.leave(
        org, Answers(content="二", phone="13800138001"), at_tea, submission_id="two"
    )
    form = {"act": "snooze", "snooze": "opening", "m": [first.uid, second.uid]}
    await client.post("/inbox/bulk", data=form)

    found = [(await messages.one(org.id, each.uid)).snoozed_until for each in (first, second)]
    assert [each and ((each.date() - today.date()).days, each.hour) for each in found] == [
        (2, 8),
        (3, 8),
    ]


@pytest.mark.parametrize(
    ("verb", "form", "words"),
    [
        ("assign", {"assignee": str(uuid.uuid4())}, "请选择团队成员"),
        ("assign", {"assignee": "x"}, "请选择团队成员"),
        ("prioritize", {"priority": "urgent"}, "high"),
        ("categorize", {"category": "别的"}, "请选择表单里的分类"),
        ("tag", {"tag": " "}, "请填写标签"),
        ("snooze", {"snooze": "time", "until": "2020-01-01T09:00"}, "一年以内"),
        ("snooze", {"snooze": "time"}, "请选择时间"),
        ("snooze", {}, "请选择时间"),
    ],
)
async def test_what_makes_no_sense_is_refused_and_says_why(
    client: httpx.AsyncClient, leave: Leave, verb: str, form: dict[str, str], words: str
) -> None:
    left = await leave("一")
    answer = await act(client, left.uid, verb, **form)
    assert answer.status_code == 422
    assert words in Page(answer).words


async def test_somebody_of_another_organization_cannot_be_given_anything(
    client: httpx.AsyncClient, leave: Leave, other_org: Organization
) -> None:
    stranger = await agents.create(
        other_org.id, email="x@other.example", password="correct horse", role="agent"
    )
    left = await leave("一")
    answer = await act(client, left.uid, "assign", assignee=str(stranger.id))
    assert answer.status_code == 422
    assert "x@other.example" not in (await client.get("/inbox")).text


async def test_many_are_handled_and_taken_back_at_once(
    client: httpx.AsyncClient, leave: Leave
) -> None:
    left = [await leave(f"m{n}") for n in range(3)]
    data = {"act": "handle", "outcome": "phone", "m": [left[0].uid, left[1].uid]}
    page = Page(await client.post("/inbox/bulk", data=data, headers=HTMX))
    assert rows(page) == [left[2].uid]
    assert "已更新 2 条留言" in page.words

    (undo,) = undos(page)
    page = Page(await client.post(undo, headers=HTMX))
    assert rows(page) == [each.uid for each in reversed(left)]
    assert "已撤销 2 条留言的改动" in page.words


async def test_without_scripts_the_list_comes_back_with_the_way_back(
    client: httpx.AsyncClient, leave: Leave
) -> None:
    left = await leave("一")
    answer = await client.post("/inbox/bulk?q=一", data={"act": "spam", "m": left.uid})
    assert answer.status_code == 303
    page = Page(await client.get(answer.headers["location"]))
    assert "已更新 1 条留言" in page.words
    (undo,) = undos(page)
    assert (await client.post(undo)).status_code == 303
    assert await listed(client, "") == [left.uid]


async def test_all_that_the_filter_finds_and_nothing_that_came_meanwhile(
    client: httpx.AsyncClient, leave: Leave
) -> None:
    left = [await leave(f"报价 {n}") for n in range(3)]
    await leave("别的")
    data = {"act": "tag", "tag": "报价", "all": "yes", "matching": "3"}
    await leave("报价 3")
    answer = await client.post("/inbox/bulk?q=报价", data=data, headers=HTMX)
    assert answer.status_code == 409
    assert "现在是 4 条" in Page(answer).words
    assert await listed(client, "?tag=报价") == []

    await client.post("/inbox/bulk?q=报价", data={**data, "matching": "4"}, headers=HTMX)
    assert len(await listed(client, "?tag=报价")) == 4
    assert left[0].uid in await listed(client, "?tag=报价")


async def test_very_many_are_counted_before_all_of_them_are_changed(
    client: httpx.AsyncClient, leave: Leave, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inbox, "ROWS", 2)
    for n in range(5):
        await leave(f"报价 {n}")
    page = Page(await client.get("/inbox?q=报价"))
    assert (page.values["matching"], "超过 2 条" in page.words) == ("more", True)
    # Nothing is counted for a tab: its number stands there anyway, unless it is no longer exact.
    for tab, shown in (("pending", "5"), ("unassigned", "5"), ("mentioned", ""), ("all", "more")):
        assert Page(await client.get(f"/inbox?status={tab}")).values.get("matching", "") == shown
    with monkeypatch.context() as few:
        few.setattr(inbox, "COUNT_MAX", 5)
        page = Page(await client.get("/inbox"))
        assert (page.values["matching"], "待处理 4+" in page.words) == ("more", True)

    data = {"act": "tag", "tag": "报价", "all": "yes", "matching": "more"}
    answer = await client.post("/inbox/bulk?q=报价", data=data, headers=HTMX)
    assert (answer.status_code, "共 5 条" in Page(answer).words) == (409, True)
    assert await listed(client, "?tag=报价") == []

    with monkeypatch.context() as few:
        few.setattr(inbox, "MESSAGES_MAX", 4)
        answer = await client.post(
            "/inbox/bulk?q=报价", data={**data, "matching": "5"}, headers=HTMX
        )
        assert (answer.status_code, "最多" in Page(answer).words) == (422, True)
    answer = await client.post("/inbox/bulk?q=报价", data=data, headers=HTMX)
    exact = Page(answer).values["matching"]
    await client.post("/inbox/bulk?q=报价", data={**data, "matching": exact}, headers=HTMX)
    monkeypatch.setattr(inbox, "ROWS", 50)
    assert len(await listed(client, "?tag=报价")) == 5


@pytest.mark.parametrize(
    "form", [{"act": "spam"}, {"act": "x", "m": "y"}, {}, {"act": "spam", "m": "x"}]
)
async def test_nothing_ticked_or_nothing_to_do_is_said(
    client: httpx.AsyncClient, leave: Leave, form: dict[str, str]
) -> None:
    await leave("一")
    answer = await client.post("/inbox/bulk", data=form)
    assert answer.status_code == 422
    assert "请" in Page(answer).words


async def test_the_parts_of_a_filter_are_shown_and_can_be_taken_away(
    client: httpx.AsyncClient, leave: Leave, colleague: Agent
) -> None:
    await leave("一")
    query = f"?priority=high&assignee={colleague.id}&f.size=L&overdue=yes"
    page = Page(await client.get(f"/inbox{query}"))
    for words in ("高优先级", "小李", "size: L", "已超时", "没有符合条件的留言"):
        assert words in page.words
    assert any("priority" not in link and "f.size=L" in link for link in page.links())


@pytest.mark.parametrize(
    "query",
    [
        *("?status=x", "?assignee=x", "?priority=x", "?notice=x", "?f.=1", "?cursor=x", "?tag=%00"),
        *("?overdue=", "?did=x&n=y", "?f.a=1&f.b=2&site=%25", "?category=" + "长" * 300),
    ],
)
async def test_an_address_that_makes_no_sense_is_no_error_of_ours(
    client: httpx.AsyncClient, leave: Leave, query: str
) -> None:
    await leave("一")
    assert (await client.get(f"/inbox{query}")).status_code in {200, 400, 422}


async def test_a_change_made_meanwhile_is_shown_before_it_is_overwritten(
    client: httpx.AsyncClient, org: Organization, leave: Leave
) -> None:
    left = await leave("一")
    seen = str((await messages.one(org.id, left.uid)).changed)
    await messages.to_one(org.id, left.uid, acts.prioritized("high"), by="小李")

    answer = await act(client, left.uid, "handle", outcome="phone", note="打过了", seen=seen)
    assert answer.status_code == 409
    page = Page(answer)
    assert "小李 刚刚改动了这条留言" in page.words
    assert "打过了" in answer.text

    now = str((await messages.one(org.id, left.uid)).changed)
    answer = await act(client, left.uid, "handle", outcome="phone", note="打过了", seen=now)
    assert answer.status_code == 303
