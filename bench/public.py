"""What open pages ask every half minute: answers a second of one process, from memory.

python -m bench.public [seconds]

A few shops have many open pages. Beside it is a bare handler of the same server, by turns; the
processor's time is that of the product's processes for one answer, which other work on the machine
hardly changes. A shop whose pages nobody has asked for lately is read first: that is what
`bench.shops` calls "not remembered".
"""

from __future__ import annotations

import statistics
import sys
import tempfile
from pathlib import Path

import uvloop

from app import database, widget
from app.people import organizations
from bench import load
from bench.contenders import Contender, bare
from bench.drain import opened
from bench.submissions import verdict
from bench.timing import processor
from tests.processes import Process, serve
from tests.servers import PostgresServer

SHOPS, SITE = 20, "https://www.shop.example"
GOAL = 5000
ROUNDS = 3


def get(path: str) -> bytes:
    return f"GET {path} HTTP/1.1\r\nHost: localhost\r\nOrigin: {SITE}\r\n\r\n".encode()


async def prepare(folder: Path, url: str) -> None:
    async with opened(folder, url):
        for number in range(SHOPS):
            async with database.transaction():
                row = organizations.new(f"shop-{number}", "", locale="zh-CN", timezone="UTC")
                await organizations.insert(row)
            if number % 2:
                await widget.restrict(row.id, [SITE], by="bench")


async def round_of(process: Process, path: str, seconds: float) -> tuple[load.Result, float]:
    """What was reached, and microseconds of the process's time for an answer."""
    port = int(process.env["PORT"])
    before = processor(process.popen.pid)
    found = await load.run(
        port, lambda n: get(path.format(n * 2 % SHOPS + 1)), expect=b"200", seconds=seconds
    )
    return found, 1e6 * (processor(process.popen.pid) - before) / found.answers


async def product(name: str, seconds: float, floor: Contender, **changes: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        await prepare(Path(folder) / "data", changes.get("DATABASE_URL", ""))
        process = serve(Path(folder) / "data", **changes).start()
        try:
            await process.ready()
            for what in ("boot.json", "presence"):
                rates, costs, ratios = [], [], []
                await round_of(process, f"/w/shop-{{}}/{what}", seconds)
                for _ in range(ROUNDS):
                    beside = await floor.turn(seconds)
                    found, cost = await round_of(process, f"/w/shop-{{}}/{what}", seconds)
                    rates.append(found.rate)
                    costs.append(cost)
                    ratios.append(found.rate / beside.rate)
                rate, cost = statistics.median(rates), statistics.median(costs)
                print(
                    f"{name:8} {what:10} {rate:6.0f}/s (goal {GOAL}: {verdict(rate, GOAL)})  "
                    f" {statistics.median(ratios):.2f} of a bare handler   {cost:.0f} µs of the"
                    f" processor each: {1e6 / cost:.0f}/s if the client took nothing"
                    f" ({verdict(1e6 / cost, GOAL)})",
                    flush=True,
                )
        finally:
            process.stop()


async def main() -> None:
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 3.0
    server = PostgresServer().start()
    try:
        async with bare() as floor:
            await product("sqlite", seconds, floor)
            await product("postgres", seconds, floor, DATABASE_URL=await server.create())
    finally:
        server.stop()


if __name__ == "__main__":
    uvloop.run(main())
