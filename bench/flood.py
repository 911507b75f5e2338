"""A flood of posts from a thousand addresses, and what real visitors notice of it.

python -m bench.flood [posts]
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import re
import statistics
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

import httpx
import uvloop

from bench import load
from bench.contenders import body
from bench.submissions import verdict
from tests.processes import TLS, Process, serve
from tests.servers import PostgresServer

POSTS, ADDRESSES = 20_000, 1_000
CONNECTIONS = 64
SUCCESS_GOAL = 0.999
P95_GOAL_MS = 300
VISITORS, PACE = 300, 0.1
"""At least so many real ones, one every so many seconds: the flood lasts until they were there."""
FORM, API = "/w/default", "/api/v1/leavemsg/messages"
TYPING_SECONDS = 2.5
"""Who sends sooner is taken for a machine."""
TOKEN = re.compile(r'name="token" value="([^"]+)"')
SETTINGS = {
    "LEAVEMSG_TRUSTED_PROXIES": "127.0.0.1/32",
    "LEAVEMSG_SUBMIT_PER_MINUTE": "5",
    "LEAVEMSG_SUBMIT_SECONDS": "2",
}


@dataclass
class Felt:
    """What the real visitors met: how many there were, how many got a receipt, and the time of
    every answer in milliseconds."""

    visitors: int = 0
    thanked: int = 0
    times: list[float] = field(default_factory=list)

    @property
    def success(self) -> float:
        return self.thanked / max(1, self.visitors)

    @property
    def p95(self) -> float:
        return sorted(self.times)[int(len(self.times) * 0.95)]


async def flood(
    port: int, posts: int, addresses: int = ADDRESSES, *, felt: Felt, least: int = 0
) -> Counter[str]:
    """As fast as the product answers, each address in its turn, until so many posts were made and
    at least so many visitors came; how often each status came."""
    token = await _token(port)
    statuses: Counter[str] = Counter()
    numbers = itertools.count()

    async def client() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        try:
            for number in numbers:
                if number >= posts and felt.visitors >= least:
                    break
                writer.write(_post(number, addresses, token))
                statuses[(await load.answer(reader)).decode()] += 1
        finally:
            writer.close()

    await asyncio.gather(*(client() for _ in range(CONNECTIONS)))
    return statuses


def _post(number: int, addresses: int, token: str) -> bytes:
    """By turns for a program, as a page with a real token, and as one with a made-up one."""
    who = number % addresses
    came = f"X-Forwarded-For: 10.9.{who // 250}.{who % 250 + 1}"
    turn = number // addresses % 3
    if turn == 0:
        return load.post(API, body(number), came)
    fields = {"content": f"flood {number}", "phone": "13800138000"}
    form = urlencode({**fields, "token": token if turn == 1 else "made.up.by.us"}).encode()
    return load.post(FORM, form, came, kind="application/x-www-form-urlencoded")


async def _token(port: int) -> str:
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client:
        found = TOKEN.search((await client.get(FORM)).text)
    assert found
    return found.group(1)


async def visitors(
    port: int, felt: Felt, over: asyncio.Event, *, pace: float, typing: float = TYPING_SECONDS
) -> None:
    """One more every `pace` seconds, each from an address of its own, until the flood is over."""
    async with asyncio.TaskGroup() as group:
        while not over.is_set():
            felt.visitors += 1
            group.create_task(_visit(port, felt, felt.visitors, typing))
            await asyncio.sleep(pace)


async def _visit(port: int, felt: Felt, number: int, typing: float) -> None:
    came = {"X-Forwarded-For": f"198.51.{number // 250}.{number % 250 + 1}"}
    with contextlib.suppress(httpx.HTTPError):
        page = await _timed(felt, "GET", port, came)
        token = TOKEN.search(page.text)
        await asyncio.sleep(typing)
        fields = {"content": f"Is it open on day {number}?", "phone": "13800138000"}
        data = {**fields, "token": token.group(1) if token else ""}
        answer = await _timed(felt, "POST", port, came, data)
        felt.thanked += answer.status_code == 303


async def _timed(
    felt: Felt, method: str, port: int, came: dict[str, str], data: dict[str, str] | None = None
) -> httpx.Response:
    """Over a connection of its own, as a browser that typed for a while may have to."""
    begun = time.perf_counter()
    try:
        async with httpx.AsyncClient(headers=came, timeout=30, verify=TLS) as client:
            return await client.request(method, f"http://127.0.0.1:{port}{FORM}", data=data)
    finally:
        felt.times.append((time.perf_counter() - begun) * 1000)


async def meet(
    process: Process,
    posts: int,
    *,
    addresses: int = ADDRESSES,
    pace: float = 1,
    typing: float = TYPING_SECONDS,
    least: int = 0,
) -> tuple[Felt, Counter[str], float]:
    """What visitors felt, what the flood was answered, and how long it took."""
    port = int(process.env["PORT"])
    over, felt = asyncio.Event(), Felt()
    watching = asyncio.create_task(visitors(port, felt, over, pace=pace, typing=typing))
    begun = time.perf_counter()
    try:
        statuses = await flood(port, posts, addresses, felt=felt, least=least)
    finally:
        took = time.perf_counter() - begun
        over.set()
        await watching
    return felt, statuses, took


async def product(name: str, posts: int, **changes: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        process = serve(Path(folder) / "data", **SETTINGS, **changes).start()
        try:
            await process.ready()
            felt, statuses, took = await meet(process, posts, pace=PACE, least=VISITORS)
        finally:
            process.stop()
    answered = ", ".join(f"{count} × {status}" for status, count in sorted(statuses.items()))
    made = sum(statuses.values()) / took
    print(f"{name:8} {made:.0f} posts/s over {took:.0f} s answered: {answered}")
    print(
        f"{name:8} {felt.visitors} real visitors: {felt.success:.2%} thanked"
        f" (goal {SUCCESS_GOAL:.1%}: {verdict(felt.success, SUCCESS_GOAL)})"
        f"   p50 {statistics.median(felt.times):.0f} ms   p95 {felt.p95:.0f} ms"
        f" (goal {P95_GOAL_MS} ms: {verdict(felt.p95, P95_GOAL_MS, more=False)})"
    )


async def main() -> None:
    posts = int(sys.argv[1]) if len(sys.argv) > 1 else POSTS
    server = PostgresServer().start()
    try:
        dsn = await server.create()
        for name, changes in {"sqlite": {}, "postgres": {"DATABASE_URL": dsn}}.items():
            await product(name, posts, **changes)
    finally:
        server.stop()
    print(
        f"Bound by Python in the one web process, which {CONNECTIONS} connections of the flood keep"
        " busy: a visitor waits in their queue, for about as many answers as there are connections."
        " What is over the limit is refused before anything is stored; what is not goes to the spam"
        " folder once a form gets more than people write, and rings nobody."
    )


if __name__ == "__main__":
    uvloop.run(main())
