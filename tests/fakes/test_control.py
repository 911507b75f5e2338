from __future__ import annotations

import asyncio
import base64
from typing import Any

import httpx
import pytest

from tests.fakes.mail import FakeMail
from tests.fakes.vendors import FakeVendors

TEXT = {"msgtype": "text", "text": {"content": "新留言 <@all>"}}


async def tell(client: httpx.AsyncClient, fakes: FakeVendors, what: str, **wish: Any) -> Any:
    response = await client.post(f"{fakes.url}/_fake/{what}", json=wish)
    assert response.status_code == 200, response.text
    return response.json()


async def test_a_bot_is_registered_from_outside(
    fakes: FakeVendors, client: httpx.AsyncClient
) -> None:
    made = await tell(
        client, fakes, "bots", vendor="wecom", token="k1", dialect={"text_limit": 5120}
    )

    assert made["url"] == f"{fakes.url}/cgi-bin/webhook/send?key=k1"
    assert (await client.post(made["url"], json=TEXT)).json()["errcode"] == 0


async def test_a_bot_without_any_settings_is_still_registered(
    fakes: FakeVendors, client: httpx.AsyncClient
) -> None:
    empty: dict[str, Any] = {"secret": None, "keywords": [], "ip_allow": [], "dialect": {}}
    made = await tell(client, fakes, "bots", vendor="feishu", token="t1", state="ok", **empty)

    answer = await client.post(made["url"], json={"msg_type": "text", "content": {"text": "a"}})

    assert answer.json()["code"] == 0


async def test_messages_tell_all_that_is_known(
    fakes: FakeVendors, client: httpx.AsyncClient
) -> None:
    await client.post(fakes.add_bot("wecom", "k1"), json=TEXT, headers={"X-Own": "1"})
    await client.post(fakes.address("wecom", "nobody"), json=TEXT)

    found = (await client.get(f"{fakes.url}/_fake/messages?vendor=wecom")).json()

    assert [(one["token"], one["ok"], one["code"]) for one in found] == [
        ("k1", True, 0),
        ("nobody", False, 93000),
    ]
    assert (found[0]["mentions"], found[0]["links"], found[0]["status"]) == (["all"], [], 200)
    assert base64.b64decode(found[0]["raw"]) == fakes.calls()[0].raw
    assert found[0]["parsed"] == TEXT
    assert ["X-Own", "1"] in found[0]["headers"]


async def test_messages_can_be_asked_for_by_bot_and_place(
    fakes: FakeVendors, client: httpx.AsyncClient
) -> None:
    for token in ("a", "b", "b"):
        await client.post(fakes.address("wecom", token), json=TEXT)

    url = f"{fakes.url}/_fake/messages?vendor=wecom&token=b&after=2"

    assert [one["number"] for one in (await client.get(url)).json()] == [3]


async def test_faults_the_clock_and_hooks_work_from_outside(
    fakes: FakeVendors, client: httpx.AsyncClient
) -> None:
    url = fakes.add_bot("wecom", "k1")
    await tell(client, fakes, "faults", vendor="wecom", token="k1", next=["busy"])
    hook = await tell(client, fakes, "hooks", name="h1", answers=[503, {"status": 204}])
    before = fakes.clock.time()

    assert (await client.post(url, json=TEXT)).json()["errcode"] == -1
    assert (await client.post(hook["url"], headers={"webhook-id": "a"})).status_code == 503
    await tell(client, fakes, "clock", advance=61, skew=-4000)
    assert -3941 <= fakes.clock.time() - before < -3930
    report = (await client.get(f"{fakes.url}/_fake/hooks?name=h1")).json()
    assert report["a"]["attempts"] == 1


async def test_reset_forgets_everything(fakes: FakeVendors, client: httpx.AsyncClient) -> None:
    url = fakes.add_bot("wecom", "k1")
    fakes.fault("wecom", "k1", "busy")
    fakes.clock.advance(100)
    await client.post(fakes.add_hook("h1"))

    await tell(client, fakes, "reset")

    assert (fakes.calls(), fakes.clock.offset) == ([], 0.0)
    assert (await client.post(url, json=TEXT)).json()["errcode"] == 93000
    assert (await client.post(fakes.address("hook", "h1"))).status_code == 404


