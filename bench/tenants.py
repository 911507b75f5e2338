"""Twenty organizations: the time from submit to arrival, and what one that floods does to the
others.

python -m bench.tenants [seconds]
"""

from __future__ import annotations

import asyncio
import itertools
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import httpx
import uvloop

from app import channel_settings
from app.people import organizations
from bench.drain import opened
from bench.notices import PATH, arrivals, raw, sink
from tests.processes import Process, serve
from tests.servers import PostgresServer

ORGANIZATIONS = 20
PACE = 5
FLOOD = 100
P50_GOAL, P99_GOAL = 0.1, 1.0
FLOODED_P99_GOAL = 0.1
SETTLE_SECONDS = 5.0
FLOODER = "tenant-0"
ADDRESSES = ["127.0.0.1", *(f"127.0.1.{number + 1}" for number in range(ORGANIZATIONS))]
"""A receiver of its own for each: a host shares its few connections among all that it serves."""


async def prepare(folder: Path, url: str, port: int) -> None:
    """Each with one receiver and no limit, so that nothing but the product itself is slow."""
    async with opened(folder, url):
        for number in range(ORGANIZATIONS):
            org = await organizations.create(f"tenant-{number}", f"Tenant {number}")
            entry = {
                "type": "custom",
                "webhook_url": f"http://{ADDRESSES[number + 1]}:{port}/hook",
                "rate_limit_per_minute": 0,
            }
            await channel_settings.add(org.id, entry, by="bench")


async def submit(client: httpx.AsyncClient, slug: str, text: str) -> None:
    body = {"org": slug, "visitor": {"phone": "13800138000"}, "message": {"content": text}}
    (await client.post(PATH, json=body)).raise_for_status()


async def at_pace(
    client: httpx.AsyncClient, pace: float, seconds: float, slug: Callable[[int], str]
) -> dict[str, float]:
    """On a fixed schedule, however slow the answers are: the time by text at which each was due."""
    sent: dict[str, float] = {}
    tasks = []
    began = time.time()
    for number in itertools.count():
        due = began + number / pace
        if due > began + seconds:
            break
        await asyncio.sleep(max(0.0, due - time.time()))
        name = slug(number)
        text = f"{name} {number} {began}"
        sent[text] = due
        tasks.append(asyncio.create_task(submit(client, name, text)))
    await asyncio.gather(*tasks)
    return sent


async def measure(process: Process, port: int, seconds: float, *, flood: bool) -> list[float]:
    """Of the quiet ones, in order."""
    quiet = itertools.cycle(range(1, ORGANIZATIONS)) if flood else itertools.cycle(range(20))
    limits = httpx.Limits(max_connections=200)
    async with httpx.AsyncClient(base_url=process.url, timeout=60, limits=limits) as client:
        works = [at_pace(client, PACE, seconds, lambda _: f"tenant-{next(quiet)}")]
        if flood:
            works.append(at_pace(client, FLOOD, seconds, lambda _: FLOODER))
        sent, *_ = await asyncio.gather(*works)
    await asyncio.sleep(SETTLE_SECONDS)
    came = {text: at for at, text in await arrivals(port)}
    missing = set(sent) - set(came)
    assert not missing, f"{len(missing)} of {len(sent)} did not arrive"
    return sorted(came[text] - at for text, at in sent.items())


def tell(name: str, what: str, times: list[float], goals: tuple[float, float]) -> None:
    p50, p99 = statistics.median(times), times[min(len(times) - 1, int(len(times) * 0.99))]
    good = p50 <= goals[0] and p99 <= goals[1]
    print(
        f"{name:8} {what:32} p50 {p50 * 1000:5.0f} ms   p99 {p99 * 1000:5.0f} ms"
        f"   (goals {goals[0] * 1000:.0f} and {goals[1] * 1000:.0f} ms:"
        f" {'reached' if good else 'MISSED'})"
    )


async def product(name: str, seconds: float, url: str) -> None:
    with tempfile.TemporaryDirectory() as text:
        folder = Path(text)
        changes = {"LEAVEMSG_EGRESS_ALLOW": "127.0.0.0/16"}
        if url:
            changes["DATABASE_URL"] = url
        async with sink(*ADDRESSES) as port:
            await prepare(folder / "data", url, port)
            process = serve(folder / "data", **changes).start()
            await process.ready()
            await measure(process, port, 2, flood=False)
            calm = await measure(process, port, seconds, flood=False)
            tell(name, f"{ORGANIZATIONS} organizations, {PACE}/s", calm, (P50_GOAL, P99_GOAL))
            times = await measure(process, port, seconds, flood=True)
            what = f"the quiet {ORGANIZATIONS - 1} while one sends {FLOOD}/s"
            tell(name, what, times, (FLOODED_P99_GOAL, FLOODED_P99_GOAL))
            process.stop()


async def main() -> None:
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 20.0
    async with sink() as port:
        floor = await raw(port, 500)
    print(f"raw httpx to the same receiver takes {1000 / floor:.1f} ms each, ten at a time")
    server = PostgresServer().start()
    try:
        await product("sqlite", seconds, "")
        await product("postgres", seconds, await server.create())
    finally:
        server.stop()
    print("Bound by Python: one process takes the submissions and makes the sends of all.")


if __name__ == "__main__":
    uvloop.run(main())
