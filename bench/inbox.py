"""The inbox among very many messages: its pages, filters, counts and actions.

python -m bench.inbox [count] [sqlite|postgres]

What is looked for is found often, seldom (a few of all messages) or never; pages are the first and
one from the middle.
"""

from __future__ import annotations

import asyncio
import statistics
import sys
import tempfile
import time
import uuid
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import uvloop

from app import database, messages
from app.messages import Wanted, acts, change, long_acts
from app.people import agents
from app.tables import Organization, Tag, new_id
from app.tables.base import now
from bench.drain import opened
from tests.servers import PostgresServer

LIST_GOAL, BADGE_GOAL, ACT_GOAL = 60, 10, 15
"""Milliseconds."""
ASKED, SECONDS = 40, 4
"""How often each is asked, unless that takes longer."""
SELDOM = 20_000
"""Every message of so many."""
LONG = 10_000
AGENTS = 5
# What makes a row of its number; `{text}` and the like are the dialect's.
VALUES: dict[str, str] = {
    "id": "{uuid}",
    "organization": "{org}",
    "reference": "'LM-' || n",
    "shown_reference": "'LM-' || n",
    "submission_id": "'bench-' || n",
    "name": "'张' || (n % 1000)",
    "phone": "'138' || (10000000 + n)",
    "content": "'你好，我想咨询一下第 ' || n || ' 号产品的价格，最好今天就能回复我。'",
    "category": "CASE WHEN n % 20000 = 7 THEN '罕见' WHEN n % 2 = 0 THEN '产品咨询'"
    " ELSE '售后服务' END",
    "fields": 'CASE WHEN n % 20000 = 9 THEN \'{{"size":"XL"}}\' ELSE \'{{"size":"M"}}\' END',
    "site": "CASE WHEN n % 20000 = 11 THEN 'rare.example' ELSE 'www.shop.example' END",
    "status": "CASE WHEN n % 200 = 1 THEN 'pending' WHEN n % 40 = 2 THEN 'spam'"
    " WHEN n % 100 = 3 THEN 'trash' ELSE 'handled' END",
    "outcome": "CASE WHEN n % 200 = 1 OR n % 40 = 2 OR n % 100 = 3 THEN ''"
    " WHEN n % 20000 = 15 THEN 'wechat' ELSE 'phone' END",
    "priority": "CASE WHEN n % 20000 = 17 THEN 'low' WHEN n % 50 = 0 THEN 'high' ELSE 'normal' END",
    "assignee": "CASE WHEN n % 20000 = 19 THEN {seldom} WHEN n % 10 < 6 THEN {often} END",
    "activity": "n",
    "changed": "n",
    "created_at": "{now}",
    "read_at": "CASE WHEN n % 400 <> 1 THEN {now} END",
    "due_at": "CASE WHEN n % 200 = 1 THEN {now} END",
    "added_at": "CASE WHEN n % 20000 = 1 THEN {now} END",
}
Ask = Callable[[], Awaitable[Any]]


def _dialect(count: int) -> tuple[str, str, str]:
    """The rows with a number `n` each, how one's UUIDv7 is made, and a value of that type."""
    if _is_sqlite():
        numbers = (
            "WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers"
            f" WHERE n < {count})"
        )
        return numbers, "printf('01a00000-%04x-7000-8000-%012x', n >> 16, n)", "'{}'"
    numbers = f"WITH numbers AS (SELECT generate_series(1, {count}) AS n)"
    sign = "lpad(to_hex({}), {}, '0')"
    made = f"'01a00000-' || {sign.format('n >> 16', 4)} || '-7000-8000-' || {sign.format('n', 12)}"
    return numbers, f"({made})::uuid", "'{}'::uuid"


async def fill(org: Organization, people: list[uuid.UUID], count: int) -> None:
    numbers, made, value = _dialect(count)
    moment = now()
    known = {
        "uuid": made,
        "org": value.format(org.id),
        "often": value.format(people[0]),
        "seldom": value.format(people[1]),
        "now": "?" if _is_sqlite() else "?::timestamptz",
    }
    values = [each.format(**known) for each in VALUES.values()]
    bound = [moment] * sum(each.count("?") for each in values)
    await database.execute(
        f"{numbers} INSERT INTO message ({', '.join(VALUES)})"
        f" SELECT {', '.join(values)} FROM numbers",
        *bound,
    )
    for name, every, rest in (("常用", 10, 0), ("罕见", SELDOM, 13)):
        tag = new_id()
        await Tag.insert(
            Tag({Tag.id: tag, Tag.organization: org.id, Tag.name: name, Tag.created_at: moment})
        )
        await database.execute(
            f"INSERT INTO tagging (id, organization, message, tag) SELECT id, organization, id,"
            f" {value.format(tag)} FROM message WHERE changed % {every} = {rest}"
        )
    stored = {Organization.messages: count, Organization.wakes: count}
    await Organization.update(stored).where(Organization.id == org.id)
    if not _is_sqlite():
        await database.execute("VACUUM ANALYZE")


