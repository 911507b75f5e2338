"""What the link in a test message opens, and the same question beside a test's answer."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest

from app import channel_settings
from app.channel_settings.read import row
from app.signed import arrival
from app.tables import Organization
from tests.fakes.vendors import FakeVendors
from tests.web.reading import Page

CHANNELS = "/settings/channels"
HTMX = {"HX-Request": "true", "HX-Request-Type": "partial"}
OURS = {"Sec-Fetch-Site": "same-origin"}


@pytest.fixture
async def fakes() -> AsyncIterator[FakeVendors]:
    async with FakeVendors() as vendors:
        yield vendors


@pytest.fixture
async def uid(org: Organization, fakes: FakeVendors) -> str:
    raw = {"type": "wecom", "webhook_url": fakes.add_bot("wecom", "k1"), "name": "销售群"}
    return await channel_settings.add(org.id, raw, by="test")


@pytest.fixture
async def link(org: Organization, uid: str) -> str:
    channel = await row(org.id, uid)
    return f"/arrived/{uid}?k={arrival.key(uid, channel.target)}"


async def received_by(org: Organization, uid: str) -> str:
    found: str = (await channel_settings.channel(org.id, uid))["health"]["received_by"]
    return found


async def test_whoever_reads_the_test_confirms_it_without_signing_in(
    visitor: httpx.AsyncClient, org: Organization, uid: str, link: str
) -> None:
    page = Page(await visitor.get(link))
    assert "销售群" in page.words

    done = await visitor.post(link, headers=OURS)

    assert "已确认收到：销售群" in Page(done).words
    assert await received_by(org, uid) == "link"


async def test_to_look_at_the_link_changes_nothing(
    visitor: httpx.AsyncClient, org: Organization, uid: str, link: str
) -> None:
    await visitor.get(link)
    await visitor.head(link)

    assert await received_by(org, uid) == ""


async def test_another_site_cannot_press_it(
    visitor: httpx.AsyncClient, org: Organization, uid: str, link: str
) -> None:
    answer = await visitor.post(link, headers={"Sec-Fetch-Site": "cross-site"})

    assert answer.status_code == 403
    assert await received_by(org, uid) == ""


@pytest.mark.parametrize("wrong", ["", "?k=", "?k=1.x", "?k=%00", "?other=1"])
async def test_a_link_that_is_over_says_what_to_do(
    visitor: httpx.AsyncClient, uid: str, wrong: str
) -> None:
    for answer in (
        await visitor.get(f"/arrived/{uid}{wrong}"),
        await visitor.post(f"/arrived/{uid}{wrong}", headers=OURS),
        await visitor.get(f"/arrived/nobody{wrong}"),
    ):
        assert answer.status_code == 404
        assert "请在后台重新发送测试" in Page(answer).words


async def test_beside_the_answer_of_a_test_is_asked_whether_it_is_seen(
    client: httpx.AsyncClient, org: Organization, uid: str
) -> None:
    tested = await client.post(f"{CHANNELS}/{uid}/test", headers=HTMX)
    assert "看到了" in Page(tested).words
    assert "平台已接受" in Page(await client.get(CHANNELS)).words

    seen = await client.post(f"{CHANNELS}/{uid}/arrived", data={"seen": "yes"}, headers=HTMX)

    assert "能收到" in Page(seen).words
    assert await received_by(org, uid) == "owner"
    assert "已确认收到" in Page(await client.get(CHANNELS)).words
    assert "已确认收到" in Page(await client.get(f"{CHANNELS}/{uid}")).words


async def test_who_does_not_see_it_is_told_where_to_look(
    client: httpx.AsyncClient, org: Organization, uid: str
) -> None:
    for headers in (HTMX, {}):
        answer = await client.post(
            f"{CHANNELS}/{uid}/arrived", data={"seen": "no"}, headers=headers
        )
        page = Page(answer)
        assert "看看垃圾箱" in page.words
        assert "重新复制地址" in page.words
    assert await received_by(org, uid) == ""


async def test_without_scripts_the_list_says_that_it_is_noted(
    client: httpx.AsyncClient, uid: str
) -> None:
    answer = await client.post(f"{CHANNELS}/{uid}/arrived", data={"seen": "yes"})

    assert answer.status_code == 303
    assert "能收到" in Page(await client.get(answer.headers["location"])).words
