"""What events cost a submission: nobody reads them, a program polls them, an endpoint is owed them.

No HTTP, in turns, so that a machine that gets slower slows all of them. python -m bench.events
[seconds]
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
from pathlib import Path
from statistics import median

import uvloop

from app import channel_settings
from app.database import batch
from app.feed.begin import begin
from app.tables import Organization
from bench.commits import rate
from bench.drain import opened
from tests.servers import PostgresServer

ROUNDS = 5
ENDPOINT = {"type": "events", "webhook_url": "http://127.0.0.1:9/x"}


async def nobody(org: Organization) -> None:
    await Organization.update({Organization.feed_from: None}).where(Organization.id == org.id)


async def polled(org: Organization) -> None:
    await begin(org.id)


async def main() -> None:
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 2
    server = PostgresServer().start()
    try:
        for name, url in {"sqlite": "", "postgres": await server.create()}.items():
            with tempfile.TemporaryDirectory() as folder:
                async with opened(Path(folder), url) as org:
                    found = await measured(org, seconds)
            said = ", ".join(f"{what} {median(each):.0f}/s" for what, each in found.items())
            print(f"{name:8} {said}", flush=True)
    finally:
        server.stop()


async def measured(org: Organization, seconds: float) -> dict[str, list[float]]:
    found: dict[str, list[float]] = {"nobody": [], "polled": [], "endpoint": []}
    uid = await channel_settings.add(org.id, {**ENDPOINT, "enabled": False}, by="bench")
    await rate(org, batch.SIZE, 1)
    for _ in range(ROUNDS):
        await nobody(org)
        found["nobody"].append(await rate(org, batch.SIZE, seconds))
        await polled(org)
        found["polled"].append(await rate(org, batch.SIZE, seconds))
        await channel_settings.switch(org.id, uid, True, by="bench")
        found["endpoint"].append(await rate(org, batch.SIZE, seconds))
        await channel_settings.switch(org.id, uid, False, by="bench")
        await asyncio.sleep(0.1)
    return found


if __name__ == "__main__":
    uvloop.run(main())
