"""What a connection may send and how long it may wait, by raw sockets against the real product."""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
from collections.abc import AsyncIterator, Callable, Iterator
from functools import partial
from typing import Any

import httpx
import psutil
import pytest
import uvicorn
from litestar.routes import HTTPRoute
from uvicorn.server import ServerState

from cli.connections import BODY_BYTES, HEAD_BYTES, LARGE_BYTES, PIPELINED_MAX, Connection
from cli.door import Door
from cli.server import Server
from tests.application import application
from tests.processes import Process, free_port, serve
from web.http import bodies
from web.http.request import WHOLE

GET = b"GET /livez HTTP/1.1\r\nHost: x\r\n"
PIECE = b"a" * 65536
LONGEST = 60.0
"""A test that hangs ends."""
IDLE = 2000
MANY = 5
"""Connections of one address in the small server."""


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Process]:
    process = serve(tmp_path_factory.mktemp("connections") / "data").start()
    asyncio.run(process.ready())
    yield process
    process.stop()


class Wire:
    """A connection of somebody who speaks as they like."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer

    @classmethod
    async def open(cls, port: int, here: str = "127.0.0.1") -> Wire:
        return cls(*await asyncio.open_connection("127.0.0.1", port, local_addr=(here, 0)))

    async def say(self, *pieces: bytes) -> None:
        """As much as the other side takes."""
        with contextlib.suppress(ConnectionError):
            for piece in pieces:
                self.writer.write(piece)
                await self.writer.drain()

    async def heard(self) -> bytes:
        """Everything until the other side closes."""
        found = b""
        with contextlib.suppress(ConnectionError):
            async with asyncio.timeout(LONGEST):
                while piece := await self.reader.read(65536):
                    found += piece
        self.writer.close()
        return found

    async def answer(self) -> bytes:
        """One answer with a length, its head and its body."""
        head = await self.reader.readuntil(b"\r\n\r\n")
        length = re.search(rb"content-length: (\d+)", head)
        return head + await self.reader.readexactly(int(length[1]) if length else 0)


def port_of(product: Process) -> int:
    return int(product.env["PORT"])


async def sent(product: Process, *pieces: bytes) -> bytes:
    wire = await Wire.open(port_of(product))
    await wire.say(*pieces)
    return await wire.heard()


def status(answer: bytes) -> int:
    return int(answer[9:12] or b"0")


async def test_a_header_without_an_end_is_refused(product: Process) -> None:
    before = psutil.Process(product.popen.pid).memory_info().rss  # type: ignore[union-attr]
    answer = await sent(product, GET + b"X: ", *[PIECE] * 800)
    assert status(answer) == 431
    assert json.loads(answer.partition(b"\r\n\r\n")[2])["code"] == "headers_too_large"
    after = psutil.Process(product.popen.pid).memory_info().rss  # type: ignore[union-attr]
    assert after - before < 32 * 1024 * 1024


async def test_headers_without_an_end_are_refused(product: Process) -> None:
    assert status(await sent(product, GET, *[b"a:1\r\n" * 10_000] * 200)) == 431


async def test_a_header_name_without_an_end_is_refused(product: Process) -> None:
    assert status(await sent(product, GET, *[PIECE] * 100)) == 431


async def test_a_huge_address_is_refused_as_such(product: Process) -> None:
    assert status(await sent(product, b"GET /", *[PIECE] * 100)) == 414


async def test_empty_lines_without_an_end_are_refused(product: Process) -> None:
    assert status(await sent(product, *[b"\r\n" * 30_000] * 20)) in {400, 431}


async def test_a_method_without_an_end_is_refused(product: Process) -> None:
    assert status(await sent(product, *[PIECE] * 20)) == 400


async def test_what_is_no_http_is_refused(product: Process) -> None:
    assert status(await sent(product, b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03")) == 400


async def test_a_head_just_within_the_bound_is_taken(product: Process) -> None:
    end = b"\r\nConnection: close\r\n\r\n"
    fill = b"a" * (HEAD_BYTES - len(GET) - len(b"X: ") - len(end))
    assert status(await sent(product, GET + b"X: " + fill + end)) == 200
    assert status(await sent(product, GET + b"X: a" + fill + end)) == 431


async def test_a_head_in_single_bytes_is_taken(product: Process) -> None:
    wire = await Wire.open(port_of(product))
    for byte in GET + b"\r\n":
        await wire.say(bytes([byte]))
    assert status(await wire.answer()) == 200
    wire.writer.close()


async def test_a_chunked_body_without_an_end_is_refused(product: Process) -> None:
    head = b"POST /w/default HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n"
    head += b"Content-Type: application/x-www-form-urlencoded\r\n\r\n"
    chunk = b"%x\r\n%s\r\n" % (len(PIECE), PIECE)
    assert status(await sent(product, head, *[chunk] * 100)) == 413


@pytest.mark.parametrize("path", [b"/livez", b"/nothing/here", b"/api/v1/leavemsg/messages"])
async def test_a_body_that_no_route_reads_has_an_end_too(product: Process, path: bytes) -> None:
    head = b"POST " + path + b" HTTP/1.1\r\nHost: x\r\nContent-Length: 999999999\r\n\r\n"
    assert 400 <= status(await sent(product, head, *[PIECE] * (BODY_BYTES // 65536 * 8))) < 500


@pytest.mark.parametrize("path", [b"/livez", b"/nothing/here", b"/api/v1/leavemsg/messages"])
async def test_what_was_answered_before_its_end_is_answered_once(
    product: Process, path: bytes
) -> None:
    """A second answer would be taken for that of the next request."""
    head = (
        b"POST " + path + b" HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n" % (4 * BODY_BYTES)
    )
    wire = await Wire.open(port_of(product))
    await wire.say(head + PIECE)
    first = await wire.answer()
    assert 400 <= status(first) < 500

    await wire.say(*[PIECE] * (2 * BODY_BYTES // len(PIECE)))
    assert await wire.heard() == b""


async def test_a_form_with_a_photo_and_a_large_mail_arrive(product: Process) -> None:
    """More than what any other route takes."""
    start = b'--x\r\nContent-Disposition: form-data; name="message"\r\n\r\nhello\r\n--x\r\n'
    start += b'Content-Disposition: form-data; name="f"; filename="a.jpg"\r\n\r\n'
    pieces = [PIECE] * (3 * BODY_BYTES // len(PIECE))
    body = [start, *pieces, b"\r\n--x--\r\n"]
    length = sum(map(len, body))
    head = b"POST /f/default HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n" % length
    head += b"Content-Type: multipart/form-data; boundary=x\r\n\r\n"
    wire = await Wire.open(port_of(product))
    await wire.say(head, *body)
    assert status(await wire.answer()) == 303
    wire.writer.close()
    mail = b"POST /api/v1/leavemsg/mail/inbound HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n"
    mail = mail % (len(pieces) * len(PIECE)) + b"Content-Type: message/rfc822\r\n\r\n"
    wire = await Wire.open(port_of(product))
    await wire.say(mail, *pieces)
    # It has no token.
    assert status(await wire.answer()) == 401
    wire.writer.close()


async def test_trailers_without_an_end_are_cut_off(product: Process) -> None:
    head = b"POST /livez HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n"
    wire = await Wire.open(port_of(product))
    await wire.say(head, b"a: ", *[PIECE] * 200)
    await wire.heard()


async def test_requests_one_behind_another_are_answered_in_order(product: Process) -> None:
    path = b"GET /nothing/%d HTTP/1.1\r\nHost: x\r\n\r\n"
    last = GET + b"Connection: close\r\n\r\n"
    answer = await sent(product, *[path % number for number in range(50)], last)
    assert re.findall(rb"HTTP/1.1 (\d+)", answer) == [b"404"] * 50 + [b"200"]


async def test_requests_without_an_end_on_one_connection_are_cut_off(product: Process) -> None:
    answer = await sent(product, *[(GET + b"\r\n") * 10_000] * 10)
    assert answer.count(b"HTTP/1.1 200") < 20 * PIPELINED_MAX


async def test_a_request_says_when_all_of_it_is_here() -> None:
    begun, found = asyncio.Event(), []

    async def application(scope: Any, receive: Any, send: Any) -> None:
        before = WHOLE in scope["state"]
        begun.set()
        await receive()
        found.append((before, WHOLE in scope["state"]))
        headers = [(b"content-length", b"0")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body"})

    config = uvicorn.Config(application, http="httptools", log_config=None)
    config.load()
    state = {"config": config, "server_state": ServerState(), "app_state": {}}
    made = partial(Connection, Door(0, 0, ()), **state)
    server = await asyncio.get_running_loop().create_server(made, "127.0.0.1", 0)
    async with server:
        wire = await Wire.open(server.sockets[0].getsockname()[1])
        head = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\n"
        await wire.say(head + b"body")
        assert status(await wire.answer()) == 200
        begun.clear()
        await wire.say(head)
        await begun.wait()
        await wire.say(b"body")
        assert status(await wire.answer()) == 200
        wire.writer.close()
    assert found == [(True, True), (False, True)]


async def test_an_upgrade_is_answered_in_plain_http(product: Process) -> None:
    head = GET + b"Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
    answer = await sent(product, head + b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n")
    assert status(answer) == 200
    assert b"connection: close" in answer
    assert status(await sent(product, b"CONNECT a.example:443 HTTP/1.1\r\nHost: x\r\n\r\n")) >= 400


async def test_a_kept_connection_serves_many_requests(product: Process) -> None:
    wire = await Wire.open(port_of(product))
    for _ in range(50):
        await wire.say(GET + b"\r\n")
        assert status(await wire.answer()) == 200
    wire.writer.close()


async def test_whoever_says_nothing_or_drips_is_let_go(product: Process) -> None:
    async def drip(*pieces: bytes) -> bytes:
        wire = await Wire.open(port_of(product))
        await wire.say(*pieces)
        hearing = asyncio.create_task(wire.heard())
        while not hearing.done():
            await wire.say(b"a")
            await asyncio.wait({hearing}, timeout=0.5)
        return hearing.result()

    head = b"POST /w/default HTTP/1.1\r\nHost: x\r\nContent-Length: 500\r\n"
    head += b"Content-Type: application/x-www-form-urlencoded\r\n\r\n"
    unread = b"POST /livez HTTP/1.1\r\nHost: x\r\nContent-Length: 5000\r\n\r\n"
    silent, half, line, dripping, body, ignored = await asyncio.gather(
        sent(product),
        sent(product, GET),
        sent(product, b"\r\n"),
        drip(GET + b"X: "),
        drip(head),
        drip(unread),
    )
    assert silent == line == b""
    assert status(half) == status(dripping) == 408
    assert status(body) == 408
    assert status(ignored) == 405


async def test_a_visitor_leaves_a_message_beside_thousands_of_idle_connections(
    product: Process,
) -> None:
    """Also from the very address that they come from."""
    idle = [await Wire.open(port_of(product), "127.0.0.2") for _ in range(IDLE // 2)]
    idle += [await Wire.open(port_of(product)) for _ in range(IDLE // 2)]
    body = {"visitor": {"phone": "13800138000"}, "message": {"content": "有货吗"}}
    async with httpx.AsyncClient(base_url=product.url, timeout=LONGEST) as visitor:
        answer = await visitor.post("/api/v1/leavemsg/messages", json=body)
    assert answer.status_code == 201, answer.text
    for wire in idle:
        wire.writer.close()


class Small:
    """The same server before an application that does as it is told."""

    def __init__(self) -> None:
        self.go_on = asyncio.Event()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            return
        await send({"type": "http.response.start", "status": 200, "headers": []})
        if scope["path"] == "/stream":
            await send({"type": "http.response.body", "body": b"one", "more_body": True})
            await self.go_on.wait()
        length = 4 * 1024 * 1024 if scope["path"] == "/large" else 3
        await send({"type": "http.response.body", "body": b"x" * length})


@contextlib.asynccontextmanager
async def small(app: Small, *, most: int = 0, trusted: Any = ()) -> AsyncIterator[tuple[int, Door]]:
    door, port = Door(most, MANY, trusted), free_port()
    config = uvicorn.Config(
        app,
        host="127.0.0.1",
        port=port,
        http=partial(Connection, door),  # type: ignore[arg-type]
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=1,
    )
    server = Server(config, door)
    running = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.01)
    try:
        yield port, door
    finally:
        server.leave()
        await running


async def test_an_address_that_is_full_loses_who_has_waited_the_longest() -> None:
    async with small(Small()) as (port, _):
        wires = [await Wire.open(port) for _ in range(MANY + 1)]
        assert await wires[0].heard() == b""
        await wires[-1].say(GET + b"\r\n")
        assert status(await wires[-1].reader.readuntil(b"\r\n\r\n")) == 200


async def test_a_server_that_is_full_loses_who_has_waited_the_longest() -> None:
    async with small(Small(), most=2) as (port, _):
        wires = [await Wire.open(port, f"127.0.0.{host}") for host in (2, 3, 4)]
        assert await wires[0].heard() == b""
        await wires[-1].say(GET + b"\r\n")
        assert status(await wires[-1].reader.readuntil(b"\r\n\r\n")) == 200


async def test_streams_are_not_broken_off_for_a_newcomer() -> None:
    app = Small()
    async with small(app) as (port, door):
        streams = [await Wire.open(port) for _ in range(MANY)]
        for wire in streams:
            await wire.say(b"GET /stream HTTP/1.1\r\nHost: x\r\n\r\n")
            await wire.reader.readuntil(b"one\r\n")
        assert status(await (await Wire.open(port)).heard()) == 503
        # Whatever time passes: while we are the ones who work, nobody is late.
        door.sweep(float("inf"))
        app.go_on.set()
        for wire in streams:
            assert b"xxx" in await wire.reader.readuntil(b"0\r\n\r\n")


async def test_a_trusted_proxy_stands_for_all_its_visitors(configure: Any) -> None:
    trusted = configure(LEAVEMSG_TRUSTED_PROXIES="127.0.0.0/8").trusted_proxies
    async with small(Small(), trusted=trusted) as (port, _):
        wires = [await Wire.open(port) for _ in range(3 * MANY)]
        for wire in wires:
            await wire.say(GET + b"\r\n")
            assert status(await wire.reader.readuntil(b"\r\n\r\n")) == 200


async def test_whoever_takes_no_answer_is_let_go() -> None:
    async with small(Small()) as (port, door):
        wire = await Wire.open(port)
        wire.writer.transport.pause_reading()  # type: ignore[attr-defined]
        await wire.say(b"GET /large HTTP/1.1\r\nHost: x\r\n\r\n")
        while not door._waiting or door._inside.keys() - door._waiting.keys():
            await asyncio.sleep(0.05)
        door.sweep(float("inf"))
        wire.writer.transport.resume_reading()  # type: ignore[attr-defined]
        assert len(await wire.heard()) < 4 * 1024 * 1024


def test_whatever_a_route_takes_arrives_there(configure: Callable[..., Any]) -> None:
    """A connection that ends earlier than its route would lose what was sent."""
    for route in application(configure()).routes:
        if not isinstance(route, HTTPRoute):
            continue
        for handler in route.route_handlers:
            takes = handler.resolve_request_max_body_size() or 0
            most = LARGE_BYTES if route.path.startswith(bodies.LARGE) else BODY_BYTES
            assert takes <= most, route.path
