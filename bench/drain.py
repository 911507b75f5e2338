"""A channel that was away while a hundred thousand messages came: how it is told, and what it
costs.

python -m bench.drain [count]
"""

from __future__ import annotations

import asyncio
import contextlib
import sys
import tempfile
import time
import uuid
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import uvloop

from app import (
    channel_settings,
    database,
    messages,
    outside,
    settings,
)
from app.database import migrate
from app.fields.check import Answers
from app.messages.leave import Ledger
from app.messages.submission import Submission, Visit
from app.people import organizations
from app.tables import Organization
from bench.notices import raw, sink
from tests.fakes.vendors import FakeVendors
from tests.processes import Process, environment
from tests.servers import PostgresServer

BATCH = 1000
LIMIT = 10
SENDS_GOAL = LIMIT
SECONDS_GOAL = 30
MEMORY_GOAL_MB = 50
VISITOR_GOAL_SECONDS = 5
"""A visitor who writes meanwhile is answered within this."""
PATIENCE_SECONDS = 300


@dataclass
class Drain:
    seconds: float = 0
    sends: int = 0
    memory: float = 0
    """Megabytes above what the worker had when it began."""
    visitors: list[float] = field(default_factory=list)


def verdict(value: float, goal: float) -> str:
    return f"goal {goal}: {'reached' if value <= goal else 'MISSED'}"


@contextlib.asynccontextmanager
async def opened(folder: Path, url: str) -> AsyncIterator[Organization]:
    settings.use(settings.load(environment(folder, LEAVEMSG_EGRESS_ALLOW="127.0.0.0/8")))
    engine = database.make(url, str(folder / "leavemsg.sqlite"))
    database.use(engine)
    await engine.open()
    await migrate.run()
    try:
        yield await organizations.first()
    finally:
        await outside.close()
        await engine.close()


async def fill(org: Organization, count: int) -> None:
    for start in range(0, count, BATCH):
        batch = [submission(start + number) for number in range(min(BATCH, count - start))]
        ledger = Ledger(org.id)
        async with database.transaction():
            await ledger.open(batch)
            for one in batch:
                ledger.enter(one)
            await ledger.write()


def submission(number: int) -> Submission:
    answers = Answers(content=f"我想咨询一下产品价格 {number}", phone="13800138000")
    return Submission(uuid.uuid4().hex, answers, Visit(ip="192.0.2.1"), str(number), "")


async def drain(org: Organization, folder: Path, fakes: FakeVendors, **changes: str) -> Drain:
    found = Drain()
    nobody = "unix:///nonexistent/redis.sock"
    env = environment(folder, REDIS_URL=nobody, **changes)
    worker = Process("worker", env, folder / "worker.log").start()
    assert worker.popen is not None
    process = psutil.Process(worker.popen.pid)
    await begun(worker)
    started, base = time.perf_counter(), process.memory_info().rss
    visits = asyncio.create_task(visit(org, found))
    peak = base
    while await waiting() and time.perf_counter() - started < PATIENCE_SECONDS:
        peak = max(peak, process.memory_info().rss)
        await asyncio.sleep(0.05)
    found.seconds = time.perf_counter() - started
    visits.cancel()
    found.memory = (peak - base) / 1e6
    found.sends = len(fakes.calls("wecom", "k"))
    await asyncio.to_thread(worker.stop)
    return found


async def begun(worker: Process) -> None:
    for _ in range(2000):
        if "The worker runs." in worker.log.read_text():
            return
        await asyncio.sleep(0.01)
    raise AssertionError(worker.log.read_text())


async def waiting() -> int:
    """Those that were there before; who writes meanwhile waits for a place of their own."""
    found = await database.value(
        int,
        "SELECT count(*) AS n FROM delivery d JOIN message m ON m.id = d.message"
        " WHERE d.state IN ('pending', 'sending') AND m.name = ''",
    )
    return found or 0


async def visit(org: Organization, found: Drain) -> None:
    """Somebody writes ten times a second."""
    for number in range(10**6):
        answers = Answers(content=f"meanwhile {number}", name="meanwhile", phone="13800138000")
        began = time.perf_counter()
        await messages.leave(org, answers, Visit(), submission_id=uuid.uuid4().hex)
        found.visitors.append(time.perf_counter() - began)
        await asyncio.sleep(0.1)


async def product(name: str, count: int, floor: float, url: str) -> None:
    with tempfile.TemporaryDirectory() as text:
        folder = Path(text)
        changes = {"DATABASE_URL": url} if url else {}
        async with opened(folder, url) as org, FakeVendors() as fakes:
            entry = {
                "type": "wecom",
                "webhook_url": fakes.add_bot("wecom", "k"),
                "rate_limit_per_minute": LIMIT,
            }
            await channel_settings.add(org.id, entry, by="bench")
            began = time.perf_counter()
            await fill(org, count)
            print(f"{name:8} {count} left within {time.perf_counter() - began:.0f} s")
            found = await drain(org, folder, fakes, **changes)
    tell(name, count, floor, found)


def tell(name: str, count: int, floor: float, found: Drain) -> None:
    longest = max(found.visitors, default=0)
    print(
        f"{name:8} told in {found.sends} sends ({verdict(found.sends, SENDS_GOAL)})"
        f" within {found.seconds:.1f} s ({verdict(found.seconds, SECONDS_GOAL)});"
        f" one by one raw httpx would need {count / floor:.0f} s"
    )
    print(
        f"{name:8} memory of the worker +{found.memory:.0f} MB"
        f" ({verdict(found.memory, MEMORY_GOAL_MB)}), the slowest of {len(found.visitors)}"
        f" visitors meanwhile {longest:.1f} s ({verdict(longest, VISITOR_GOAL_SECONDS)})"
    )


async def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    async with sink() as port:
        floor = await raw(port, 500)
    server = PostgresServer().start()
    try:
        await product("sqlite", count, floor, "")
        await product("postgres", count, floor, await server.create())
    finally:
        server.stop()
    print("Bound by the database: the digest moves every row it covers twice, in two statements.")


if __name__ == "__main__":
    uvloop.run(main())
