"""A load of our own: keep-alive connections, raw HTTP/1.1, every answer timed. As lean as a client
in Python can be, for it runs on the same machine as what it measures."""

from __future__ import annotations

import asyncio
import re
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import cast

Request = Callable[[int], bytes]
LENGTH = re.compile(rb"content-length: *(\d+)", re.IGNORECASE)
END = b"\r\n\r\n"


@dataclass
class Result:
    answers: int
    rate: float
    """Answers a second."""
    p50: float
    p99: float
    """Milliseconds."""
    failed: int

    def __str__(self) -> str:
        return (
            f"{self.rate:7.0f}/s   p50 {self.p50:6.1f} ms   p99 {self.p99:6.1f} ms"
            f"   failed {self.failed}"
        )


class _Load:
    """What all connections share: the next number, when it ends, and the times taken."""

    def __init__(self, request: Request, expect: bytes, seconds: float, rate: float | None) -> None:
        self.request, self.expect, self.rate = request, expect, rate
        self.count = self.failed = 0
        self.times: list[float] = []
        self.started = time.perf_counter()
        self.end = self.started + seconds


class _Client(asyncio.Protocol):
    """One connection: the next request is sent when the answer to the last is whole."""

    def __init__(self, load: _Load) -> None:
        self.load = load
        self.over: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._due = 0.0
        self._got = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self._next()

    def connection_lost(self, error: Exception | None) -> None:
        if not self.over.done():
            self.over.set_exception(error or ConnectionError("closed within an answer"))

    def data_received(self, data: bytes) -> None:
        self._got += data
        head = self._got.find(END)
        if head < 0:
            return
        found = LENGTH.search(self._got, 0, head)
        if len(self._got) < head + len(END) + (int(found[1]) if found else 0):
            return
        load = self.load
        load.times.append((time.perf_counter() - self._due) * 1000)
        load.failed += self._got[9:12] != load.expect
        self._got = b""
        self._next()

    def _next(self) -> None:
        load = self.load
        now = time.perf_counter()
        if now >= load.end:
            self.over.set_result(None)
            self._transport.close()
            return
        number, load.count = load.count, load.count + 1
        self._due = load.started + number / load.rate if load.rate else now
        if (wait := self._due - now) > 0:
            asyncio.get_running_loop().call_later(wait, self._send, number)
        else:
            self._send(number)

    def _send(self, number: int) -> None:
        if not self._transport.is_closing():
            self._transport.write(self.load.request(number))


async def run(
    port: int | Sequence[int],
    request: Request,
    *,
    expect: bytes,
    seconds: float,
    connections: int = 32,
    rate: float | None = None,
) -> Result:
    """`expect` is the status line's code. Of several ports each has its share of the connections.
    With `rate` the requests start on a fixed schedule and the time counts from when each should
    have started."""
    ports = [port] if isinstance(port, int) else port
    load = _Load(request, expect, seconds, rate)
    loop = asyncio.get_running_loop()
    clients = [
        (await loop.create_connection(lambda: _Client(load), "127.0.0.1", ports[each % len(ports)]))
        for each in range(connections)
    ]
    await asyncio.gather(*(client.over for _, client in clients))
    took = time.perf_counter() - load.started
    times = sorted(load.times)
    return Result(
        answers=len(times),
        rate=len(times) / took,
        p50=statistics.median(times),
        p99=times[int(len(times) * 0.99)],
        failed=load.failed,
    )


async def answer(reader: asyncio.StreamReader) -> bytes:
    head = await reader.readuntil(END)
    if found := LENGTH.search(head):
        await reader.readexactly(int(found[1]))
    return head[9:12]


def post(path: str, body: bytes, *headers: str, kind: str = "application/json") -> bytes:
    extra = "".join(f"{header}\r\n" for header in headers)
    return (
        f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: {kind}\r\n"
        f"Content-Length: {len(body)}\r\n{extra}\r\n"
    ).encode() + body
