from __future__ import annotations

import json
import time
from typing import Any

import httpx
import pytest

from tests.fakes.bots import seal
from tests.fakes.vendors import FakeVendors

TEXT = {"msg_type": "text", "content": {"text": "新留言 #1024"}}
CARD: dict[str, Any] = {
    "header": {"template": "blue", "title": {"tag": "plain_text", "content": "新留言 #1024"}},
    "elements": [
        {"tag": "div", "text": {"tag": "plain_text", "content": "我想咨询"}},
        {
            "tag": "action",
            "actions": [
                {
                    "tag": "button",
                    "text": {"tag": "plain_text", "content": "打开后台"},
                    "url": "https://console.example/1",
                }
            ],
        },
    ],
}
SECRET = "SECRETabc123"


def set_clock(fakes: FakeVendors, seconds: int) -> None:
    fakes.clock.skew = seconds - time.time()


async def said(client: httpx.AsyncClient, url: str, body: Any = TEXT) -> tuple[int, int, str]:
    content = body if isinstance(body, bytes) else json.dumps(body, ensure_ascii=False).encode()
    response = await client.post(url, content=content)
    answer = response.json()
    return response.status_code, answer["code"], answer["msg"]


async def code_of(client: httpx.AsyncClient, url: str, body: Any = TEXT) -> int:
    return (await said(client, url, body))[1]


async def test_it_works(fakes: FakeVendors, client: httpx.AsyncClient) -> None:
    response = await client.post(fakes.add_bot("feishu", "t1"), json=TEXT)

    expected = {"StatusCode": 0, "StatusMessage": "success", "code": 0, "data": {}}
    assert response.json() == {**expected, "msg": "success"}
    assert fakes.calls("feishu", "t1")[0].ok


@pytest.mark.parametrize(
    ("secret", "seconds", "sign"),
    [
        ("demo", 100, "jquNHnVOwmDRfw+vqTIrY5dooJAgi5EcRtLsQE4wfXg="),
        ("demo", 1599360473, "l1N0gAcBjdwBvGm1xMjOF0XSyaLRpR7tuO5dHfhAYc8="),
        ("mysecret", 1700000000, "Jp33/xXhCipDEpjyHvEyc7mRSyXWHbNz6J8+C3qQKNo="),
        (SECRET, 1705314600, "gpM2EttdzRXRIqPrCjeFx+HYWo5tl4SpAjSYUtq0BqY="),
        (SECRET, 1705314678, "5Xw6JfaG7Q8oIjfiG/cj/uZrGRqlZK+d/oAyKx+Hxfw="),
        ("密钥", 1705314600, "dWEMvOJTNfX+s3YPWj8miIPBVkwSzTfUH9CGfOtGafM="),
    ],
)
async def test_known_signatures_are_accepted(
    fakes: FakeVendors, client: httpx.AsyncClient, secret: str, seconds: int, sign: str
) -> None:
    set_clock(fakes, seconds)
    url = fakes.add_bot("feishu", "t1", secret=secret)

    assert await code_of(client, url, {"timestamp": str(seconds), "sign": sign, **TEXT}) == 0


@pytest.mark.parametrize(
    ("stamp", "sign"),
    [
        ("1705314600", "3ktK9Xj361ZI6WGhQ2iE9lHifMHxkZFH8SxCtljLHhk="),
        ("1705314600000", "JPzMbBeRfSzSPJW9JZKeAH9HrxFLxScxob+s/o8KIGA="),
        (1705314600, "gpM2EttdzRXRIqPrCjeFx+HYWo5tl4SpAjSYUtq0BqY="),
        ("1705314600", "gpM2EttdzRXRIqPrCjeFx%2BHYWo5tl4SpAjSYUtq0BqY%3D"),
        ("1705314600", None),
        (None, "gpM2EttdzRXRIqPrCjeFx+HYWo5tl4SpAjSYUtq0BqY="),
    ],
    ids=["the recipe of DingTalk", "milliseconds", "a number", "encoded", "no sign", "no time"],
)
async def test_wrong_signatures_are_refused(
    fakes: FakeVendors, client: httpx.AsyncClient, stamp: Any, sign: Any
) -> None:
    set_clock(fakes, 1705314600)
    url = fakes.add_bot("feishu", "t1", secret=SECRET)

    assert await code_of(client, url, {"timestamp": stamp, "sign": sign, **TEXT}) == 19021


