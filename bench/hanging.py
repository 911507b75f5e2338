"""Three receivers that hang, drip and answer with a gigabyte: what the fourth notices of them.

python -m bench.hanging [seconds]
"""

from __future__ import annotations

import asyncio
import contextlib
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import httpx
import psutil
import uvloop

from bench.notices import PATH, arrivals, raw, sink
from tests.fakes.vendors import FakeVendors
from tests.processes import Process, serve
from tests.servers import PostgresServer

PACE = 5
P95_GOAL = 5.0
MEMORY_GOAL_MB = 30
SETTLE_SECONDS = 5.0
TROUBLE: dict[str, Any] = {
    "127.0.0.2": "hang_after",
    "127.0.0.3": "drip",
    "127.0.0.4": {"status": 500, "body": "x" * 1024 * 1024, "repeat": 1024},
}
"""An address each: a host shares its few connections among all that it serves."""


async def configure(process: Process, urls: list[str]) -> None:
    """No limit, so that nothing keeps the bad ones from being tried."""
    entries = [{"type": "custom", "webhook_url": url} for url in urls]
    async with httpx.AsyncClient(base_url=process.url) as client:
        answer = await client.post(
            "/api/v1/leavemsg/config",
            headers={"Authorization": f"Bearer {process.token()}"},
            json={"notifications": entries, "rate_limit_per_minute": 0},
        )
    answer.raise_for_status()


async def measure(process: Process, port: int, seconds: float) -> tuple[list[float], float]:
    """Seconds to the good receiver, in order, and megabytes above the beginning at the most."""
    assert process.popen is not None
    watched = psutil.Process(process.popen.pid)
    sent: dict[str, float] = {}
    await arrivals(port)
    base = peak = watched.memory_info().rss
    began = time.time()
    async with httpx.AsyncClient(base_url=process.url, timeout=60) as client:
        while time.time() < began + seconds:
            text = f"message {len(sent)} {began}"
            sent[text] = time.time()
            body = {"visitor": {"phone": "13800138000"}, "message": {"content": text}}
            (await client.post(PATH, json=body)).raise_for_status()
            peak = max(peak, watched.memory_info().rss)
            await asyncio.sleep(max(0.0, began + len(sent) / PACE - time.time()))
    await asyncio.sleep(SETTLE_SECONDS)
    came = {text: at for at, text in await arrivals(port)}
    assert sent.keys() <= came.keys(), f"{len(sent.keys() - came.keys())} did not arrive"
    return sorted(came[text] - at for text, at in sent.items()), (peak - base) / 1e6


def tell(name: str, what: str, times: list[float], memory: float) -> None:
    p95 = times[int(len(times) * 0.95)]
    print(
        f"{name:8} {what:14} p50 {statistics.median(times) * 1000:5.0f} ms"
        f"   p95 {p95 * 1000:5.0f} ms (goal {P95_GOAL * 1000:.0f} ms:"
        f" {'reached' if p95 <= P95_GOAL else 'MISSED'})   memory +{memory:.0f} MB"
        f" (goal {MEMORY_GOAL_MB}: {'reached' if memory <= MEMORY_GOAL_MB else 'MISSED'})"
    )


async def product(name: str, seconds: float, **changes: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        everywhere = {"LEAVEMSG_EGRESS_ALLOW": "127.0.0.0/8"}
        process = serve(Path(folder) / "data", **everywhere, **changes).start()
        await process.ready()
        async with contextlib.AsyncExitStack() as stack:
            port = await stack.enter_async_context(sink())
            bad = [await stack.enter_async_context(FakeVendors(host=host)) for host in TROUBLE]
            urls = [one.add_hook("bad", [TROUBLE[one.host]]) for one in bad]
            good = f"http://127.0.0.1:{port}/hook"
            await configure(process, [good])
            await measure(process, port, 3)
            tell(name, "alone", *await measure(process, port, seconds))
            await configure(process, [good, *urls])
            tell(name, "beside the bad", *await measure(process, port, seconds))
            calls = [len(one.calls()) for one in bad]
        process.stop()
    print(f"{name:8} sends that the hanging, the dripping and the drowning one took: {calls}")


async def main() -> None:
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 30.0
    async with sink() as port:
        floor = await raw(port, 500)
    print(f"raw httpx to the good receiver takes {1000 / floor:.1f} ms each, ten at a time")
    server = PostgresServer().start()
    try:
        dsn = await server.create()
        for name, changes in {"sqlite": {}, "postgres": {"DATABASE_URL": dsn}}.items():
            await product(name, seconds, **changes)
    finally:
        server.stop()
    print(
        "Bound by what is planned before the first failure is known: one deadline's worth of sends."
    )


if __name__ == "__main__":
    uvloop.run(main())
