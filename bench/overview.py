"""The overview among very many messages and notices: any range, as its days are kept.

python -m bench.overview [count] [sqlite|postgres]

They were left over 400 days, the last of them today, and two channels were told of each.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import sys
import tempfile
import time
import uuid
from pathlib import Path

import uvloop

from app import channel_settings, database, messages
from app.messages import acts, long_acts
from app.overview import behind, figures, spans
from app.tables import Message, Organization
from app.tables.base import now
from bench.drain import opened
from bench.timing import ASKED, timed
from tests.servers import PostgresServer

GOAL = 300
"""Milliseconds."""
DAYS = 400
AT_ONCE = 50_000
"""Rows of one statement: the product allows none much time."""
LONG = 10_000
BY = "bench@shop.example"
CHANNELS = 2
# What makes a row of its number; `{{uuid}}` and the like are the dialect's.
MESSAGE = {
    "id": "{uuid}",
    "organization": "{org}",
    "reference": "'LM-' || n",
    "shown_reference": "'LM-' || n",
    "submission_id": "'bench-' || n",
    "content": "'你好，我想咨询一下第 ' || n || ' 号产品的价格。'",
    "category": "CASE n % 7 WHEN 0 THEN '' WHEN 1 THEN '合作' WHEN 2 THEN '售后' ELSE '咨询' END",
    "site": "CASE WHEN n % 3 = 0 THEN 'b.example' ELSE 'www.shop.example' END",
    "status": "CASE WHEN n % 200 = 1 THEN 'pending' WHEN n % 40 = 2 THEN 'spam' ELSE 'handled' END",
    "outcome": "CASE WHEN n % 200 = 1 OR n % 40 = 2 THEN '' ELSE 'phone' END",
    "handled_by": "CASE WHEN n % 200 = 1 OR n % 40 = 2 THEN '' ELSE 'agent ' || (n % 9) END",
    "handled_at": "CASE WHEN n % 200 <> 1 THEN {later} END",
    "first_handled_at": "CASE WHEN n % 200 <> 1 THEN {later} END",
    "open_minutes": "CASE WHEN n % 200 <> 1 THEN (n * 7919) % 1500 END",
    "solved": "CASE n % 11 WHEN 0 THEN 'yes' WHEN 1 THEN 'no' ELSE '' END",
    "due_at": "{due}",
    "created_at": "{moment}",
    "changed": "n",
    "activity": "n",
}
DELIVERY = {
    "id": "{uuid}",
    "organization": "{org}",
    "message": "{uuid}",
    "channel": "{channel}",
    "state": "CASE WHEN n % 97 = 3 THEN 'failed' ELSE 'sent' END",
    "rank": "{moment}",
    "due_at": "{moment}",
    "created_at": "{moment}",
    "done_at": "{moment}",
}


def _is_sqlite() -> bool:
    return isinstance(database.engine(), database.SQLite)


def dialect(count: int, last: dt.datetime, days: float = DAYS) -> dict[str, str]:
    """What is made of a number `n` from 1 to `count`, spread over `days`."""
    step = int(days * 86_400_000) // count
    ms = f"({int(last.timestamp() * 1000) - count * step} + n * {step})"
    wait = "(n * 7919) % 90000"
    if _is_sqlite():
        made = f"printf('%08x-%04x-7{{sign}}00-8000-%012x', {ms} >> 16, {ms} & 65535, n)"
        at = f"strftime('%Y-%m-%d %H:%M:%f000+00:00', {ms} / 1000.0 + {{}}, 'unixepoch')"
        value = "'{}'"
    else:
        sign = "lpad(to_hex({}), {}, '0')"
        parts = (sign.format(f"{ms} >> 16", 8), sign.format(f"{ms} & 65535", 4))
        made = (
            f"({parts[0]} || '-' || {parts[1]} || '-7{{sign}}00-8000-'"
            f" || {sign.format('n', 12)})::uuid"
        )
        at, value = f"to_timestamp({ms} / 1000.0 + {{}})", "'{}'::uuid"
    moments = {"moment": at.format(0), "later": at.format(wait), "due": at.format(14400)}
    return {"uuid": made, "value": value, **moments}


def _numbers(first: int, last: int) -> str:
    if _is_sqlite():
        more = f"SELECT n + 1 FROM numbers WHERE n < {last}"
        return f"WITH RECURSIVE numbers (n) AS (SELECT {first} UNION ALL {more})"
    return f"WITH numbers AS (SELECT generate_series({first}, {last})::bigint AS n)"


async def fill(org: Organization, count: int) -> None:
    known = dialect(count, now())
    known["org"] = known["value"].format(org.id)
    made = known["uuid"].format(sign=0)
    await insert("message", MESSAGE, count, {**known, "uuid": made})
    for number in range(CHANNELS):
        key = str(uuid.uuid4())
        uid = await channel_settings.add(org.id, {"type": "wecom", "webhook_url": key}, by=BY)
        own = {"uuid": known["uuid"].format(sign=number + 1), "channel": known["value"].format(uid)}
        await insert("delivery", {**DELIVERY, "message": made}, count, {**known, **own})
    await Organization.update({Organization.messages: count, Organization.wakes: count}).where(
        Organization.id == org.id
    )
    if not _is_sqlite():
        await database.execute("ANALYZE message")
        await database.execute("ANALYZE delivery")


async def insert(table: str, row: dict[str, str], count: int, known: dict[str, str]) -> None:
    values = ", ".join(each.format(**known) for each in row.values())
    into = f"INSERT INTO {table} ({', '.join(row)}) SELECT {values} FROM numbers"
    for first in range(1, count + 1, AT_ONCE):
        numbers = _numbers(first, min(first + AT_ONCE - 1, count))
        await database.execute(f"{numbers} {into}")


async def ranges(org: Organization, server: int | None, after: str = "") -> None:
    today = await figures.today(org)
    since = today - dt.timedelta(days=200)
    for what, asked in (
        ("today", {"range": "today"}),
        ("7 days", {}),
        ("30 days", {"range": "30"}),
        ("90 days", {"range": "90"}),
        ("a year", {"since": "2000-01-01"}),
        ("a month long ago", {"since": str(since), "until": str(since + dt.timedelta(days=30))}),
    ):
        span = spans.read(asked, today)

        async def read(span: spans.Span = span) -> None:
            await figures.read(org, span)

        await timed(f"{what}{after}", GOAL, read, server)


async def acted(org: Organization, server: int | None) -> None:
    query = Message.select(Message.id).where(
        Message.organization == org.id, Message.status == "pending"
    )
    uids = iter(await database.values(uuid.UUID, query.order_by(Message.id).limit(ASKED)))

    async def handled() -> None:
        act = acts.handled("phone", "", by=BY)
        await messages.to_one(org.id, str(next(uids)), act, by=BY)

    await timed("a message of a kept day is handled", 15, handled, server)
    query = Message.select(Message.id).where(Message.organization == org.id)
    ids = await database.values(uuid.UUID, query.order_by(Message.id))
    began = time.perf_counter()
    some = ids[:: max(len(ids) // LONG, 1)][:LONG]
    await long_acts.change_all(org.id, some, acts.categorized("合作"), by=BY)
    while await long_acts.step():
        pass
    took = time.perf_counter() - began
    print(f"  {LONG} messages of all days change their category: {took:.1f} s", flush=True)


async def measure(name: str, url: str, count: int, server: int | None = None) -> None:
    with tempfile.TemporaryDirectory() as folder:
        async with opened(Path(folder), url) as org:
            began = time.perf_counter()
            await fill(org, count)
            took = time.perf_counter() - began
            print(f"{name}: {count} messages, filled in {took:.0f} s", flush=True)
            began, pieces, longest = time.perf_counter(), 0, 0.0
            more = True
            while more:
                at = time.perf_counter()
                more = await behind.step()
                longest, pieces = max(longest, time.perf_counter() - at), pieces + 1
            took = time.perf_counter() - began
            print(f"  kept in {took:.1f} s, {pieces} pieces, {1000 * longest:.0f} ms at most")
            await ranges(org, server)
            await acted(org, server)
            await ranges(org, server, ", after that")


async def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    wanted = sys.argv[2:] or ["sqlite", "postgres"]
    if "sqlite" in wanted:
        await measure("sqlite", "", count)
    if "postgres" in wanted:
        server = PostgresServer().start()
        try:
            assert server.process is not None
            await measure("postgres", await server.create(), count, server.process.pid)
        finally:
            await asyncio.to_thread(server.stop)


if __name__ == "__main__":
    uvloop.run(main())
