from __future__ import annotations

import json
import time
from typing import Any
from urllib.parse import quote

import httpx
import pytest

from tests.fakes.bots import seal
from tests.fakes.vendors import FakeVendors

TEXT = {"msgtype": "text", "text": {"content": "新留言 #1024"}, "at": {"isAtAll": False}}
SECRET = "SEC0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
SIGN = "WQpiozR30wkuT4Uk9GqFkvkbIrImYBH44o8bXN5Wo84="
PLUS = "9/F1q+GRaTUR5/eueYHqzdaCObw3p9n7Z6Zb2ckf+JE="


def set_clock(fakes: FakeVendors, milliseconds: int) -> None:
    fakes.clock.skew = milliseconds / 1000 - time.time()


def signed(url: str, milliseconds: Any, sign: str) -> str:
    return f"{url}&timestamp={milliseconds}&sign={sign}"


def once(sign: str) -> str:
    return quote(sign, safe="")


async def said(client: httpx.AsyncClient, url: str, body: Any = TEXT) -> tuple[int, str]:
    content = body if isinstance(body, bytes) else json.dumps(body, ensure_ascii=False).encode()
    headers = {"Content-Type": "application/json; charset=utf-8"}
    response = await client.post(url, content=content, headers=headers)
    assert response.status_code == 200
    return int(response.json()["errcode"]), response.json()["errmsg"]


async def code_of(client: httpx.AsyncClient, url: str, body: Any = TEXT) -> int:
    return (await said(client, url, body))[0]


async def test_it_works(fakes: FakeVendors, client: httpx.AsyncClient) -> None:
    assert await said(client, fakes.add_bot("dingtalk", "t1")) == (0, "ok")
    assert fakes.calls("dingtalk", "t1")[0].ok


@pytest.mark.parametrize(
    ("secret", "milliseconds", "sign"),
    [
        (SECRET, 1705314600000, SIGN),
        (SECRET, 1705314600133, PLUS),
        ("this is secret", 1577262236757, "hmPWwU+7lVdm3ZZz0r9tSfx0L4Q26jWOZr9+Gs6EZQM="),
        ("SECtest", 1700000000000, "aZLLrriXgn05YbwaGR7knYsLeJADjr9NwLaNNKpxh4g="),
        ("密钥", 1705314600000, "tT7xAW+exoVEsGpjLOmQqCDin8EeGlDhUzaODRRRqOs="),
    ],
)
async def test_known_signatures_are_accepted(
    fakes: FakeVendors, client: httpx.AsyncClient, secret: str, milliseconds: int, sign: str
) -> None:
    set_clock(fakes, milliseconds)
    url = fakes.add_bot("dingtalk", "t1", secret=secret)

    assert await code_of(client, signed(url, milliseconds, once(sign))) == 0


@pytest.mark.parametrize(
    ("milliseconds", "sign"),
    [
        (1705314600000, once("snCPFPvjrHyWuHBkd/29R60ufnr86CIyRVPBNNXQQXk=")),
        (1705314600000, once(once(SIGN))),
        (1705314600133, PLUS),
        (1705314600000, ""),
    ],
    ids=["the recipe of Feishu", "encoded twice", "a raw plus is a space", "none"],
)
async def test_wrong_signatures_are_refused(
    fakes: FakeVendors, client: httpx.AsyncClient, milliseconds: int, sign: str
) -> None:
    set_clock(fakes, milliseconds)
    url = fakes.add_bot("dingtalk", "t1", secret=SECRET, errmsg="v1")

    assert await said(client, signed(url, milliseconds, sign)) == (310000, "sign not match")


