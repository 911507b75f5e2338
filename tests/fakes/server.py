"""A small HTTP/1.1 server with full control over the wire, for answers no library would send."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
import struct
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Literal, cast

from .clock import Clock
from .wire import HEAD_LIMIT, BadRequest, Request, read_body, read_head

BODYLESS = frozenset({204, 304})
# Benchmarks open many connections in the same instant; the default of 100 makes some wait a second.
BACKLOG = 1024
CLOSE_SECONDS = 1

Then = Literal["keep", "close", "reset", "hang"]


@dataclass(slots=True, frozen=True)
class Answer:
    """What goes back, and how: `part` of the payload is written, `then` says what follows."""

    status: int = 200
    body: bytes = b""
    headers: tuple[tuple[str, str], ...] = ()
    delay: float = 0.0
    drip: float = 0.0
    """Seconds between two bytes of the body."""
    drip_head: bool = False
    repeat: int = 1
    """How many times the body is sent: bodies of any size without the memory for them."""
    raw: bytes | None = None
    """Sent in place of status line, headers and body."""
    part: float = 1.0
    then: Then = "keep"
    unread: bool = False
    """Decided on the head alone: the body of the request stays in the socket."""


Respond = Callable[[Request], Awaitable[Answer]]
Unread = Callable[[Request], bool]


@dataclass
class HttpServer:
    respond: Respond
    unread: Unread
    clock: Clock
    connections: int = 0
    """How many were ever accepted; a client that keeps its connection alive uses one."""
    failures: list[Exception] = field(default_factory=list)
    """Mistakes of the fakes themselves. They must not pass for answers of a vendor."""
    _tasks: dict[asyncio.Task[None], asyncio.StreamWriter] = field(default_factory=dict)
    _server: asyncio.Server | None = None

    async def start(self, host: str, port: int, tls: ssl.SSLContext | None = None) -> int:
        self._server = await asyncio.start_server(
            self._accept, host, port, ssl=tls, limit=HEAD_LIMIT, backlog=BACKLOG
        )
        bound: int = self._server.sockets[0].getsockname()[1]
        return bound

    async def stop(self) -> None:
        if self._server is None:
            return
        self._server.close()
        tasks = dict(self._tasks)
        for task, writer in tasks.items():
            task.cancel()
            writer.transport.abort()
        await asyncio.gather(*tasks, return_exceptions=True)
        # A client in the middle of a TLS handshake is nobody's yet and cannot be sent away.
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(CLOSE_SECONDS):
                await self._server.wait_closed()
        # An aborted transport lets go of its socket one turn of the loop later.
        await asyncio.sleep(0)
        if self.failures:
            raise ExceptionGroup("the fake itself failed", self.failures)

    @property
    def open_connections(self) -> int:
        return len(self._tasks)

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        link = _Link(reader, writer, self, self.connections)
        task = asyncio.get_running_loop().create_task(link.serve())
        self._tasks[task] = writer
        task.add_done_callback(self._tasks.pop)


@dataclass(slots=True)
class _Link:
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    server: HttpServer
    number: int

    async def serve(self) -> None:
        # A client that leaves in the middle is an ordinary event here, often a wanted one.
        with contextlib.suppress(OSError, asyncio.IncompleteReadError):
            while await self._exchange():
                pass
        self.writer.close()

    async def _exchange(self) -> bool:
        try:
            request = await self._read()
        except BadRequest as bad:
            await self._write(None, Answer(bad.status, str(bad).encode(), then="close"))
            return False
        answer = await self._respond(request)
        if answer.delay:
            await asyncio.sleep(answer.delay)
        await self._write(request, answer)
        return await self._goes_on(request, answer)

    async def _read(self) -> Request:
        peer = str(self.writer.get_extra_info("peername", ("",))[0])
        request = await read_head(self.reader, peer=peer, connection=self.number)
        if not self.server.unread(request):
            request.body = await read_body(self.reader, self.writer, request)
        return request

    async def _respond(self, request: Request) -> Answer:
        try:
            return await self.server.respond(request)
        except Exception as error:
            self.server.failures.append(error)
            return Answer(500, b"the fake itself failed", then="close")

    async def _goes_on(self, request: Request, answer: Answer) -> bool:
        if answer.then == "hang":
            await self._hang(answer)
        elif answer.then == "reset":
            self._reset()
        return answer.then == "keep" and answer.raw is None and request.keep_alive

    async def _hang(self, answer: Answer) -> None:
        if answer.unread:
            # Who does not read cannot see the client leave: this ends when the server stops.
            cast("asyncio.Transport", self.writer.transport).pause_reading()
            await asyncio.get_running_loop().create_future()
        while await self.reader.read(HEAD_LIMIT):
            pass

    def _reset(self) -> None:
        """Closes with RST, as a crashed peer or a firewall does."""
        sock = self.writer.get_extra_info("socket")
        if sock is not None:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.writer.transport.abort()

    async def _write(self, request: Request | None, answer: Answer) -> None:
        head, body = self._payload(request, answer)
        if answer.part < 1:
            whole = head + body
            self.writer.write(whole[: int(len(whole) * answer.part)])
        elif answer.drip:
            await self._drip(head, body, answer)
        else:
            self.writer.write(head + body)
            for _ in range(answer.repeat - 1 if body else 0):
                await self.writer.drain()
                self.writer.write(body)
        await self.writer.drain()

    async def _drip(self, head: bytes, body: bytes, answer: Answer) -> None:
        slow = head + body if answer.drip_head else body
        self.writer.write(b"" if answer.drip_head else head)
        for place in range(len(slow)):
            self.writer.write(slow[place : place + 1])
            await self.writer.drain()
            await asyncio.sleep(answer.drip)

    def _payload(self, request: Request | None, answer: Answer) -> tuple[bytes, bytes]:
        if answer.raw is not None:
            return answer.raw, b""
        silent = answer.status in BODYLESS or (request is not None and request.method == "HEAD")
        return self._head(request, answer), b"" if silent else answer.body

    def _head(self, request: Request | None, answer: Answer) -> bytes:
        given = {name.lower() for name, _ in answer.headers}
        lines = [f"HTTP/1.1 {answer.status} {_phrase(answer.status)}"]
        lines += [f"{name}: {value}" for name, value in answer.headers]
        if "date" not in given:
            lines.append(f"Date: {self.server.clock.http_date()}")
        if answer.status not in BODYLESS and "content-length" not in given:
            lines.append(f"Content-Length: {len(answer.body) * answer.repeat}")
        if request is None or not request.keep_alive or answer.then != "keep":
            lines.append("Connection: close")
        return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Unknown"
