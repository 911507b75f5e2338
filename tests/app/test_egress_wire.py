"""What the way out does on real sockets, against receivers that misbehave."""

from __future__ import annotations

import asyncio
import gzip
import logging
import time
from typing import Any

import httpx
import pytest

from app.egress import Answer, OutboundError
from app.egress.client import Client, _received
from app.egress.exchange import Reply, exchange
from app.egress.faults import Progress
from app.egress.streams import Stream
from app.egress.targets import read_url
from app.egress.transport import Call, request
from tests.app.raw_server import Connection, Server, opened, polite, serving

SECRET = "/cgi-bin/webhook/send?key=693axxx6-7aoc-4bc4-97a0-0ec2sifa5aaa"


async def silent(connection: Connection) -> None:
    await connection.request()
    await asyncio.sleep(60)


async def post(egress: Client, server: Server, **given: Any) -> Answer:
    options = {"headers": {}, "content": b'{"a":1}', "deadline": 30.0, **given}
    return await egress.request("POST", f"http://127.0.0.1:{server.port}{SECRET}", **options)


async def failing(script: Any, **given: Any) -> OutboundError:
    async with serving(script) as server, opened() as egress:
        with pytest.raises(OutboundError) as caught:
            await post(egress, server, **given)
    return caught.value


def told(error: OutboundError) -> tuple[str, bool, bool]:
    return error.reason, error.connected, error.written


def test_what_a_traceback_would_show_of_a_request_is_no_secret() -> None:
    call = Call(read_url(f"https://qyapi.weixin.qq.com{SECRET}"), Progress(), 100, False)
    shown = request("POST", call, [(b"Authorization", b"Bearer b")], b"{}")
    assert repr(shown) == "<Request('POST', 'https://qyapi.weixin.qq.com')>"
    assert "key=" not in repr(shown.extensions)


async def test_a_request_arrives_once_byte_by_byte_with_our_framing() -> None:
    headers = {"X-Key": "a", "Host": "evil.example", "transfer-encoding": "chunked"}
    async with serving(polite) as server, opened() as egress:
        answer = await post(egress, server, headers=headers, content="留言".encode())
    [request] = server.requests
    head, _, body = request.partition(b"\r\n\r\n")
    assert head.split(b"\r\n") == [
        f"POST {SECRET} HTTP/1.1".encode(),
        f"Host: 127.0.0.1:{server.port}".encode(),
        b"User-Agent: leavemsg",
        b"Accept-Encoding: identity",
        b"Connection: close",
        b"Content-Length: 6",
        b"X-Key: a",
    ]
    assert body.decode() == "留言"
    assert (answer.status, answer.body, answer.truncated) == (200, b"ok", False)


async def test_a_redirect_is_an_answer_and_never_followed() -> None:
    async with serving(polite) as canary, opened() as egress:

        async def redirect(connection: Connection) -> None:
            await connection.request()
            where = f"Location: http://127.0.0.1:{canary.port}/"
            await connection.answer(b"", where, status="307 Temporary Redirect")

        async with serving(redirect) as server:
            answer = await post(egress, server)
    assert answer.status == 307
    assert (server.connections, canary.connections) == (1, 0)


def test_very_many_headers_are_read_once() -> None:
    class Looked(httpx.Headers):
        def __getitem__(self, name: str) -> str:
            raise AssertionError("looks through all of them")

    sent = [(b"X-%d" % number, b"\xe7") for number in range(10_000)]
    found = _received(Looked([*sent, (b"x-0", b"again")]))
    assert (len(found), found["x-0"], found["x-1"]) == (10_000, "ç, again", "ç")


async def test_a_compressed_answer_is_not_expanded() -> None:
    bomb = gzip.compress(bytes(5_000_000))

    async def script(connection: Connection) -> None:
        await connection.request()
        await connection.answer(bomb, "Content-Encoding: gzip")

    async with serving(script) as server, opened() as egress:
        answer = await post(egress, server)
    assert answer.body == bomb
    assert answer.headers["content-encoding"] == "gzip"


async def test_a_huge_answer_is_cut() -> None:
    sent = 0

    async def script(connection: Connection) -> None:
        nonlocal sent
        await connection.request()
        await connection.send(b"HTTP/1.1 200 OK\r\nContent-Length: 100000000\r\n\r\n")
        for _ in range(1000):
            await connection.send(bytes(100_000))
            sent += 100_000

    async with serving(script) as server, opened() as egress:
        answer = await post(egress, server)
    assert (len(answer.body), answer.truncated, answer.status) == (16_384, True, 200)
    assert sent < 50_000_000


@pytest.mark.parametrize("size", [16_383, 16_384, 16_385])
async def test_an_answer_is_cut_at_the_limit_and_not_before(size: int) -> None:
    async def script(connection: Connection) -> None:
        await connection.request()
        await connection.answer(bytes(size))

    async with serving(script) as server, opened() as egress:
        answer = await post(egress, server)
    assert (len(answer.body), answer.truncated) == (min(size, 16_384), size > 16_384)


