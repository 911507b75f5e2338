from __future__ import annotations

import asyncio
import datetime as dt
import time
import zlib

import httpx
import pytest
from standardwebhooks import Webhook

from tests.fakes import tls
from tests.fakes.vendors import FakeVendors
from tests.processes import TLS

SECRET = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
MESSAGE_ID = "msg_01HM6Z3V0W8YQK4T2N5R7J9XBC"
STAMP = 1705314600
SIGN = "v1,DeWhmTUpfPfA4PxCic0QrgUBhw5u2ZXtAzS3lr79yxg="
OLD_SIGN = "v1,GTGKKtkO1GYr4NYsS7WfZ8VD1fS8CyJJYBEnHyq8XUw="
BODY = (
    '{"type":"leave_message","timestamp":"2024-01-15T10:30:00Z","visitor":{"name":"张三",'
    '"phone":"13800138000","email":"zhangsan@example.com","ip":"192.168.1.100"},'
    '"message":{"content":"我想咨询一下产品价格","category":"产品咨询"},"source":"web_chat"}'
).encode()


def signed(sign: str, *, stamp: int = STAMP, webhook_id: str = MESSAGE_ID) -> dict[str, str]:
    return {
        "webhook-id": webhook_id,
        "webhook-timestamp": str(stamp),
        "webhook-signature": sign,
    }


async def verdict_on(
    fakes: FakeVendors, headers: dict[str, str], body: bytes = BODY
) -> bool | None:
    url = fakes.add_hook("h1", secret=SECRET)
    async with httpx.AsyncClient(verify=TLS) as client:
        await client.post(url, content=body, headers=headers)
    return fakes.calls("hook", "h1")[-1].signature_ok


async def test_it_works(fakes: FakeVendors, client: httpx.AsyncClient) -> None:
    response = await client.put(fakes.add_hook("h1"), content=BODY, headers={"X-Own": "1"})

    assert response.status_code == 200
    call = fakes.calls("hook", "h1")[0]
    assert (call.ok, call.method, call.raw, call.signature_ok) == (True, "PUT", BODY, None)
    assert call.header("x-own") == "1"
    assert call.parsed["visitor"]["name"] == "张三"


async def test_a_known_signature_is_accepted(fakes: FakeVendors) -> None:
    fakes.clock.skew = STAMP - time.time()

    assert await verdict_on(fakes, signed(SIGN)) is True
    assert await verdict_on(fakes, signed(f"{OLD_SIGN} {SIGN}")) is True


@pytest.mark.parametrize(
    ("sign", "body"),
    [
        (OLD_SIGN, BODY),
        (SIGN, BODY + b" "),
        (SIGN.replace("v1,", "v2,"), BODY),
        (SIGN.removeprefix("v1,"), BODY),
        ("", BODY),
        (SIGN, b"\xff"),
    ],
)
async def test_a_wrong_signature_is_noticed(fakes: FakeVendors, sign: str, body: bytes) -> None:
    fakes.clock.skew = STAMP - time.time()

    assert await verdict_on(fakes, signed(sign), body) is False


@pytest.mark.parametrize("off", [-301, 301])
async def test_a_signature_lives_for_five_minutes(fakes: FakeVendors, off: int) -> None:
    fakes.clock.skew = STAMP + off - time.time()
    assert await verdict_on(fakes, signed(SIGN)) is False

    fakes.clock.skew = STAMP + off * 299 // 301 - time.time()
    assert await verdict_on(fakes, signed(SIGN)) is True


async def test_headers_that_are_missing_are_a_wrong_signature(fakes: FakeVendors) -> None:
    assert await verdict_on(fakes, {}) is False


async def test_the_reference_library_agrees(fakes: FakeVendors) -> None:
    now = dt.datetime.now(dt.UTC)
    headers = signed(
        Webhook(SECRET).sign(MESSAGE_ID, now, BODY.decode()), stamp=int(now.timestamp())
    )

    Webhook(SECRET).verify(BODY, headers)
    assert await verdict_on(fakes, headers) is True


async def test_attempts_are_grouped_by_their_id(
    fakes: FakeVendors, client: httpx.AsyncClient
) -> None:
    url = fakes.add_hook("h1", [500, 500, 200])
    statuses = []
    for stamp, name, body in [(1, "a", b"x"), (2, "a", b"x"), (3, "b", b"x"), (3, "b", b"y")]:
        headers = signed("v1,", stamp=stamp, webhook_id=name)
        statuses.append((await client.post(url, content=body, headers=headers)).status_code)

    assert statuses == [500, 500, 200, 200]
    report = fakes.hook_report("h1")
    assert (report["a"].attempts, report["a"].distinct_timestamps) == (2, 2)
    assert (report["a"].bodies_identical, report["b"].bodies_identical) == (True, False)
    assert report["b"].distinct_timestamps == 1


