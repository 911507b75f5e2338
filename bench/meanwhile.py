"""Notices while submissions go on: what goes out, of what comes in, with the limit lifted, and what
that leaves of the submissions. With a channel and without take turns.

python -m bench.meanwhile [rounds] [seconds]
"""

from __future__ import annotations

import asyncio
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import uvloop

from bench.contenders import PATH, Contender, Round, median, ratio
from bench.notices import arrivals, configure, sink
from bench.submissions import verdict
from tests.processes import serve
from tests.servers import PostgresServer

KEPT_UP_GOAL, LEFT_GOAL = 0.95, 0.8
PATIENCE_SECONDS = 120.0


@asynccontextmanager
async def product(
    name: str, folder: Path, port: int | None, **changes: str
) -> AsyncIterator[Contender]:
    """With a channel to this port, or without."""
    process = serve(folder, **changes).start_anew()
    try:
        await process.ready()
        if port is not None:
            await configure(process, process.token(), port)
        yield Contender(name, PATH, [int(process.env["PORT"])], [process.popen.pid])
    finally:
        process.stop()


async def turn(contender: Contender, port: int, seconds: float) -> tuple[Round, float]:
    """And the notices that came for each submission while they went on; waits for the others."""
    began = time.time()
    done = await contender.turn(seconds)
    ended = time.time()
    came = await arrivals(port)
    meanwhile = sum(began <= at <= ended for at, _ in came)
    async with asyncio.timeout(PATIENCE_SECONDS):
        while len(came) < done.stored:
            await asyncio.sleep(0.2)
            came += await arrivals(port)
    assert len({text for _, text in came}) == len(came), "a notice came twice"
    return done, meanwhile / done.stored


async def compare(name: str, rounds: int, seconds: float, *dsns: str) -> None:
    changes = [{"DATABASE_URL": dsn} for dsn in dsns] or [{}, {}]
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        port = await stack.enter_async_context(sink())
        alone, told = [
            await stack.enter_async_context(product(which, folder / which, to, **change))
            for which, to, change in zip(("alone", "told"), (None, port), changes, strict=True)
        ]
        await alone.turn(1)
        await turn(told, port, 1)
        kept_up = []
        for _ in range(rounds):
            alone.rounds.append(await alone.turn(seconds))
            done, share = await turn(told, port, seconds)
            told.rounds.append(done)
            kept_up.append(share)
    left, least, most = ratio(told, alone)
    up = statistics.median(kept_up)
    each = [median(of, "server") for of in (alone, told)]
    print(
        f"{name:8} {median(told, 'rate'):.0f} submissions/s with a"
        f" channel, {left:.2f} ({least:.2f}-{most:.2f}) of those without (goal {LEFT_GOAL}:"
        f" {verdict(left, LEFT_GOAL)})\n"
        f"{name:8} notices meanwhile {up:.2f} ({min(kept_up):.2f}-{max(kept_up):.2f}) of them"
        f" (goal {KEPT_UP_GOAL}: {verdict(up, KEPT_UP_GOAL)})"
        f"   processor {each[0]:.0f} us a submission alone, {each[1]:.0f} with what is sent of its"
        " notice meanwhile",
        flush=True,
    )


async def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    seconds = float(sys.argv[2]) if len(sys.argv) > 2 else 3
    await compare("sqlite", rounds, seconds)
    server = PostgresServer().start()
    try:
        dsns = [await server.create() for _ in range(2)]
        await compare("postgres", rounds, seconds, *dsns)
    finally:
        server.stop()


if __name__ == "__main__":
    uvloop.run(main())
