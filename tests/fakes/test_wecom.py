from __future__ import annotations

import base64
import hashlib
from typing import Any

import httpx
import pytest

from tests.fakes.vendors import FakeVendors

TEXT = {"msgtype": "text", "text": {"content": "新留言 #1024"}}
CARD = {
    "card_type": "text_notice",
    "main_title": {"title": "新留言 #1024"},
    "jump_list": [{"type": 1, "title": "打开后台", "url": "https://console.example/1"}],
    "card_action": {"type": 1, "url": "https://console.example/1"},
}


async def code_of(client: httpx.AsyncClient, url: str, body: Any) -> int:
    content = body if isinstance(body, bytes) else None
    response = await client.post(url, content=content, json=None if content else body)
    assert response.status_code == 200
    return int(response.json()["errcode"])


async def test_it_works(fakes: FakeVendors, client: httpx.AsyncClient) -> None:
    response = await client.post(fakes.add_bot("wecom", "k1"), json=TEXT)

    assert response.json() == {"errcode": 0, "errmsg": "ok"}
    assert [call.ok for call in fakes.calls("wecom", "k1")] == [True]


async def test_a_trailing_slash_is_the_same_address(
    fakes: FakeVendors, client: httpx.AsyncClient
) -> None:
    url = fakes.add_bot("wecom", "k1").replace("/send?", "/send/?")

    assert await code_of(client, url, TEXT) == 0


async def test_refusals_carry_the_tail_that_names_our_address(
    fakes: FakeVendors, client: httpx.AsyncClient
) -> None:
    response = await client.post(fakes.address("wecom", "nobody"), json=TEXT)

    assert response.status_code == 200
    message = response.json()["errmsg"]
    assert message.startswith("invalid webhook url, hint: [")
    assert "from ip: 127.0.0.1, more info at https://open.work.weixin.qq.com/" in message
    assert message.endswith("?e=93000")


@pytest.mark.parametrize(
    ("state", "code"), [("removed", 93000), ("disabled", 93004), ("dissolved", 93008)]
)
async def test_a_bot_that_is_gone_says_how(
    fakes: FakeVendors, client: httpx.AsyncClient, state: Any, code: int
) -> None:
    assert await code_of(client, fakes.add_bot("wecom", "k1", state=state), TEXT) == code


async def test_get_is_not_allowed(fakes: FakeVendors, client: httpx.AsyncClient) -> None:
    assert (await client.get(fakes.add_bot("wecom", "k1"))).status_code == 405


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", 40058),
        (b"[1]", 40058),
        (b'"text"', 40058),
        ("\ufeff{}".encode("utf-16"), 40058),
        ({}, 40008),
        ({"msgtype": "html"}, 40008),
        ({"msgtype": ["text"]}, 40008),
        ({"msgtype": "text"}, 44004),
        ({"msgtype": "text", "text": {}}, 44004),
        ({"msgtype": "text", "text": {"content": " \n"}}, 44004),
        ({"msgtype": "text", "text": {"content": 5}}, 40058),
        ({"msgtype": "text", "text": "hello"}, 40058),
        ({"msgtype": "text", "text": {"content": "a", "mentioned_list": "@all"}}, 40058),
        ({"msgtype": "news", "news": {"articles": []}}, 44004),
        ({"msgtype": "news", "news": {"articles": [{"title": "a"}]}}, 40058),
        ({"msgtype": "file", "file": {"name": "a"}}, 40058),
    ],
)
async def test_what_cannot_be_read_is_refused(
    fakes: FakeVendors, client: httpx.AsyncClient, body: Any, code: int
) -> None:
    assert await code_of(client, fakes.add_bot("wecom", "k1"), body) == code