@pytest.mark.parametrize(("off", "code"), [(3599, 0), (-3599, 0), (3602, 19021), (-3602, 19021)])
async def test_a_signature_lives_for_an_hour(
    fakes: FakeVendors, client: httpx.AsyncClient, off: int, code: int
) -> None:
    set_clock(fakes, 1705314600 + off)
    url = fakes.add_bot("feishu", "t1", secret=SECRET)
    sign = seal(key=f"1705314600\n{SECRET}", message="")

    assert await code_of(client, url, {"timestamp": "1705314600", "sign": sign, **TEXT}) == code


async def test_checks_come_in_the_order_of_the_service(
    fakes: FakeVendors, client: httpx.AsyncClient
) -> None:
    url = fakes.add_bot("feishu", "t1", secret=SECRET, keywords=["留言"], ip_allow=["10.1.2.3"])
    bot = fakes.bots["feishu", "t1"]
    now = str(round(time.time()))
    proof = {"timestamp": now, "sign": seal(key=f"{now}\n{SECRET}", message="")}

    assert await code_of(client, fakes.address("feishu", "nobody"), b"nonsense") == 19001
    assert await said(client, url, b"nonsense") == (400, 9499, "Bad Request")
    assert await code_of(client, url, {"a": "a" * 20_480}) == 9499
    assert (await said(client, url, {}))[1:] == (19002, "params error, msg_type need")
    assert await code_of(client, url, {"msg_type": "text"}) == 19022
    bot.ip_allow = ("127.0.0.1/32",)
    assert await code_of(client, url, {"msg_type": "text"}) == 19021
    assert await code_of(client, url, {**proof, "msg_type": "text"}) == 19024
    wrong_shape = {**proof, "msg_type": "text", "content": {"txt": "留言"}}
    assert await said(client, url, wrong_shape) == (400, 9499, "Bad Request")
    assert await code_of(client, url, {**proof, **TEXT}) == 0


@pytest.mark.parametrize(
    ("state", "code"), [("disabled", 19007), ("removed", 19001), ("dissolved", 19001)]
)
async def test_a_bot_that_is_gone_says_how(
    fakes: FakeVendors, client: httpx.AsyncClient, state: Any, code: int
) -> None:
    assert await code_of(client, fakes.add_bot("feishu", "t1", state=state), b"nonsense") == code


@pytest.mark.parametrize(
    ("size", "limit", "refusal"),
    [("20k", 20_480, (400, 9499)), ("30k", 30_720, (200, 19036)), ("live", 153_600, (200, 19036))],
)
async def test_the_limit_is_on_the_whole_body(
    fakes: FakeVendors,
    client: httpx.AsyncClient,
    size: str,
    limit: int,
    refusal: tuple[int, int],
) -> None:
    url = fakes.add_bot("feishu", "t1", size=size)
    empty = b'{"msg_type":"text","content":{"text":""}}'
    fitting = empty.replace(b'""', b'"' + b"a" * (limit - len(empty)) + b'"')

    assert await code_of(client, url, fitting) == 0
    assert (await said(client, url, fitting + b" "))[:2] == refusal


