"""What it costs to run and do nothing: memory of the whole group, and time of the processors.

python -m bench.idle [seconds]
"""

from __future__ import annotations

import asyncio
import statistics
import sys
import tempfile
import time
from pathlib import Path

import psutil
import uvloop

from bench.submissions import verdict
from bench.timing import processor
from tests.processes import serve
from tests.servers import PostgresServer

SETTLED_SECONDS = 5.0
"""After the start, until what a start does is done."""
STARTS = 3
MEMORY_GOAL_MB, PROCESSOR_GOAL = 85, 0.005


def memory(pid: int) -> tuple[float, float]:
    """Megabytes, with the bundled server; what several processes share counts once (PSS). And what
    no other process shares (USS): other programs in Python have libraries of ours, too."""
    root = psutil.Process(pid)
    found = [each.memory_full_info() for each in (root, *root.children(True))]
    return sum(each.pss for each in found) / 1e6, sum(each.uss for each in found) / 1e6


async def once(folder: Path, seconds: float, **changes: str) -> tuple[float, float, float]:
    """Megabytes, those of them that are not shared, and the share of one core."""
    process = serve(folder, **changes).start_anew()
    await process.ready()
    assert process.popen is not None
    await asyncio.sleep(SETTLED_SECONDS)
    before, began = processor(process.popen.pid), time.monotonic()
    await asyncio.sleep(seconds)
    share = (processor(process.popen.pid) - before) / (time.monotonic() - began)
    megabytes, private = memory(process.popen.pid)
    process.stop()
    return megabytes, private, share


async def product(name: str, seconds: float, **changes: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        # The first start compiles and fills.
        found = [await once(Path(folder) / "data", seconds, **changes) for _ in range(STARTS + 1)]
    megabytes, private, share = map(statistics.median, zip(*found[1:], strict=True))
    print(
        f"{name:8} at idle   {megabytes:.0f} MB of the group, {private:.0f} MB not shared"
        f" (goal {MEMORY_GOAL_MB}: {verdict(megabytes, MEMORY_GOAL_MB, more=False)})"
        f"   {share:.2%} of one core"
        f" (goal {PROCESSOR_GOAL:.1%}: {verdict(share, PROCESSOR_GOAL, more=False)})",
        flush=True,
    )


async def main() -> None:
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 20.0
    await product("sqlite", seconds)
    server = PostgresServer().start()
    try:
        await product("postgres", seconds, DATABASE_URL=await server.create())
    finally:
        server.stop()


if __name__ == "__main__":
    uvloop.run(main())