def _is_sqlite() -> bool:
    return isinstance(database.engine(), database.SQLite)


def filters(people: list[uuid.UUID]) -> dict[str, Wanted]:
    often, seldom, never = (str(each) for each in people[:3])
    return {
        "waiting": Wanted(status="pending", snoozed=False),
        "everything": Wanted(),
        "handled": Wanted(status="handled"),
        "spam": Wanted(status="spam"),
        "trash": Wanted(status="trash"),
        "mine, often": Wanted(assignee=often),
        "mine, seldom": Wanted(assignee=seldom),
        "mine, never": Wanted(assignee=never),
        "mine, waiting": Wanted(assignee=often, status="pending", snoozed=False),
        "unassigned": Wanted(assignee="nobody", status="pending", snoozed=False),
        "category, often": Wanted(category="产品咨询"),
        "category, seldom": Wanted(category="罕见"),
        "category, never": Wanted(category="没有"),
        "category, seldom, handled": Wanted(category="罕见", status="handled"),
        "tag, often": Wanted(tag="常用"),
        "tag, seldom": Wanted(tag="罕见"),
        "tag, never": Wanted(tag="没有"),
        "tag, seldom, handled": Wanted(tag="罕见", status="handled"),
        "priority, high": Wanted(priority="high"),
        "priority, seldom": Wanted(priority="low"),
        "site, often": Wanted(site="www.shop.example"),
        "site, seldom": Wanted(site="rare.example"),
        "site, never": Wanted(site="nowhere.example"),
        "outcome, often": Wanted(outcome="phone"),
        "outcome, seldom": Wanted(outcome="wechat"),
        "outcome, never": Wanted(outcome="email"),
        "own field, often": Wanted(answers={"size": "M"}),
        "own field, seldom": Wanted(answers={"size": "XL"}),
        "own field, never": Wanted(answers={"size": "XXS"}),
        "a notice failed, never": Wanted(notice="failed"),
        "overdue": Wanted(overdue=True),
        "the visitor added something": Wanted(added=True),
        "later": Wanted(status="pending", snoozed=True),
    }


async def timed(what: str, goal: float, ask: Ask) -> None:
    taken: list[float] = []
    while len(taken) < ASKED and sum(taken) < 1000 * SECONDS:
        began = time.perf_counter()
        await ask()
        taken.append(1000 * (time.perf_counter() - began))
    taken.sort()
    p50, p95 = statistics.median(taken), taken[int(0.95 * (len(taken) - 1))]
    verdict = "reached" if p95 <= goal else "MISSED"
    print(f"  {what:36} p50 {p50:7.1f} ms   p95 {p95:7.1f} ms   ({verdict})", flush=True)


async def lists(org: Organization, people: list[uuid.UUID], count: int) -> None:
    middle = f"{count // 2}.{uuid.UUID(int=0)}"
    for what, wanted in filters(people).items():
        for place, cursor in (("", ""), (", deep", middle)):

            async def page(wanted: Wanted = wanted, cursor: str = cursor) -> None:
                await messages.inbox(org.id, wanted, limit=50, cursor=cursor, by_activity=True)

            await timed(f"{what}{place}", LIST_GOAL, page)


async def acted(org: Organization, count: int) -> None:
    uids = [f"01a00000-{n >> 16:04x}-7000-8000-{n:012x}" for n in range(1, count, 200)]
    each = iter(uids)

    async def handled() -> None:
        act = acts.prioritized("high")
        await change.to_one(org.id, next(each), act, by="bench@shop.example")

    await timed("one action", ACT_GOAL, handled)
    ids = [uuid.UUID(f"01a00000-{n >> 16:04x}-7000-8000-{n:012x}") for n in range(1, LONG + 1)]
    began = time.perf_counter()
    act = acts.prioritized("low")
    await long_acts.change_all(org.id, ids, act, by="bench@shop.example")
    while await long_acts.step():
        pass
    print(f"  an action on {LONG}: {time.perf_counter() - began:.1f} s", flush=True)


async def measure(name: str, url: str, count: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        async with opened(Path(folder), url) as org:
            people = [
                (await agents.create(org.id, email=f"{n}@shop.example", password=str(new_id()))).id
                for n in range(AGENTS)
            ]
            began = time.perf_counter()
            await fill(org, people, count)
            print(f"{name}: {count} messages, in {time.perf_counter() - began:.0f} s", flush=True)
            await timed("badge", BADGE_GOAL, lambda: messages.counts(org.id, me=people[0]))
            await lists(org, people, count)
            await acted(org, count)


async def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    wanted = sys.argv[2:] or ["sqlite", "postgres"]
    if "sqlite" in wanted:
        await measure("sqlite", "", count)
    if "postgres" in wanted:
        server = PostgresServer().start()
        try:
            await measure("postgres", await server.create(), count)
        finally:
            await asyncio.to_thread(server.stop)


if __name__ == "__main__":
    uvloop.run(main())