@pytest.mark.parametrize("start", [b"HTTP/1.1 200 O", b"HTTP/1.1 200 OK\r\n\r\n"])
async def test_a_drip_ends_at_the_deadline(start: bytes) -> None:
    async def script(connection: Connection) -> None:
        await connection.request()
        await connection.send(start)
        while True:
            await connection.send(b"0")
            await asyncio.sleep(0.02)

    begin = time.monotonic()
    error = await failing(script, deadline=0.4)
    assert told(error) == ("timeout", True, True)
    assert time.monotonic() - begin < 4


async def test_endless_headers_are_a_bad_answer() -> None:
    async def script(connection: Connection) -> None:
        await connection.request()
        await connection.send(b"HTTP/1.1 200 OK\r\n")
        while True:
            await connection.send(b"X-Y: " + b"z" * 1000 + b"\r\n")

    assert told(await failing(script)) == ("bad_answer", True, True)


@pytest.mark.parametrize(
    "raw",
    [
        b"HTTP/1.1 200 OK\r\nX: " + b"y" * 70_000 + b"\r\nContent-Length: 0\r\n\r\n",
        b"hello\r\n\r\n",
        b"HTTP/1.1 banana\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: nine\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nbad header\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nshort",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n",
        b"HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n",
        b"HTTP/1.1 103 Early Hints\r\nContent-Length: 9\r\n\r\nno answer",
        b"\x00\xff" * 100,
    ],
)
async def test_what_is_not_http_is_a_bad_answer(raw: bytes) -> None:
    async def script(connection: Connection) -> None:
        await connection.request()
        await connection.send(raw)

    assert told(await failing(script)) == ("bad_answer", True, True)


async def test_a_body_that_never_came_keeps_its_status() -> None:
    async def script(connection: Connection) -> None:
        await connection.request()
        await connection.send(b"HTTP/1.1 502 Bad\r\nContent-Length: 9\r\n\r\nsho")
        await asyncio.sleep(60)

    error = await failing(script, deadline=0.3)
    assert (error.reason, error.facts) == ("timeout", {"status": "502"})


@pytest.mark.parametrize("content", [b"{}", b""])
async def test_a_receiver_that_reads_and_then_hangs_may_have_acted(content: bytes) -> None:
    error = await failing(silent, deadline=0.3, content=content)
    assert told(error) == ("timeout", True, True)


class Stuck(Stream):
    """A connection that breaks, or is given up, while it takes what is written."""

    def __init__(self, error: BaseException) -> None:
        self.error = error

    async def write(self, data: bytes) -> None:
        raise self.error

    async def read(self, most: int) -> bytes:
        raise self.error


@pytest.mark.parametrize(
    ("size", "error", "written"),
    [
        (1000, asyncio.CancelledError(), True),
        (1_000_000, asyncio.CancelledError(), False),
        (1000, BrokenPipeError(), False),
    ],
)
async def test_when_time_runs_out_while_writing_the_worst_is_assumed(
    size: int, error: BaseException, *, written: bool
) -> None:
    seen = Progress()
    with pytest.raises(type(error)):
        await exchange(Stuck(error), bytes(size), 100, seen)
    assert seen.written is written


async def test_what_is_said_before_an_answer_and_behind_it_is_none_of_it() -> None:
    early = b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n"
    whole = b"HTTP/1.1 200 OK\nContent-Length: 2\nX-Key: a\nX-Key: b\n\nok"

    async def script(connection: Connection) -> None:
        await connection.request()
        await connection.send(early + whole + b"HTTP/1.1 500 No\r\nX: y\r\n\r\nmore")

    async with serving(script) as server, opened() as egress:
        answers = [await post(egress, server, keep_alive=True) for _ in range(2)]
    for answer in answers:
        assert (answer.status, answer.body) == (200, b"ok")
        assert answer.headers == {"content-length": "2", "x-key": "a, b"}
    assert server.connections == 2


@pytest.mark.parametrize(
    "behind",
    [
        b"HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil",
        b"H",
        b"\x00\xff",
    ],
)
def test_nobody_slips_in_an_answer_to_the_next_request(behind: bytes) -> None:
    reply = Reply(100)
    whole = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
    reply.feed(whole + behind)
    assert (reply.status, reply.body, reply.whole, reply.keeps) == (200, b"ok", True, False)


