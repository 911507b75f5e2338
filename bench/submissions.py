"""Submissions stored a second, beside a bare handler of the same server: on SQLite, on PostgreSQL
by one process and by two. No channel is configured, so nothing is sent meanwhile.

python -m bench.submissions [rounds] [seconds]
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
import time
from contextlib import AsyncExitStack
from pathlib import Path

import psutil
import uvloop

from bench.contenders import (
    CONNECTIONS,
    Contender,
    bare,
    interleaved,
    median,
    on_postgres,
    on_sqlite,
    ratio,
    tell,
)
from tests.processes import Process, serve
from tests.servers import PostgresServer

GOALS = {"sqlite": 0.3, "postgres": 0.2}
"""Of what the bare handler answers."""
TWO_GOAL = 1.8
P99_GOAL_MS = 250
START_GOAL_SECONDS = 5
MEMORY_GOAL_MB = 200


def verdict(value: float, goal: float, *, more: bool = True) -> str:
    return "reached" if (value >= goal if more else value <= goal) else "MISSED"


def judged(value: float, goal: float, quiet: bool) -> str:
    return verdict(value, goal) if quiet else "cannot be told on a machine that others use"


async def alone(folder: Path) -> None:
    """How long a start takes, and the memory that it needs."""
    process = serve(folder / "data")
    begun = time.perf_counter()
    process.start_anew()
    await process.ready()
    started = time.perf_counter() - begun
    await asyncio.sleep(2)
    memory = group_memory(process)
    process.stop()
    print(
        f"first answer after {started:.1f} s (goal {START_GOAL_SECONDS}:"
        f" {verdict(started, START_GOAL_SECONDS, more=False)}), idle memory of the process"
        f" group {memory:.0f} MB (goal {MEMORY_GOAL_MB}:"
        f" {verdict(memory, MEMORY_GOAL_MB, more=False)})"
    )


def group_memory(process: Process) -> float:
    assert process.popen is not None
    root = psutil.Process(process.popen.pid)
    return sum(each.memory_info().rss for each in (root, *root.children(True))) / 2**20


async def half_speed(contender: Contender, seconds: float) -> None:
    done = await contender.turn(seconds, median(contender, "rate") / 2)
    p99 = done.result.p99
    print(
        f"{contender.name:24} at half speed  {done.result}"
        f"   (goal p99 {P99_GOAL_MS} ms: {verdict(p99, P99_GOAL_MS, more=False)})"
    )


async def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 7
    seconds = float(sys.argv[2]) if len(sys.argv) > 2 else 3
    server = PostgresServer().start()
    try:
        with tempfile.TemporaryDirectory() as place:
            folder = Path(place)
            (folder / "alone").mkdir()
            await alone(folder / "alone")
            async with AsyncExitStack() as stack:
                floor = await stack.enter_async_context(bare())
                found = [floor, await stack.enter_async_context(on_sqlite(folder))]
                for name, webs in (("postgres", 1), ("postgres, two processes", 2)):
                    (there := folder / str(webs)).mkdir()
                    contender = on_postgres(server, there, name=name, webs=webs)
                    found.append(await stack.enter_async_context(contender))
                await compete(floor, found, rounds, seconds)
    finally:
        server.stop()


async def compete(floor: Contender, found: list[Contender], rounds: int, seconds: float) -> None:
    print(f"{rounds} rounds of {seconds:g} s each, in turns, {CONNECTIONS} connections")
    await interleaved(found, rounds, seconds)
    quiet = tell(found, floor)
    _, sqlite, one, two = found
    for each in (sqlite, one):
        share, goal = ratio(each, floor)[0], GOALS[each.name]
        print(f"{each.name:24} {share:.3f} (goal {goal}: {judged(share, goal, quiet)})")
    more, least, most = ratio(two, one)
    print(
        f"two processes to one     {more:.2f} ({least:.2f}-{most:.2f})"
        f" (goal {TWO_GOAL}: {judged(more, TWO_GOAL, quiet)});"
        " they share the two processors with PostgreSQL and the load"
    )
    for each in (sqlite, one):
        await half_speed(each, seconds)


if __name__ == "__main__":
    uvloop.run(main())
