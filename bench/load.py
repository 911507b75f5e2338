"""A load of our own: keep-alive connections, raw HTTP/1.1, every answer timed."""

from __future__ import annotations

import asyncio
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

Request = Callable[[int], bytes]


@dataclass
class Result:
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


async def run(
    port: int,
    request: Request,
    *,
    expect: bytes,
    seconds: float,
    connections: int = 32,
    rate: float | None = None,
) -> Result:
    """`expect` is the status line's code. With `rate` the requests start on a fixed schedule and
    the
    time counts from when each should have started."""
    times: list[float] = []
    failed = 0
    count = 0
    started = time.perf_counter()
    end = started + seconds

    async def client() -> None:
        nonlocal count, failed
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        try:
            while time.perf_counter() < end:
                number, count = count, count + 1
                due = started + number / rate if rate else time.perf_counter()
                if (wait := due - time.perf_counter()) > 0:
                    await asyncio.sleep(wait)
                writer.write(request(number))
                status = await answer(reader)
                times.append((time.perf_counter() - due) * 1000)
                failed += status != expect
        finally:
            writer.close()

    await asyncio.gather(*(client() for _ in range(connections)))
    took = time.perf_counter() - started
    times.sort()
    return Result(
        rate=len(times) / took,
        p50=statistics.median(times),
        p99=times[int(len(times) * 0.99)],
        failed=failed,
    )


async def answer(reader: asyncio.StreamReader) -> bytes:
    head = await reader.readuntil(b"\r\n\r\n")
    length = 0
    for line in head.split(b"\r\n"):
        if line.lower().startswith(b"content-length:"):
            length = int(line.split(b":")[1])
    if length:
        await reader.readexactly(length)
    return head[9:12]


def post(path: str, body: bytes, *headers: str, kind: str = "application/json") -> bytes:
    extra = "".join(f"{header}\r\n" for header in headers)
    return (
        f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: {kind}\r\n"
        f"Content-Length: {len(body)}\r\n{extra}\r\n"
    ).encode() + body
