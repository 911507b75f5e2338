"""The first steps of a new desk."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest

from app import channel_settings, widget
from app.brands import change as brands
from app.people import agents, sessions
from app.tables import Delivery, Message, Organization
from app.widget.seen import record
from tests.fakes.vendors import FakeVendors
from tests.web.reading import Page

START = "/start"


@pytest.fixture
async def fakes() -> AsyncIterator[FakeVendors]:
    async with FakeVendors() as vendors:
        yield vendors


async def added(client: httpx.AsyncClient, fakes: FakeVendors) -> None:
    robot = fakes.add_bot("wecom", "k1")
    answer = await client.post(f"{START}/channel", data={"pasted": robot})
    assert answer.headers["location"] == START


async def test_an_address_is_all_that_it_takes(
    client: httpx.AsyncClient, fakes: FakeVendors, org: Organization
) -> None:
    assert "还没有渠道" in Page(await client.get(START)).words

    await added(client, fakes)

    assert len(fakes.calls()) == 1
    page = Page(await client.get(START))
    assert "看到了" in page.words
    (channel,) = (await channel_settings.read(org.id))["notifications"]
    assert channel["enabled"]


async def test_who_pastes_it_twice_has_one_channel(
    client: httpx.AsyncClient, fakes: FakeVendors, org: Organization
) -> None:
    await added(client, fakes)
    await added(client, fakes)

    assert len((await channel_settings.read(org.id))["notifications"]) == 1


async def test_it_is_noted_who_saw_it(client: httpx.AsyncClient, fakes: FakeVendors) -> None:
    await added(client, fakes)
    await client.post(f"{START}/arrived", data={"seen": "yes"})

    assert "owner" in Page(await client.get(START)).words
    assert "已完成 1/8" in Page(await client.get(f"{START}/steps")).words


async def test_who_does_not_see_it_is_told_where_to_look(
    client: httpx.AsyncClient, fakes: FakeVendors
) -> None:
    await added(client, fakes)
    answer = await client.post(f"{START}/arrived", data={"seen": "no"})

    page = Page(await client.get(answer.headers["location"]))
    assert "免打扰" in page.words


async def test_a_refusal_says_what_to_do_and_leads_there(
    client: httpx.AsyncClient, fakes: FakeVendors
) -> None:
    wrong = fakes.url + "/cgi-bin/webhook/send?key=" + "1" * 20
    await client.post(f"{START}/channel", data={"pasted": wrong})

    page = Page(await client.get(START))
    assert "93000" in page.words
    assert any(link.startswith("/settings/channels/") for link in page.links())
    again = await client.post(f"{START}/test")
    assert again.status_code == 303
    assert len(fakes.calls()) == 2


async def test_too_many_tests_are_refused_in_words(
    client: httpx.AsyncClient, fakes: FakeVendors
) -> None:
    await added(client, fakes)
    answers = [await client.post(f"{START}/test") for _ in range(6)]

    assert answers[-1].status_code == 429
    assert "后可再试" in Page(answers[-1]).words or "再试" in Page(answers[-1]).words


async def test_what_is_no_address_stays_to_be_mended(client: httpx.AsyncClient) -> None:
    answer = await client.post(f"{START}/channel", data={"pasted": "不是地址"})

    assert answer.status_code == 422
    assert Page(answer).values["pasted"] == "不是地址"


async def test_a_mailbox_leads_to_its_form(client: httpx.AsyncClient) -> None:
    answer = await client.post(f"{START}/channel", data={"pasted": "support@qq.com"})

    assert answer.headers["location"] == "/settings/channels/new?kind=email"


async def test_a_test_message_goes_the_whole_way(
    client: httpx.AsyncClient, fakes: FakeVendors, org: Organization
) -> None:
    await added(client, fakes)
    for _ in range(2):
        await client.post(f"{START}/message")

    assert await Message.count() == 1
    page = Page(await client.get(START))
    assert "1 条通知发送中" in page.words
    assert any(link.startswith("/inbox/") for link in page.links())
    assert "已完成 0/8" in page.words, "stored is not told"
    await Delivery.update({Delivery.state: "sent"}).where(Delivery.organization == org.id)
    assert "已完成 1/8" in Page(await client.get(START)).words


async def test_it_is_offered_until_it_is_put_away(client: httpx.AsyncClient) -> None:
    assert START in Page(await client.get("/inbox")).links()

    await client.post(f"{START}/over")

    assert START not in Page(await client.get("/inbox")).links()
    assert (await client.get(START)).status_code == 200


async def test_only_admins_see_it(
    web: object, client: httpx.AsyncClient, org: Organization
) -> None:
    agent = await agents.create(
        org.id, email="b@shop.example", password="correct horse 9", role="agent"
    )
    client.cookies.set("sid", await sessions.start(agent, address="127.0.0.1", user_agent="t"))

    assert (await client.get(START)).status_code == 403
    assert START not in Page(await client.get("/inbox")).links()


async def test_nothing_is_done_without_a_channel(client: httpx.AsyncClient) -> None:
    for verb in ("test", "arrived"):
        assert (await client.post(f"{START}/{verb}")).status_code == 303


async def test_a_test_of_what_is_not_saved_asks_nobody_whether_it_arrived(
    client: httpx.AsyncClient, fakes: FakeVendors, org: Organization
) -> None:
    wrong = fakes.url + "/cgi-bin/webhook/send?key=" + "1" * 20
    await client.post(f"{START}/channel", data={"pasted": wrong})
    (channel,) = (await channel_settings.read(org.id))["notifications"]
    path = f"/settings/channels/{channel['uid']}"
    typed = {**Page(await client.get(path)).values, "webhook_url": fakes.add_bot("wecom", "k1")}
    await client.post(f"{path}/test-typed", data=typed)

    page = Page(await client.get(START))
    assert "看到了" not in page.words
    assert "发送测试" in page.words


async def test_the_name_of_the_shop_is_a_step_until_it_has_one(
    client: httpx.AsyncClient, org: Organization
) -> None:
    page = Page(await client.get(START))
    assert "/settings/widget#name" in page.links()
    await brands.rename(org, org.slug, "茶叶店", by="x")
    page = Page(await client.get(START))
    assert "/settings/widget#name" not in page.links()
    assert "茶叶店" in page.words


async def test_a_site_that_may_not_show_the_form_is_no_step_done(
    client: httpx.AsyncClient, org: Organization
) -> None:
    await record(org.id, "https://www.shop.example")
    assert "已装代码，但还未允许显示表单" in Page(await client.get(START)).words
    inbox = Page(await client.get("/inbox"))
    assert "https://www.shop.example 已装代码" in inbox.words
    await widget.allow(org.id, "https://www.shop.example", by="x")
    assert "已装代码" not in Page(await client.get("/inbox")).words


async def test_a_strangers_site_disturbs_nobody(
    client: httpx.AsyncClient, org: Organization
) -> None:
    await widget.allow(org.id, "https://www.shop.example", by="x")
    await record(org.id, "https://elsewhere.example.net")
    assert "已装代码" not in Page(await client.get("/inbox")).words
    await record(org.id, "https://shop.example")
    assert "https://shop.example 已装代码" in Page(await client.get("/inbox")).words
