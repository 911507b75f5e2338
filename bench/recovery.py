"""A receiver that is away for some seconds: how soon after its return it is told of everything.

Once with one message that was left meanwhile, once with several a second; each of them arrives
once. python -m bench.recovery [rounds]
"""

from __future__ import annotations

import asyncio
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import httpx
import uvloop

from bench.notices import arrivals, configure, submit
from bench.submissions import verdict
from tests.processes import Process, free_port, serve
from tests.servers import PostgresServer

AWAY_SECONDS = 6.0
GOAL_SECONDS = 5.0
PATIENCE_SECONDS = 90.0


def receiver(port: int) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-m", "bench.sink", str(port)])


async def told(process: Process, port: int, count: int, mark: str) -> float:
    """Seconds from the return until the last of `count` messages arrived."""
    async with httpx.AsyncClient(base_url=process.url) as client:
        for number in range(count):
            await submit(client, f"{mark} {number}")
            await asyncio.sleep((AWAY_SECONDS - 1) / count)
    await asyncio.sleep(1)
    there = receiver(port)
    returned = time.time()
    try:
        came: list[tuple[float, str]] = []
        async with asyncio.timeout(PATIENCE_SECONDS):
            while len({text for _, text in came}) < count:
                await asyncio.sleep(0.2)
                try:
                    came += await arrivals(port)
                except httpx.ConnectError:
                    continue
        await asyncio.sleep(1)
        came += await arrivals(port)
        assert len(came) == count, f"{len(came)} arrivals of {count}"
    finally:
        there.terminate()
        there.wait()
    return max(at for at, _ in came) - returned


async def product(name: str, rounds: int, **changes: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        process = serve(Path(folder) / "data", **changes).start()
        await process.ready()
        port = free_port()
        await configure(process, process.token(), port)
        for what, count in {"one message": 1, "20 messages": 20}.items():
            found = [await told(process, port, count, f"{what} {n}") for n in range(rounds)]
            slowest, usual = max(found), statistics.median(found)
            print(
                f"{name:8} away for {AWAY_SECONDS:.0f} s, {what}: told {usual:.1f} s after it is"
                f" back, {slowest:.1f} s at worst (goal {GOAL_SECONDS:.0f} s:"
                f" {verdict(slowest, GOAL_SECONDS, more=False)})",
                flush=True,
            )
        process.stop()


async def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    await product("sqlite", rounds)
    server = PostgresServer().start()
    try:
        await product("postgres", rounds, DATABASE_URL=await server.create())
    finally:
        server.stop()


if __name__ == "__main__":
    uvloop.run(main())
