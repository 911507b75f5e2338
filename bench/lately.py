"""How each channel did in the last 24 hours, beside the list of channels: among very many notices,
and on a day when ten channels sent without a pause, as the limit allows it at first.

python -m bench.lately [count] [sqlite|postgres]
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
import time
import uuid
from pathlib import Path

import uvloop

from app import channel_settings, database
from app.overview.lately import lately
from app.tables import Organization
from app.tables.base import now
from bench.drain import opened
from bench.overview import BY, DAYS, DELIVERY, GOAL, dialect, insert
from bench.timing import timed
from tests.servers import PostgresServer

CHANNELS = 10
BUSY = CHANNELS * 10 * 60 * 24
"""Notices of a day, of which each channel takes ten a minute."""


async def fill(org: Organization, count: int, days: float) -> None:
    """`count` notices of CHANNELS channels. They are about nothing, as those of reports are."""
    each = count // CHANNELS
    known = dialect(each, now(), days)
    known["org"] = known["value"].format(org.id)
    for number in range(CHANNELS):
        key = str(uuid.uuid4())
        uid = await channel_settings.add(org.id, {"type": "wecom", "webhook_url": key}, by=BY)
        own = {"uuid": known["uuid"].format(sign=number), "channel": known["value"].format(uid)}
        row = {**DELIVERY, "message": "NULL", "about": "{uuid}"}
        await insert("delivery", row, each, {**known, **own})
    if not isinstance(database.engine(), database.SQLite):
        await database.execute("ANALYZE delivery")


async def measure(name: str, url: str, count: int, days: float, server: int | None = None) -> None:
    with tempfile.TemporaryDirectory() as folder:
        async with opened(Path(folder), url) as org:
            began = time.perf_counter()
            await fill(org, count, days)
            took = time.perf_counter() - began
            print(f"{name}: {count} notices, filled in {took:.0f} s", flush=True)

            async def read() -> None:
                await lately(org.id)

            await timed(f"24 hours of {days:g} days", GOAL, read, server)


async def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    wanted = sys.argv[2:] or ["sqlite", "postgres"]
    for many, days in ((count, float(DAYS)), (BUSY, 1.0)):
        if "sqlite" in wanted:
            await measure("sqlite", "", many, days)
        if "postgres" in wanted:
            server = PostgresServer().start()
            try:
                assert server.process is not None
                url = await server.create()
                await measure("postgres", url, many, days, server.process.pid)
            finally:
                await asyncio.to_thread(server.stop)


if __name__ == "__main__":
    uvloop.run(main())