@pytest.mark.parametrize(
    "message",
    [
        {"msg_type": "text", "content": {"text": ""}},
        {"msg_type": "text", "content": "新留言"},
        {"msg_type": "html", "content": {"text": "a"}},
        {"msg_type": "post", "content": {"post": {}}},
        {"msg_type": "post", "content": {"post": {"zh_cn": {"content": [{"tag": "text"}]}}}},
        {"msg_type": "post", "content": {"post": {"zh_cn": {"content": [[{"tag": "b"}]]}}}},
        {"msg_type": "post", "content": {"post": {"zh_cn": {"content": [[{"tag": "a"}]]}}}},
    ],
)
async def test_a_text_or_post_of_the_wrong_shape_is_refused(
    fakes: FakeVendors, client: httpx.AsyncClient, message: Any
) -> None:
    answer = await said(client, fakes.add_bot("feishu", "t1"), message)

    assert answer == (400, 9499, "Bad Request")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"header": {"title": "新留言"}}, "200621"),
        ({"header": "新留言"}, "200621"),
        ({"colour": "blue"}, "unknown property colour"),
        ({"elements": []}, "no elements"),
        ({"elements": [{"tag": "divider"}]}, "11310; ErrMsg: unsupported type of block"),
        ({"elements": [{"tag": "div", "text": "我想咨询"}]}, "200621"),
        ({"elements": [{"tag": "div"}]}, "neither text nor fields"),
        ({"elements": [{"tag": "markdown"}]}, "no content"),
        ({"elements": [{"tag": "action", "actions": []}]}, "must be a button"),
        ({"elements": [{"tag": "hr", "size": 1}]}, "unknown property size"),
        ({"schema": "2.0"}, "unknown property elements"),
    ],
)
async def test_one_wrong_property_refuses_the_card(
    fakes: FakeVendors, client: httpx.AsyncClient, change: dict[str, Any], words: str
) -> None:
    url = fakes.add_bot("feishu", "t1")

    assert await code_of(client, url, {"msg_type": "interactive", "card": CARD}) == 0
    broken = {"msg_type": "interactive", "card": {**CARD, **change}}
    status, code, text = await said(client, url, broken)
    assert (status, code, words in text) == (200, 11246, True)


async def test_a_card_of_the_second_schema_is_taken(
    fakes: FakeVendors, client: httpx.AsyncClient
) -> None:
    button = {**CARD["elements"][1]["actions"][0], "element_id": "open"}
    body = {"elements": [CARD["elements"][0], button]}
    card = {"schema": "2.0", "header": CARD["header"], "body": body}
    message = {"msg_type": "interactive", "card": card}

    assert await code_of(client, fakes.add_bot("feishu", "t1"), message) == 0


async def test_a_group_may_forbid_to_call_everybody(
    fakes: FakeVendors, client: httpx.AsyncClient
) -> None:
    url = fakes.add_bot("feishu", "t1", allow_at_all=False)
    loud = {"msg_type": "text", "content": {"text": '<at user_id="all">所有人</at> 新留言'}}

    assert await code_of(client, url, loud) == 11235
    assert await code_of(client, url) == 0


async def test_five_in_a_second_and_a_hundred_in_a_minute(
    fakes: FakeVendors, client: httpx.AsyncClient
) -> None:
    url = fakes.add_bot("feishu", "t1")
    assert [await code_of(client, url) for _ in range(6)] == [0] * 5 + [11232]

    for _ in range(19):
        fakes.clock.advance(1)
        assert [await code_of(client, url) for _ in range(5)] == [0] * 5
    fakes.clock.advance(1)
    assert await code_of(client, url) == 11232
    fakes.clock.advance(60)
    assert await code_of(client, url) == 0


@pytest.mark.parametrize(
    ("dialect", "answer"),
    [("11232", (200, 11232)), ("9499", (400, 9499)), ("429", (429, 99991400))],
)
async def test_throttling_has_dialects(
    fakes: FakeVendors, client: httpx.AsyncClient, dialect: str, answer: tuple[int, int]
) -> None:
    url = fakes.add_bot("feishu", "t1", rl=dialect)
    fakes.fault("feishu", "t1", "rate_limit")

    response = await client.post(url, json=TEXT)

    assert (response.status_code, response.json()["code"]) == answer
    assert ("x-ogw-ratelimit-reset" in response.headers) is (dialect == "429")


async def test_old_bots_answer_only_with_the_status(
    fakes: FakeVendors, client: httpx.AsyncClient
) -> None:
    url = fakes.add_bot("feishu", "t1", legacy_status_only=True)

    answer = (await client.post(url, json=TEXT)).json()

    assert answer == {"StatusCode": 0, "StatusMessage": "success"}


async def test_a_status_of_zero_may_stand_beside_an_error(
    fakes: FakeVendors, client: httpx.AsyncClient
) -> None:
    url = fakes.add_bot("feishu", "t1", status_zero_with_error=True)

    answer = (await client.post(url, json={})).json()

    assert (answer["StatusCode"], answer["code"]) == (0, 19002)


async def test_a_trailing_slash_is_another_address(
    fakes: FakeVendors, client: httpx.AsyncClient
) -> None:
    assert (await client.post(fakes.add_bot("feishu", "t1") + "/", json=TEXT)).status_code == 404
