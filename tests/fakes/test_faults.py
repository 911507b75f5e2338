from __future__ import annotations

import asyncio
from collections.abc import Callable

import httpx
import pytest

from tests.fakes.faults import parse
from tests.fakes.vendors import FakeVendors

BODIES = {
    "wecom": {"msgtype": "text", "text": {"content": "新留言"}},
    "dingtalk": {"msgtype": "text", "text": {"content": "新留言"}},
    "feishu": {"msg_type": "text", "content": {"text": "新留言"}},
}

Send = Callable[..., "asyncio.Future[httpx.Response]"]


@pytest.fixture
def send(fakes: FakeVendors, client: httpx.AsyncClient) -> Callable[..., object]:
    fakes.add_bot("wecom", "k1")

    async def one(*faults: str, read: float = 5) -> httpx.Response:
        fakes.fault("wecom", "k1", *faults)
        url = fakes.address("wecom", "k1")
        return await client.post(url, json=BODIES["wecom"], timeout=httpx.Timeout(30, read=read))

    return one


async def test_each_call_meets_one_fault(fakes: FakeVendors, send: Send) -> None:
    first = await send("busy", "http:503:empty")
    second = await send()
    third = await send()

    assert first.json()["errcode"] == -1
    assert (second.status_code, second.content) == (503, b"")
    assert third.json()["errcode"] == 0
    assert [call.fault for call in fakes.calls()] == ["busy", "http:503:empty", None]
    assert [call.ok for call in fakes.calls()] == [False, False, True]


@pytest.mark.parametrize(
    ("vendor", "code"), [("wecom", 45009), ("dingtalk", 660026), ("feishu", 11232)]
)
async def test_every_vendor_has_its_own_words_for_too_fast(
    fakes: FakeVendors, client: httpx.AsyncClient, vendor: str, code: int
) -> None:
    url = fakes.add_bot(vendor, "t1")
    fakes.fault(vendor, "t1", "rate_limit")

    answer = (await client.post(url, json=BODIES[vendor])).json()

    assert answer.get("errcode", answer.get("code")) == code


@pytest.mark.parametrize(
    ("vendor", "fault"),
    [("wecom", "code:93008"), ("dingtalk", "code:430104"), ("feishu", "code:11247")],
)
async def test_any_code_can_be_asked_for(
    fakes: FakeVendors, client: httpx.AsyncClient, vendor: str, fault: str
) -> None:
    url = fakes.add_bot(vendor, "t1")
    fakes.fault(vendor, "t1", fault)

    await client.post(url, json=BODIES[vendor])

    assert fakes.calls()[0].code == int(fault.removeprefix("code:"))


@pytest.mark.parametrize(
    ("fault", "status", "content"),
    [
        ("http:502:html", 502, b"<!DOCTYPE html>"),
        ("http:502", 502, b"<!DOCTYPE html>"),
        ("http:200:html", 200, b"<!DOCTYPE html>"),
        ("http:200:empty", 200, b""),
        ("http:200:json", 200, b"{}"),
        ('body:{"errcode":null}', 200, b'{"errcode":null}'),
        ("body:", 200, b""),
        ("html", 200, b"<!DOCTYPE html>"),
    ],
)
async def test_something_else_may_answer(
    fakes: FakeVendors, send: Send, fault: str, status: int, content: bytes
) -> None:
    response = await send(fault)

    assert response.status_code == status
    assert response.content.startswith(content)
    assert not fakes.calls()[0].ok


@pytest.mark.parametrize(
    ("fault", "accepted"), [("timeout_before", False), ("timeout_after_accept", True)]
)
async def test_no_answer_comes(fakes: FakeVendors, send: Send, fault: str, accepted: bool) -> None:
    with pytest.raises(httpx.ReadTimeout):
        await send(fault, read=0.1)

    assert (fakes.calls()[0].ok, fakes.calls()[0].status) == (accepted, None)


@pytest.mark.parametrize(
    ("fault", "accepted"), [("reset_before", False), ("reset_after_accept", True)]
)
async def test_the_connection_is_reset(
    fakes: FakeVendors, send: Send, fault: str, accepted: bool
) -> None:
    with pytest.raises(httpx.ReadError):
        await send(fault)

    assert fakes.calls()[0].ok is accepted


@pytest.mark.parametrize(
    ("fault", "accepted"), [("close_before", False), ("close_after_accept", True), ("half", True)]
)
async def test_the_connection_is_closed(
    fakes: FakeVendors, send: Send, fault: str, accepted: bool
) -> None:
    with pytest.raises(httpx.RemoteProtocolError):
        await send(fault)

    assert fakes.calls()[0].ok is accepted


async def test_a_slow_answer_is_a_good_one(fakes: FakeVendors, send: Send) -> None:
    start = asyncio.get_running_loop().time()
    response = await send("slow:200")

    assert response.json()["errcode"] == 0
    assert asyncio.get_running_loop().time() - start >= 0.2


async def test_half_an_answer_is_not_json(fakes: FakeVendors, send: Send) -> None:
    response = await send("truncated_json")

    assert response.text == '{"errcode":0,'
    assert fakes.calls()[0].ok


@pytest.mark.parametrize("fault", ["bad_status_line", "not_http"])
async def test_an_answer_that_is_not_http(send: Send, fault: str) -> None:
    with pytest.raises(httpx.RemoteProtocolError):
        await send(fault)


async def test_a_fault_does_not_spare_a_wrong_key(
    fakes: FakeVendors, client: httpx.AsyncClient
) -> None:
    fakes.fault("wecom", "nobody", "slow:1")

    answer = await client.post(fakes.address("wecom", "nobody"), json=BODIES["wecom"])

    assert answer.json()["errcode"] == 93000


@pytest.mark.parametrize(
    "name", ["", "busy:1", "typo", "http:x", "http:200:xml", "slow:", "code:a"]
)
def test_a_fault_nobody_knows_is_refused_at_once(name: str) -> None:
    with pytest.raises(ValueError, match="no fault is called"):
        parse(name)
