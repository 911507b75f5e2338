"""Two processes on one SQLite file, as `leavemsg web` and `leavemsg worker` are: how long one
waits to write while the other writes all the time.

python -m bench.apart [seconds]
"""

from __future__ import annotations

import asyncio
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import uvloop

from app import database, instance
from bench.drain import opened

PACE = 50.0
ROUNDS = 3
WRITE = "UPDATE instance SET value = ? WHERE name = ?"


async def write(number: int, name: str = "bench") -> None:
    async with database.transaction():
        await database.execute(WRITE, str(number), name)


async def busily(path: str) -> None:
    """As fast as it can, until it is stopped."""
    database.use(engine := database.make("", path))
    await engine.open()
    number = 0
    while True:
        number += 1
        await write(number, "busy")


async def waited(seconds: float) -> list[float]:
    """Milliseconds of each write, at a fixed pace."""
    took: list[float] = []
    end = time.perf_counter() + seconds
    while (began := time.perf_counter()) < end:
        await write(len(took))
        took.append(1000 * (time.perf_counter() - began))
        await asyncio.sleep(max(0.0, 1 / PACE - (time.perf_counter() - began)))
    return sorted(took)


async def written() -> int:
    """By the other process."""
    return await database.value(int, "SELECT value FROM instance WHERE name = 'busy'") or 0


def tell(what: str, took: list[list[float]]) -> None:
    p50 = statistics.median(statistics.median(each) for each in took)
    p99 = statistics.median(each[int(0.99 * (len(each) - 1))] for each in took)
    print(f"{what:32} p50 {p50:6.1f} ms   p99 {p99:7.1f} ms", flush=True)


async def main() -> None:
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 4.0
    with tempfile.TemporaryDirectory() as text:
        folder = Path(text)
        async with opened(folder, ""):
            for name in ("bench", "busy"):
                await instance.write(name, "0")
            alone, beside = [], []
            for _ in range(ROUNDS):
                alone.append(await waited(seconds))
                asked = [sys.executable, "-m", "bench.apart", "busily"]
                other = subprocess.Popen([*asked, str(folder / "leavemsg.sqlite")])
                for _ in range(200):
                    if await written():
                        break
                    await asyncio.sleep(0.05)
                before = await written()
                beside.append(await waited(seconds))
                other_wrote = await written() - before
                print(f"the other wrote {other_wrote / seconds:.0f} times a second", flush=True)
                await instance.write("busy", "0")
                other.kill()
                other.wait()
    tell("alone", alone)
    tell("while another process writes", beside)


if __name__ == "__main__":
    uvloop.run(busily(sys.argv[2]) if sys.argv[1:2] == ["busily"] else main())
