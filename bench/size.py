"""How many bytes of the database a message takes, with one notice that was sent: by table, with
its indexes.

python -m bench.size [messages] [sqlite|postgres]
"""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path

import msgspec
import uvloop

from app import channel_settings, database, outside
from app.deliveries import Courier
from app.tables import Delivery, Organization
from bench.drain import fill, opened
from bench.filled import arguments, index
from bench.notices import sink
from tests.servers import PostgresServer

COUNT = 1000
TABLES = ("message", "delivery", "dispatch", "attempt", "event")
SQLITE = (
    "SELECT s.tbl_name AS name, sum(d.pgsize) AS bytes FROM sqlite_schema s CROSS JOIN dbstat d"
    " ON d.name = s.name AND d.aggregate = TRUE GROUP BY s.tbl_name"
)
POSTGRES = (
    "SELECT relname AS name, pg_total_relation_size(oid) AS bytes FROM pg_class"
    " WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
)


class Size(msgspec.Struct):
    name: str
    bytes: int


async def sent(org: Organization) -> None:
    courier = Courier(outside.egress())
    while await Delivery.count().where(Delivery.state != "sent"):
        courier.look(org.id)
        await asyncio.sleep(0.2)
    await courier.stop(5)


async def product(name: str, count: int, url: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        async with sink() as port, opened(Path(folder), url) as org:
            hook = f"http://127.0.0.1:{port}/hook"
            entry = {"type": "custom", "webhook_url": hook, "rate_limit_per_minute": 0}
            await channel_settings.add(org.id, entry, by="bench")
            before = await sizes()
            await fill(org, count)
            await sent(org)
            await index()
            after = await sizes()
    each = {table: (size - before.get(table, 0)) / count for table, size in after.items()}
    print(f"{name}: bytes for each of {count} messages with a notice that was sent")
    for table in TABLES:
        print(f"  {table:10} {each[table]:6.0f}")
    print(f"  all        {sum(each.values()):6.0f}", flush=True)


async def sizes() -> dict[str, int]:
    embedded = isinstance(database.engine(), database.SQLite)
    found = await database.rows(Size, SQLITE if embedded else POSTGRES)
    return {each.name: each.bytes for each in found}


async def main() -> None:
    asked = arguments(__doc__, count=COUNT)
    server = PostgresServer().start()
    try:
        for name in asked.only:
            url = await server.create() if name == "postgres" else ""
            await product(name, asked.count, url)
    finally:
        server.stop()


if __name__ == "__main__":
    uvloop.run(main())