@pytest.mark.parametrize(
    "endless",
    [
        b"0\r\nX-Key: " + b"a" * 90_000,
        b"0\r\n" + b"X-Key: a\r\n" * 9_000,
        b"3;" + b"a" * 90_000,
        b"0" * 90_000,
    ],
)
def test_what_is_no_body_does_not_go_on_for_ever(endless: bytes) -> None:
    reply = Reply(100)
    reply.feed(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n")
    for start in range(0, 65_536 - 16_384, 16_384):
        reply.feed(endless[start : start + 16_384])
    with pytest.raises(OutboundError, match="bad_answer"):
        reply.feed(endless[65_536 - 16_384 :])


def test_a_body_may_be_longer_than_all_that_is_none() -> None:
    reply = Reply(1_000_000)
    reply.feed(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    for _ in range(200):
        reply.feed(b"3e8\r\n" + bytes(1000) + b"\r\n")
    reply.feed(b"0\r\n\r\n")
    assert (len(reply.body), reply.whole, reply.keeps) == (200_000, True, True)


def test_the_body_of_what_is_no_answer_yet_is_none_of_its() -> None:
    reply = Reply(3)
    reply.feed(b"HTTP/1.1 099 Odd\r\nContent-Length: 4\r\n\r\nearl")
    reply.feed(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
    assert (reply.status, reply.body, reply.whole, reply.truncated) == (200, b"ok", True, False)


def test_after_an_answer_whose_end_is_told_twice_the_connection_is_not_used_again() -> None:
    reply = Reply(100)
    reply.feed(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 99\r\n\r\n")
    reply.feed(b"2\r\nok\r\n0\r\n\r\n")
    assert (reply.body, reply.whole, reply.keeps) == (b"ok", True, False)


async def test_an_answer_in_chunks_ends_with_the_last_and_the_connection_is_kept() -> None:
    chunked = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"

    async def script(connection: Connection) -> None:
        while await connection.request():
            for part in (chunked, b"2   \r\nyo\r\n", b"1\r\nu\r\n0\r\nTrailer: x\r\n\r\n"):
                await connection.send(part)
                await asyncio.sleep(0.001)

    async with serving(script) as server, opened() as egress:
        answers = [await post(egress, server, keep_alive=True) for _ in range(2)]
    assert [(answer.body, "trailer" in answer.headers) for answer in answers] == [
        (b"you", False)
    ] * 2
    assert server.connections == 1


async def test_a_receiver_that_never_reads_cannot_have_acted() -> None:
    async def script(connection: Connection) -> None:
        await asyncio.sleep(60)

    error = await failing(script, deadline=0.5, content=bytes(32_000_000))
    assert told(error) == ("timeout", True, False)


async def test_a_reset_in_the_middle_of_a_request_is_not_written() -> None:
    async def script(connection: Connection) -> None:
        await connection.head()
        connection.reset()

    assert told(await failing(script, content=bytes(32_000_000))) == ("reset", True, False)


async def test_a_reset_after_reading_may_have_been_acted_upon() -> None:
    async def script(connection: Connection) -> None:
        await connection.request()
        connection.reset()

    assert told(await failing(script)) == ("reset", True, True)


async def test_closing_without_an_answer_is_like_a_reset() -> None:
    async def script(connection: Connection) -> None:
        await connection.request()

    assert told(await failing(script)) == ("reset", True, True)


async def test_a_closed_port_means_that_nothing_left() -> None:
    async with serving(polite) as server:
        pass
    async with opened() as egress:
        with pytest.raises(OutboundError) as caught:
            await post(egress, server)
        assert told(caught.value) == ("connect_failed", False, False)
        with pytest.raises(OutboundError) as caught:
            await egress.connect("127.0.0.1", server.port, deadline=2)
        assert told(caught.value) == ("connect_failed", False, False)


async def test_no_error_carries_the_url_or_a_header(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    async with serving(polite) as server, opened() as egress:
        await post(egress, server, headers={"X-Key": "hush"})
        for bad in ({"headers": {"X-Key": "hush\r\n"}}, {"headers": {"hush\xe9": "b"}}):
            with pytest.raises(OutboundError) as caught:
                await post(egress, server, **bad)
            error = caught.value
            assert told(error) == ("address_refused", False, False)
            assert error.__context__ is error.__cause__ is None
            assert "hush" not in f"{error!r}{error.facts}"
    assert server.connections == 1
    assert not [r for r in caplog.records if r.name.startswith("httpx")]
    assert "693a" not in caplog.text
    assert "hush" not in caplog.text


@pytest.mark.parametrize("method", ["CONNECT", "TRACE", "GET / HTTP/1.1\r\nX:", "post"])
async def test_only_plain_methods_are_sent(method: str) -> None:
    async with serving(polite) as server, opened() as egress:
        with pytest.raises(OutboundError, match="address_refused"):
            await egress.request(
                method, f"http://127.0.0.1:{server.port}/", headers={}, content=b"", deadline=1
            )
    assert server.connections == 0


async def test_proxies_of_the_environment_are_ignored(monkeypatch: pytest.MonkeyPatch) -> None:
    async with serving(polite) as proxy, serving(polite) as server:
        for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "ALL_PROXY"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
        async with opened() as egress:
            assert (await post(egress, server)).status == 200
    assert (proxy.connections, server.connections) == (0, 1)
