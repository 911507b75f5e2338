"""Reports in the settings, as a browser without scripts uses them."""

from __future__ import annotations

import httpx
import pytest

from app import channel_settings, database
from app.reports import change
from app.tables import Organization
from tests.web.reading import Page

HERE = "/settings/reports"
HOOK = {"type": "custom", "webhook_url": "http://127.0.0.1:9/h", "name": "老板群"}


@pytest.fixture
async def channel(org: Organization) -> str:
    return await channel_settings.add(org.id, HOOK, by="tests")


async def followed(client: httpx.AsyncClient, answer: httpx.Response) -> Page:
    assert answer.status_code == 303, Page(answer).words
    return Page(await client.get(answer.headers["location"]))


async def added(client: httpx.AsyncClient, channel: str, **typed: str) -> Page:
    values = {"channel": channel, "every": "day", "at": "08:30", **typed}
    return await followed(client, await client.post(f"{HERE}/new", data=values))


async def test_one_is_set_up_changed_and_removed(
    client: httpx.AsyncClient, org: Organization, channel: str
) -> None:
    page = await added(client, channel, skip_closed="on")
    assert "报告已设好" in page.words
    assert "老板群" in page.words
    (found,) = await change.read(org.id)
    assert (found.every, found.at, found.skip_closed, found.skip_empty) == (
        "day",
        "08:30",
        True,
        False,
    )
    typed = {"channel": channel, "every": "week-2", "at": "18:00", "skip_empty": "on"}
    page = await followed(client, await client.post(f"{HERE}/{found.uid}", data=typed))
    assert "已保存" in page.words
    (found,) = await change.read(org.id)
    assert (found.every, found.weekday, found.at) == ("week", 2, "18:00")
    assert (found.skip_closed, found.skip_empty) == (False, True)
    page = await followed(client, await client.post(f"{HERE}/{found.uid}/remove"))
    assert "报告已删除" in page.words
    assert await change.read(org.id) == []


async def test_it_is_looked_at_and_sent_at_once(
    client: httpx.AsyncClient, org: Organization, channel: str
) -> None:
    await added(client, channel)
    (found,) = await change.read(org.id)
    page = Page(await client.get(f"{HERE}/{found.uid}"))
    assert "没有新留言，没有待处理的" in page.words
    assert "手动发送" in page.words
    page = await followed(client, await client.post(f"{HERE}/{found.uid}/send"))
    assert "定期报告" in page.words
    assert "没有新留言，没有待处理的" in page.words
    lists = Page(await client.get("/deliveries"))
    assert "处理情况" in lists.words
    assert "看结果" in Page(await client.get(HERE)).words
    rows = await database.values(str, "SELECT action FROM audit WHERE organization = ?", org.id)
    assert {"report.added", "report.sent"} <= set(rows)


async def test_a_channel_that_is_off_is_said(
    client: httpx.AsyncClient, org: Organization, channel: str
) -> None:
    await added(client, channel)
    (found,) = await change.read(org.id)
    await channel_settings.archive(org.id, channel, by="tests")
    page = Page(await client.get(HERE))
    assert "渠道已停用或删除，报告发不出去" in page.words
    page = await followed(client, await client.post(f"{HERE}/{found.uid}/send"))
    assert "没有发送：渠道已停用或删除" in page.words
    assert Page(await client.get(f"{HERE}/{found.uid}")).words


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"at": "25:00"}, "at"),
        ({"at": ""}, "at"),
        ({"every": "year"}, "every"),
        ({"channel": "01a20416-0000-7000-8000-000000000000"}, "channel"),
        ({"channel": ""}, "channel"),
    ],
)
async def test_what_cannot_be_is_refused_at_its_field(
    client: httpx.AsyncClient, channel: str, typed: dict[str, str], field: str
) -> None:
    values = {"channel": channel, "every": "day", "at": "08:30", **typed}
    answer = await client.post(f"{HERE}/new", data=values)
    page = Page(answer)
    assert answer.status_code == 422
    assert f"#new-{field}" in page.links()
    assert page.attributes("p", id=f"new-{field}-fault")


async def test_without_a_channel_it_leads_to_one(client: httpx.AsyncClient) -> None:
    assert "/settings/channels/new" in Page(await client.get(HERE)).links()


async def test_ten_are_enough(client: httpx.AsyncClient, channel: str) -> None:
    for _ in range(10):
        await added(client, channel)
    assert "新建报告" not in Page(await client.get(HERE)).words
    values = {"channel": channel, "every": "day", "at": "08:30"}
    assert (await client.post(f"{HERE}/new", data=values)).status_code == 422