@pytest.mark.parametrize(
    ("what", "wish"),
    [
        ("bots", {"vendor": "slack", "token": "a"}),
        ("bots", {"vendor": "wecom"}),
        ("bots", {"vendor": "wecom", "token": "a", "state": "tired"}),
        ("bots", {"vendor": "wecom", "token": "a", "dialect": {"size": "20k"}}),
        ("bots", {"vendor": "wecom", "token": "a", "colour": "red"}),
        ("faults", {"vendor": "wecom", "token": "a", "next": ["typo"]}),
        ("faults", {"vendor": "hook", "token": "a", "next": ["busy"]}),
        ("clock", {"advance": -1}),
        ("clock", {"forward": 1}),
    ],
)
async def test_a_wish_that_makes_no_sense_is_refused(
    fakes: FakeVendors, client: httpx.AsyncClient, what: str, wish: dict[str, Any]
) -> None:
    response = await client.post(f"{fakes.url}/_fake/{what}", json=wish)

    assert response.status_code == 400
    assert response.json()["error"]


async def test_the_demo_has_bots_and_keeps_them_after_a_reset(client: httpx.AsyncClient) -> None:
    async with FakeVendors(demo=True) as fakes:
        await tell(client, fakes, "reset")

        vendors = ("wecom", "wecom_app", "dingtalk", "feishu")
        assert {*fakes.bots} == {(vendor, "demo") for vendor in vendors}
        assert (await client.post(fakes.address("hook", "demo"), json={})).status_code == 200


async def test_the_page_shows_what_came_newest_first(client: httpx.AsyncClient) -> None:
    async with FakeVendors(demo=True) as fakes:
        for words in ("第一条", "第二条"):
            body = {"msgtype": "text", "text": {"content": words}}
            await client.post(fakes.address("wecom", "demo"), json=body)
        response = await client.get(f"{fakes.url}/")

    assert response.headers["content-type"] == "text/html; charset=utf-8"
    assert response.text.index("第二条") < response.text.index("第一条")
    assert 'http-equiv="refresh"' in response.text
    assert "<script" not in response.text


async def test_the_page_shows_visitors_words_as_words(client: httpx.AsyncClient) -> None:
    evil = "</p><script>alert(1)</script><img src=x>"
    async with FakeVendors(demo=True) as fakes:
        body = {"msg_type": "text", "content": {"text": evil}}
        await client.post(fakes.address("feishu", "demo"), json=body)
        await client.post(f"{fakes.url}/{evil}", content=evil.encode())
        page = (await client.get(f"{fakes.url}/")).text

    assert "<script" not in page
    assert "<img" not in page
    assert "&lt;script&gt;alert(1)" in page


async def test_links_of_a_notice_can_be_followed(client: httpx.AsyncClient) -> None:
    async with FakeVendors(demo=True) as fakes:
        said = "[认领](http://localhost:8080/t/a) 看 https://shop.example/?a=1&b=2，好"
        body = {"msgtype": "markdown", "markdown": {"content": said}}
        await client.post(fakes.address("wecom", "demo"), json=body)
        page = (await client.get(f"{fakes.url}/")).text
    assert 'href="http://localhost:8080/t/a" target="_blank" rel="noreferrer">认领</a>' in page
    assert 'href="https://shop.example/?a=1&amp;b=2"' in page


async def test_the_page_speaks_english_and_can_stand_still(client: httpx.AsyncClient) -> None:
    async with FakeVendors() as fakes:
        page = await client.get(f"{fakes.url}/?hold", headers={"Accept-Language": "en-GB,en"})

    assert "Nothing has arrived yet." in page.text
    assert "http-equiv" not in page.text


async def test_the_page_shows_letters(
    fakes: FakeVendors, mail: FakeMail, client: httpx.AsyncClient
) -> None:
    fakes.mail = mail
    _, writer = await conversation(mail)
    await mail.arrived(1)
    writer.close()

    assert "你好" in (await client.get(f"{fakes.url}/")).text
    letters = (await client.get(f"{fakes.url}/_fake/letters")).json()
    assert [one["recipients"] for one in letters] == [["ok@example.com"]]


async def conversation(mail: FakeMail) -> Any:
    reader, writer = await asyncio.open_connection(mail.host, mail.port("plain-noauth"))
    for line in (
        "HELO me",
        "MAIL FROM:<a@example.com>",
        "RCPT TO:<ok@example.com>",
        "DATA",
        "Subject: x\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n你好\r\n.",
    ):
        await reader.readline()
        writer.write(f"{line}\r\n".encode())
    await reader.readline()
    return reader, writer
