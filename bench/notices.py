"""Notices a second to a loopback receiver with the limit lifted, and the time from submit to
arrival at idle.

A backlog is drained in turns with raw httpx, which sends as many to the same receiver.
python -m bench.notices [count] [rounds]
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import uvloop

from bench.contenders import listening
from bench.submissions import verdict
from tests.processes import Process, free_port, serve
from tests.servers import PostgresServer

RATIO_GOAL = 0.9
"""Of what raw httpx sends a second."""
IDLE_GOALS = {"sqlite": (0.008, 0.025), "postgres": (0.012, 0.035)}
"""Seconds, p50 and p99."""
PACE = 5
"""Submissions a second while the time to arrival is measured."""
PATH = "/api/v1/leavemsg/messages"


@contextlib.asynccontextmanager
async def sink(*addresses: str) -> AsyncIterator[int]:
    """Its port, on these addresses or on 127.0.0.1."""
    port = free_port()
    process = subprocess.Popen([sys.executable, "-m", "bench.sink", str(port), *addresses])
    try:
        await listening(port)
        yield port
    finally:
        process.terminate()
        process.wait()


async def arrivals(port: int) -> list[tuple[float, str]]:
    async with httpx.AsyncClient(timeout=30) as client:
        found: list[tuple[float, str]] = (
            await client.get(f"http://127.0.0.1:{port}/arrivals")
        ).json()
    return found


async def raw(port: int, count: int) -> float:
    """What httpx alone reaches, ten at a time over kept connections."""
    body = json.dumps({"message": {"content": "raw"}}).encode()
    gate = asyncio.Semaphore(10)
    async with httpx.AsyncClient() as client:

        async def one() -> None:
            async with gate:
                await client.post(f"http://127.0.0.1:{port}/raw", content=body)

        started = time.perf_counter()
        await asyncio.gather(*(one() for _ in range(count)))
        rate = count / (time.perf_counter() - started)
    await arrivals(port)
    return rate


async def configure(process: Process, token: str, port: int, *, limit: int = 0) -> None:
    """One channel; 0 lifts its limit."""
    async with httpx.AsyncClient(base_url=process.url) as client:
        answer = await client.post(
            "/api/v1/leavemsg/config",
            headers={"Authorization": f"Bearer {token}"},
            json={
                "notifications": [
                    {"type": "custom", "webhook_url": f"http://127.0.0.1:{port}/hook"}
                ],
                "rate_limit_per_minute": limit,
            },
        )
    answer.raise_for_status()


async def submit(client: httpx.AsyncClient, text: str) -> float:
    started = time.time()
    answer = await client.post(
        PATH, json={"visitor": {"phone": "13800138000"}, "message": {"content": text}}
    )
    answer.raise_for_status()
    return started


async def latency(process: Process, port: int, count: int) -> list[float]:
    sent: dict[str, float] = {}
    async with httpx.AsyncClient(base_url=process.url) as client:
        for number in range(count):
            text = f"pace {number}"
            sent[text] = await submit(client, text)
            await asyncio.sleep(1 / PACE)
    await asyncio.sleep(2)
    came = {text: at for at, text in await arrivals(port)}
    assert set(came) == set(sent), f"{len(sent) - len(came)} did not arrive"
    return sorted(came[text] - at for text, at in sent.items())


async def throughput(process: Process, token: str, port: int, count: int, mark: str) -> float:
    """Of a backlog that a limit of one a minute made, from its lifting to the last arrival."""
    await configure(process, token, port, limit=1)
    async with httpx.AsyncClient(base_url=process.url, timeout=60) as client:
        gate = asyncio.Semaphore(16)

        async def one(number: int) -> None:
            async with gate:
                await submit(client, f"{mark} {number}")

        await asyncio.gather(*(one(number) for number in range(count)))
    await asyncio.sleep(1)
    found = await arrivals(port)
    waiting = count - len(found)
    await configure(process, token, port)
    lifted = time.time()
    deadline = time.monotonic() + 120
    while len(found) < count and time.monotonic() < deadline:
        await asyncio.sleep(0.5)
        found += await arrivals(port)
    assert len({text for _, text in found}) == count, f"{len(found)} of {count} arrived"
    return waiting / (max(at for at, _ in found) - lifted)


async def product(name: str, count: int, rounds: int, **changes: str) -> None:
    rates, floors = [], []
    with tempfile.TemporaryDirectory() as folder:
        process = serve(Path(folder) / "data", **changes).start()
        await process.ready()
        async with sink() as port:
            token = process.token()
            await configure(process, token, port)
            times = await latency(process, port, 100)
            for number in range(rounds):
                floors.append(await raw(port, count))
                rates.append(await throughput(process, token, port, count, f"burst {number}"))
        process.stop()
    p50, p99 = statistics.median(times), times[int(len(times) * 0.99)]
    usual, rare = IDLE_GOALS[name]
    print(
        f"{name:8} submit to arrival at {PACE}/s"
        f"   p50 {p50 * 1000:.0f} ms   p99 {p99 * 1000:.0f} ms"
        f"   (goals {usual * 1000:.0f} and {rare * 1000:.0f} ms:"
        f" {'reached' if p50 <= usual and p99 <= rare else 'MISSED'})"
    )
    ratios = [rate / floor for rate, floor in zip(rates, floors, strict=True)]
    share = statistics.median(ratios)
    print(
        f"{name:8} notices   {statistics.median(rates):.0f}/s, {share:.2f} ({min(ratios):.2f}"
        f"-{max(ratios):.2f}) of raw httpx in turns, {statistics.median(floors):.0f}/s"
        f"   (goal {RATIO_GOAL}: {verdict(share, RATIO_GOAL)})",
        flush=True,
    )


async def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 500
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 5
    await product("sqlite", count, rounds)
    server = PostgresServer().start()
    try:
        await product("postgres", count, rounds, DATABASE_URL=await server.create())
    finally:
        server.stop()
    print(
        "Bound by Python in the one process: a parcel, a checked request and its part of a"
        " transaction for every notice, at most four through one channel at a time."
    )


if __name__ == "__main__":
    uvloop.run(main())