@pytest.mark.parametrize("off", [-3_601_000, 3_601_000])
async def test_a_signature_lives_for_an_hour(
    fakes: FakeVendors, client: httpx.AsyncClient, off: int
) -> None:
    stamp = 1705314600000
    set_clock(fakes, stamp + off)
    url = fakes.add_bot("dingtalk", "t1", secret=SECRET, errmsg="v1")

    assert await said(client, signed(url, stamp, once(SIGN))) == (310000, "invalid timestamp")
    set_clock(fakes, stamp + off * 3599 // 3601)
    assert await code_of(client, signed(url, stamp, once(SIGN))) == 0


@pytest.mark.parametrize(
    "stamp", ["", "soon", "-1", "1705314600000.0", "１７０５３１４６０００００"]
)
async def test_a_timestamp_is_digits(
    fakes: FakeVendors, client: httpx.AsyncClient, stamp: str
) -> None:
    url = fakes.add_bot("dingtalk", "t1", secret=SECRET, errmsg="v1")

    assert await said(client, signed(url, stamp, once(SIGN))) == (310000, "invalid timestamp")


async def test_the_first_of_two_timestamps_counts(
    fakes: FakeVendors, client: httpx.AsyncClient
) -> None:
    now = round(time.time() * 1000)
    url = fakes.add_bot("dingtalk", "t1", secret=SECRET, errmsg="v1")
    fresh = once(seal(key=SECRET, message=f"{now}\n{SECRET}"))
    stale = signed(url, 1600000000000, "OLD")

    assert await said(client, signed(stale, now, fresh)) == (310000, "invalid timestamp")


async def test_an_unknown_token_is_throttled_before_it_is_looked_up(
    fakes: FakeVendors, client: httpx.AsyncClient
) -> None:
    url = fakes.address("dingtalk", "nobody")
    codes = [await code_of(client, url, b"nonsense") for _ in range(21)]

    assert codes == [300005] * 20 + [660026]


async def test_the_21st_call_blocks_for_ten_minutes(
    fakes: FakeVendors, client: httpx.AsyncClient
) -> None:
    url = fakes.add_bot("dingtalk", "t1")
    assert [await code_of(client, url) for _ in range(21)] == [0] * 20 + [660026]

    fakes.clock.advance(590)
    assert await code_of(client, url) == 660026
    fakes.clock.advance(10)
    assert await code_of(client, url) == 0


async def test_every_call_takes_a_place(fakes: FakeVendors, client: httpx.AsyncClient) -> None:
    url = fakes.add_bot("dingtalk", "t1")
    for _ in range(20):
        await code_of(client, url, {"msgtype": "html"})

    assert await code_of(client, url) == 660026


@pytest.mark.parametrize(
    ("state", "code"), [("disabled", 400102), ("removed", 400106), ("dissolved", 400013)]
)
async def test_a_robot_that_is_gone_says_how(
    fakes: FakeVendors, client: httpx.AsyncClient, state: Any, code: int
) -> None:
    assert await code_of(client, fakes.add_bot("dingtalk", "t1", state=state)) == code


async def test_get_and_a_missing_token_come_first(
    fakes: FakeVendors, client: httpx.AsyncClient
) -> None:
    got = await client.get(fakes.address("dingtalk", "nobody"))

    assert got.json()["errcode"] == 43002
    code, words = await said(client, f"{fakes.url}/robot/send")
    assert (code, "缺少参数 access_token" in words) == (40035, True)


def filled(size: int) -> bytes:
    empty = b'{"msgtype":"text","text":{"content":""},"at":{"isAtAll":false}}'
    return empty.replace(b'""', b'"' + b"a" * (size - len(empty)) + b'"')


async def test_the_limit_is_on_the_whole_body(
    fakes: FakeVendors, client: httpx.AsyncClient
) -> None:
    url = fakes.add_bot("dingtalk", "t1", errmsg="v2")

    assert await code_of(client, url, filled(20_000)) == 0
    code, words = await said(client, url, filled(20_001))
    assert (code, "20000bytes" in words) == (460101, True)


async def test_checks_come_in_the_order_of_the_service(
    fakes: FakeVendors, client: httpx.AsyncClient
) -> None:
    fakes.add_bot("dingtalk", "t1", secret=SECRET, keywords=["留言"], ip_allow=["10.0.0.0/8"])
    url, bot = fakes.address("dingtalk", "t1"), fakes.bots["dingtalk", "t1"]
    bot.dialect["errmsg"] = "v1"

    assert await code_of(client, url, filled(20_001)) == 460101
    assert (await said(client, url, b"nonsense"))[1] == "ip 127.0.0.1 not in whitelist"
    bot.ip_allow = ("127.0.0.*",)
    assert (await said(client, url, b"nonsense"))[1] == "invalid timestamp"
    now = round(time.time() * 1000)
    assert (await said(client, signed(url, now, "x"), b"nonsense"))[1] == "sign not match"
    url = signed(url, now, once(seal(key=SECRET, message=f"{now}\n{SECRET}")))
    assert (await said(client, url, b"nonsense"))[1] == "缺少参数 json"
    assert await code_of(client, url, {"msgtype": "html"}) == 400105
    no_keyword = {"msgtype": "text", "text": {"content": "违规"}}
    assert (await said(client, url, no_keyword))[1] == "keywords not in content"
    assert (
        await code_of(client, url, {"msgtype": "text", "text": {"content": "留言 违规"}}) == 430102
    )
    assert await code_of(client, url) == 0


@pytest.mark.parametrize(
    "body",
    [
        {"msgtype": "text"},
        {"msgtype": "text", "text": "hello"},
        {"msgtype": "markdown", "markdown": {"text": "no title"}},
        {"msgtype": "text", "markdown": {"title": "a", "text": "b"}},
        {"msgtype": "actionCard", "actionCard": {"title": "a", "text": "b", "singleTitle": "c"}},
        {"msgtype": "feedCard", "feedCard": {"links": [{"title": "a"}]}},
        {"msgtype": "text", "text": {"content": "a"}, "at": []},
    ],
)
async def test_a_message_lacks_what_it_needs(
    fakes: FakeVendors, client: httpx.AsyncClient, body: Any
) -> None:
    assert await code_of(client, fakes.add_bot("dingtalk", "t1"), body) == 40035


async def test_a_form_is_not_json(fakes: FakeVendors, client: httpx.AsyncClient) -> None:
    response = await client.post(fakes.add_bot("dingtalk", "t1"), data={"msgtype": "text"})

    assert response.json()["errcode"] == 43004


async def test_a_keyword_may_stand_in_any_string(
    fakes: FakeVendors, client: httpx.AsyncClient
) -> None:
    url = fakes.add_bot("dingtalk", "t1", keywords=["留言", "告警"])
    body = {"msgtype": "markdown", "markdown": {"title": "告警", "text": "x"}}

    assert await code_of(client, url, body) == 0


async def test_an_unsafe_link_is_refused(fakes: FakeVendors, client: httpx.AsyncClient) -> None:
    body = {"msgtype": "text", "text": {"content": "https://blocked.example/x"}}

    assert await code_of(client, fakes.add_bot("dingtalk", "t1"), body) == 430101


async def test_the_same_uuid_is_taken_once_and_recorded_twice(
    fakes: FakeVendors, client: httpx.AsyncClient
) -> None:
    url = fakes.add_bot("dingtalk", "t1")
    for _ in range(2):
        assert await code_of(client, url, {**TEXT, "msgUuid": "lm_1"}) == 0

    assert [call.duplicate for call in fakes.calls()] == [False, True]


@pytest.mark.parametrize(
    ("generation", "words"),
    [
        ("v1", "keywords not in content"),
        ("v1more", "keywords not in content, more: [https://ding-doc.dingtalk.com/"),
        ("v2", "description:关键词不匹配;solution:"),
        ("v3", "错误描述:关键词不匹配;解决方案:"),
    ],
)
async def test_texts_come_in_generations(
    fakes: FakeVendors, client: httpx.AsyncClient, generation: str, words: str
) -> None:
    url = fakes.add_bot("dingtalk", "t1", keywords=["告警"], errmsg=generation)

    assert (await said(client, url))[1].startswith(words)


async def test_codes_may_be_strings_and_throttling_may_look_like_a_crawler_block(
    fakes: FakeVendors, client: httpx.AsyncClient
) -> None:
    url = fakes.add_bot("dingtalk", "t1", errcode_type="str", rl_code=130101, x5=True)

    assert (await client.post(url, json=TEXT)).json() == {"errcode": "0", "errmsg": "ok"}
    fakes.fault("dingtalk", "t1", "rate_limit")
    refused = (await client.post(url, json=TEXT)).json()
    assert (refused["errcode"], refused["source"], refused["punish"]) == ("130101", "x5", "deny")


async def test_a_wall_in_front_answers_without_a_code(
    fakes: FakeVendors, client: httpx.AsyncClient
) -> None:
    for wall in ("json", "302"):
        url = fakes.add_bot("dingtalk", "t1", wall=wall)
        fakes.fault("dingtalk", "t1", "rate_limit")
        refused = await client.post(url, json=TEXT)
        assert (refused.status_code == 302) is (wall == "302")
        assert "errcode" not in refused.text
        assert ("punish" in refused.text) is (wall == "json")
