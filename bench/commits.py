"""Storing messages with one commit for each and with one for all who wait together.

No HTTP: 32 visitors at once, each waiting for its own answer. python -m bench.commits [seconds]
"""

from __future__ import annotations

import asyncio
import itertools
import sys
import tempfile
import time
from pathlib import Path

import uvloop

from app import messages
from app.database import batch
from app.fields.check import Answers
from app.messages import Visit
from app.tables import Organization
from bench.drain import opened
from tests.servers import PostgresServer

VISITORS = 32
NUMBERS = itertools.count()


async def rate(org: Organization, size: int, seconds: float) -> float:
    batch.SIZE = size
    stored = 0
    started = time.perf_counter()

    async def visitor() -> None:
        nonlocal stored
        while time.perf_counter() - started < seconds:
            number = next(NUMBERS)
            answers = Answers(
                content=f"我想咨询一下产品价格 {number}", name="张三", phone="13800138000"
            )
            await messages.leave(
                org, answers, Visit(ip="192.168.1.100"), submission_id=f"s{number}"
            )
            stored += 1

    await asyncio.gather(*(visitor() for _ in range(VISITORS)))
    return stored / (time.perf_counter() - started)


async def main() -> None:
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 4
    usual = batch.SIZE
    server = PostgresServer().start()
    try:
        for name, url in {"sqlite": "", "postgres": await server.create()}.items():
            with tempfile.TemporaryDirectory() as folder:
                async with opened(Path(folder), url) as org:
                    single = await rate(org, 1, seconds)
                    shared = await rate(org, usual, seconds)
            print(
                f"{name:8} one commit each {single:6.0f}/s   shared {shared:6.0f}/s"
                f"   {shared / single:.1f} times"
            )
    finally:
        server.stop()
    print("Both are durable before the answer (synchronous FULL, fsync on).")


if __name__ == "__main__":
    uvloop.run(main())