@pytest.mark.parametrize(
    ("kind", "limit"), [("text", 2048), ("markdown", 4096), ("markdown_v2", 4096)]
)
async def test_limits_count_bytes(
    fakes: FakeVendors, client: httpx.AsyncClient, kind: str, limit: int
) -> None:
    url = fakes.add_bot("wecom", "k1")
    fitting = "中" * (limit // 3) + "a" * (limit % 3)

    assert await code_of(client, url, {"msgtype": kind, kind: {"content": fitting}}) == 0
    response = await client.post(url, json={"msgtype": kind, kind: {"content": fitting + "a"}})

    assert response.json()["errcode"] == 40058
    assert response.json()["errmsg"].startswith(f"{kind}.content exceed max length {limit}")


async def test_the_text_limit_has_a_dialect(fakes: FakeVendors, client: httpx.AsyncClient) -> None:
    url = fakes.add_bot("wecom", "k1", text_limit=5120)

    assert await code_of(client, url, {"msgtype": "text", "text": {"content": "a" * 5120}}) == 0
    assert await code_of(client, url, {"msgtype": "text", "text": {"content": "a" * 5121}}) == 40058


@pytest.mark.parametrize(
    "change",
    [
        {"card_type": "other"},
        {"main_title": {}},
        {"main_title": "新留言"},
        {"card_action": None},
        {"card_action": {"type": 1}},
        {"card_action": {"type": 2}},
        {"jump_list": [{"type": 1, "title": "打开"}]},
        {"jump_list": [{"type": 0, "title": "a"}] * 4},
        {"horizontal_content_list": [{"keyname": "a", "value": "b"}] * 7},
        {"horizontal_content_list": [{"value": "b"}]},
        {"card_type": "news_notice"},
    ],
)
async def test_a_card_lacks_what_it_needs(
    fakes: FakeVendors, client: httpx.AsyncClient, change: dict[str, Any]
) -> None:
    url = fakes.add_bot("wecom", "k1")

    assert await code_of(client, url, {"msgtype": "template_card", "template_card": CARD}) == 0
    broken = {"msgtype": "template_card", "template_card": {**CARD, **change}}
    assert await code_of(client, url, broken) == 40058


async def test_a_picture_must_match_its_checksum(
    fakes: FakeVendors, client: httpx.AsyncClient
) -> None:
    url, picture = fakes.add_bot("wecom", "k1"), b"not really a picture"
    image = {"base64": base64.b64encode(picture).decode(), "md5": hashlib.md5(picture).hexdigest()}

    assert await code_of(client, url, {"msgtype": "image", "image": image}) == 0
    wrong = {**image, "md5": "0" * 32}
    assert await code_of(client, url, {"msgtype": "image", "image": wrong}) == 40058


async def test_the_21st_in_a_minute_is_refused(
    fakes: FakeVendors, client: httpx.AsyncClient
) -> None:
    url = fakes.add_bot("wecom", "k1")
    codes = [await code_of(client, url, TEXT) for _ in range(21)]

    assert codes == [0] * 20 + [45009]
    fakes.clock.advance(60)
    assert await code_of(client, url, TEXT) == 0


async def test_refused_calls_take_no_place(fakes: FakeVendors, client: httpx.AsyncClient) -> None:
    url = fakes.add_bot("wecom", "k1")
    for _ in range(30):
        await code_of(client, url, {"msgtype": "html"})

    assert await code_of(client, url, TEXT) == 0


async def test_the_key_is_checked_before_the_body_and_the_body_before_the_rate(
    fakes: FakeVendors, client: httpx.AsyncClient
) -> None:
    url = fakes.add_bot("wecom", "k1")
    for _ in range(20):
        await code_of(client, url, TEXT)

    assert await code_of(client, fakes.address("wecom", "nobody"), b"nonsense") == 93000
    assert await code_of(client, url, b"nonsense") == 40058
    assert await code_of(client, url, TEXT) == 45009


def test_such_a_bot_has_no_secret_to_set() -> None:
    with pytest.raises(ValueError, match="its key is all"):
        FakeVendors().add_bot("wecom", "k1", secret="SEC")