async def test_an_unknown_receiver_is_not_found(
    fakes: FakeVendors, client: httpx.AsyncClient
) -> None:
    assert (await client.post(f"{fakes.url}/hook/nobody")).status_code == 404
    assert not fakes.calls("hook", "nobody")[0].ok


async def test_answers_carry_status_headers_and_body(
    fakes: FakeVendors, client: httpx.AsyncClient
) -> None:
    script = {"status": 429, "headers": {"Retry-After": "2"}, "body": {"wait": "好"}}
    response = await client.post(fakes.add_hook("h1", [script]))

    assert (response.status_code, response.headers["retry-after"]) == (429, "2")
    assert response.json() == {"wait": "好"}


async def test_a_redirect_to_itself_can_be_followed_for_ever(fakes: FakeVendors) -> None:
    url = fakes.add_hook("h1", [{"status": 302, "headers": {"Location": "/hook/h1"}}])

    async with httpx.AsyncClient(follow_redirects=True, max_redirects=3) as client:
        with pytest.raises(httpx.TooManyRedirects):
            await client.get(url)


@pytest.mark.parametrize("name", ["hang_before", "hang_after"])
async def test_a_receiver_that_never_answers(
    fakes: FakeVendors, client: httpx.AsyncClient, name: str
) -> None:
    patience = httpx.Timeout(30, read=0.1)

    with pytest.raises(httpx.ReadTimeout):
        await client.post(fakes.add_hook("h1", [name]), content=BODY, timeout=patience)

    assert fakes.calls()[0].raw == (b"" if name == "hang_before" else BODY)


async def test_a_receiver_that_does_not_read_lets_a_long_body_wait(
    fakes: FakeVendors, client: httpx.AsyncClient
) -> None:
    with pytest.raises(httpx.WriteTimeout):
        await client.post(
            fakes.add_hook("h1", ["hang_before"]),
            content=bytes(32_000_000),
            timeout=httpx.Timeout(30, write=0.3),
        )


@pytest.mark.parametrize("script", ["reset", {"reset": True}, "reset_midway"])
async def test_a_receiver_that_resets(
    fakes: FakeVendors, client: httpx.AsyncClient, script: str
) -> None:
    with pytest.raises(httpx.ReadError):
        await client.post(fakes.add_hook("h1", [script]), content=BODY)


async def test_a_dripping_answer_keeps_a_read_timeout_from_ending(
    fakes: FakeVendors, client: httpx.AsyncClient
) -> None:
    url = fakes.add_hook("h1", [{"drip": 0.2, "body": "0123456789"}])
    start = time.monotonic()

    assert (await client.post(url, timeout=httpx.Timeout(30, read=1.0))).text == "0123456789"
    assert time.monotonic() - start > 1.6


async def test_a_hundred_megabytes_cost_the_fake_nothing(
    fakes: FakeVendors, client: httpx.AsyncClient
) -> None:
    async with client.stream("POST", fakes.add_hook("h1", ["big"])) as response:
        assert response.headers["content-length"] == str(100 * 1024 * 1024)
        async for _ in response.aiter_raw():
            break


async def test_a_bomb_is_small_on_the_wire(fakes: FakeVendors, client: httpx.AsyncClient) -> None:
    async with client.stream("POST", fakes.add_hook("h1", ["gzip_bomb"])) as response:
        raw = b"".join([part async for part in response.aiter_raw()])

    assert len(raw) < 200_000
    assert len(zlib.decompress(raw, 31)) == 100 * 1024 * 1024


@pytest.mark.parametrize(
    "script", ["nothing", {"statu": 200}, {"hang": "sometimes"}], ids=["name", "key", "value"]
)
def test_a_script_nobody_knows_is_refused_at_once(script: str) -> None:
    with pytest.raises(ValueError, match=r"no answer|has no|hang is"):
        FakeVendors().add_hook("h1", [script])


async def test_a_stranger_s_certificate_is_refused() -> None:
    async with FakeVendors(tls=tls.stranger_context()) as fakes:
        async with httpx.AsyncClient(verify=tls.client_context()) as client:
            with pytest.raises(httpx.ConnectError, match="CERTIFICATE_VERIFY_FAILED"):
                await client.post(fakes.add_hook("h1"))
        assert fakes.calls() == []


async def test_a_good_certificate_is_taken() -> None:
    async with FakeVendors(tls=tls.server_context()) as fakes:
        url = fakes.add_hook("h1")
        async with httpx.AsyncClient(verify=tls.client_context()) as client:
            assert url.startswith("https://127.0.0.1:")
            assert (await client.post(url)).status_code == 200


async def test_whoever_waits_is_told_when_enough_has_come(
    fakes: FakeVendors, client: httpx.AsyncClient
) -> None:
    url = fakes.add_hook("h1")
    waiting = asyncio.ensure_future(fakes.arrived(2, "hook"))
    await client.post(url)
    assert not waiting.done()

    await client.post(url)
    assert [call.number for call in await waiting] == [1, 2]
