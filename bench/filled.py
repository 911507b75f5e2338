"""A database of very many messages with their search index, for `bench.inbox` and `bench.search`.

The first BASE are made one by one. The others are copies of them and of their index, later each,
which takes minutes. What a filter finds seldom is one message of SELDOM.
"""

from __future__ import annotations

import argparse
import contextlib
import datetime as dt
import gc
import tempfile
import time
import uuid
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from unittest import mock

import asyncpg
import msgspec

from app import database
from app.messages import search
from app.messages.search import bits, segments
from app.people import agents, organizations
from app.tables import (
    Agent,
    Mention,
    Message,
    Organization,
    SearchLeaf,
    SearchSegment,
    Tag,
    Tagging,
    new_id,
)
from app.tables.base import now
from bench.drain import opened
from bench.words import Words
from tests.servers import PostgresServer

BASE, AT_ONCE = 100_000, 5000
SELDOM = 20_000
ELSEWHERE = 10
"""Every tenth message is another organization's."""
AGENTS = 5
OFTEN, RARE = "常用", "罕见"
"""Tags, and a category."""
KEPT = "bench"
"""The name of a database of PostgreSQL that is kept."""
EPOCH = 408
"""The first two bytes of the first id, which is a UUIDv7 of July 2025. A copy has the next number,
so it is 50 days younger."""
EPOCH_MS = 1 << 32
MS = dt.timedelta(milliseconds=1)
INDEXES = (
    "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = ANY($1)"
    " AND indexname NOT IN (SELECT conname FROM pg_constraint)"
)
"""Of tables of PostgreSQL, but for those of their constraints."""


class Row(msgspec.Struct, kw_only=True):
    """What differs between messages; the rest has defaults in the database."""

    id: uuid.UUID
    organization: uuid.UUID
    reference: str
    shown_reference: str
    submission_id: str
    name: str
    phone: str
    email: str
    content: str
    category: str
    fields: str
    created_at: dt.datetime
    status: str
    outcome: str
    outcome_reason: str
    priority: str
    assignee: uuid.UUID | None
    activity: int
    changed: int
    read_at: dt.datetime | None
    due_at: dt.datetime | None
    added_at: dt.datetime | None
    site: str
    brand: uuid.UUID | None
    wechat: str = ""
    external_id: str = ""
    written: str = "{}"
    note: str = ""
    labels: str = "{}"
    consents: str = "[]"
    source: str = "web_chat"
    user_agent: str = (
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/141.0 Safari"
    )
    page_url: str = "https://shop.example/products/pricing"
    ip: str = "203.0.113.9"
    search: str = ""


BRANDS = (uuid.UUID(int=1), uuid.UUID(int=2))
"""Whose messages are often and seldom. Those of the first, which name none, are seldom, too."""
COLUMNS = [getattr(Message, name) for name in Row.__struct_fields__]


class Filled(msgspec.Struct, frozen=True):
    org: Organization
    people: list[uuid.UUID]
    """Agents: whose messages are often, seldom and never."""
    count: int
    url: str = ""
    server: int | None = None
    """The process of PostgreSQL."""

    @property
    def middle(self) -> tuple[int, uuid.UUID]:
        """The activity and the id of a message in the middle."""
        copy, n = divmod(self.count // 2, min(BASE, self.count))
        return self.count // 2, uuid_of(n, copy)


def uuid_of(n: int, copy: int = 0) -> uuid.UUID:
    ms = (EPOCH + copy) * EPOCH_MS + n * (EPOCH_MS // BASE)
    return uuid.UUID(int=ms << 80 | 7 << 76 | 2 << 62 | n)


def moment_of(n: int, copy: int = 0) -> dt.datetime:
    return dt.datetime.fromtimestamp((uuid_of(n, copy).int >> 80) / 1000, dt.UTC)


def row(words: Words, organization: uuid.UUID, people: list[uuid.UUID], n: int) -> Row:
    order = {"order": f"A-{n:07}"} if n % 3 == 0 else {}
    seldom, created = n % SELDOM, moment_of(n)
    status = _status(n)
    made = Row(
        id=uuid_of(n),
        organization=organization,
        reference=f"LM-{n:06}",
        shown_reference=f"LM-{n:06}",
        submission_id=f"bench-{n}",
        name=words.name(),
        phone=words.phone(),
        email=words.email() if n % 2 else "",
        content=words.content(),
        category=RARE if seldom == 7 else "产品咨询" if n % 2 else "售后服务",
        fields=_encoded({"size": "XL" if seldom == 9 else "M", **order}),
        created_at=created,
        status=status,
        outcome="" if status != "handled" else "none" if seldom == 15 else "phone",
        outcome_reason="ad" if seldom == 15 else "",
        priority="low" if seldom == 17 else "high" if n % 50 == 21 else "normal",
        assignee=people[1] if seldom == 19 else people[0] if n % 10 < 6 else None,
        activity=n,
        changed=n,
        read_at=None if n % 400 == 1 else created,
        due_at=created if status == "pending" else None,
        added_at=created if seldom == 1 else None,
        site="rare.example" if seldom == 11 else "www.shop.example",
        brand=None if seldom == 13 else BRANDS[1] if seldom == 5 else BRANDS[0],
    )
    made.search = search.search_text(made)  # type: ignore[arg-type]
    return made


def _status(n: int) -> str:
    if n % 200 == 1:
        return "pending"
    if n % 40 == 2:
        return "spam"
    return {3: "trash", 54: "repeat"}.get(n % 100, "handled")


def _encoded(value: Any) -> str:
    return msgspec.json.encode(value).decode()


@contextlib.asynccontextmanager
async def place(
    name: str, keep: Path | None, *, new: bool
) -> AsyncIterator[tuple[str, int | None]]:
    """The address of the database and the process of its server; nothing of "sqlite"."""
    if name != "postgres":
        yield "", None
        return
    server = PostgresServer(folder=keep / "postgres" if keep else None).start()
    try:
        assert server.process is not None
        if keep and new:
            await server.create(name=KEPT)
        url = server.dsn(KEPT) if keep else await server.create()
        yield url, server.process.pid
    finally:
        server.stop()


@contextlib.asynccontextmanager
async def filled(name: str, count: int, keep: Path | None = None) -> AsyncIterator[Filled]:
    """On "sqlite" or "postgres". What is in the folder to keep is used again."""
    async with contextlib.AsyncExitStack() as stack:
        folder = keep or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        done = folder / f"{name}.filled"
        known = int(done.read_text()) if done.exists() else 0
        if known not in {0, count}:
            raise SystemExit(f"{folder} has {known} messages, not {count}")
        folder.mkdir(exist_ok=True)
        url, pid = await stack.enter_async_context(place(name, keep, new=not known))
        async with opened(folder, url) as org:
            if known:
                found = Filled(org, await _people(org), count)
            else:
                began = time.perf_counter()
                found = await fill(org, count, url)
                took = time.perf_counter() - began
                print(f"{name}: {count} messages, filled in {took:.0f} s", flush=True)
                if keep:
                    done.write_text(str(count))
            # The words of the bench are not the product's to clean up.
            gc.collect()
            gc.freeze()
            yield msgspec.structs.replace(found, url=url, server=pid)


async def _people(org: Organization) -> list[uuid.UUID]:
    query = Agent.select(Agent.id).where(Agent.organization == org.id).order_by(Agent.id)
    return await database.values(uuid.UUID, query)


async def fill(org: Organization, count: int, url: str) -> Filled:
    for n in range(AGENTS):
        await agents.create(org.id, email=f"{n}@shop.example", password=str(new_id()))
    people = await _people(org)
    other = await organizations.create("other", "Other")
    base = min(count, BASE)
    await _base(org, other, people, base)
    await _beside(org, people)
    await index()
    for each in (org, other):
        await segments.seal(each.id)  # Also what does not fill a segment.
    async with without_indexes(url, "message", "tagging", "mention"):
        await _copies(base, count // base)
    for each in (org, other):
        last = SearchSegment.select(SearchSegment.last).where(SearchSegment.organization == each.id)
        last = last.order_by(SearchSegment.last, ascending=False).limit(1)
        stored = await Message.count().where(Message.organization == each.id)
        values: dict[Any, Any] = {
            Organization.messages: stored,
            Organization.wakes: count,
            Organization.searched: await database.value(uuid.UUID, last),
        }
        await Organization.update(values).where(Organization.id == each.id)
    if url:
        await vacuum(url)
    return Filled(org, people, count)


async def _base(
    org: Organization, other: Organization, people: list[uuid.UUID], count: int
) -> None:
    words = Words(7)
    for begin in range(0, count, AT_ONCE):
        rows = [
            row(words, (org if n % ELSEWHERE else other).id, people, n)
            for n in range(begin, min(begin + AT_ONCE, count))
        ]
        async with database.transaction():
            await database.insert(COLUMNS, rows)
            stored: dict[Any, Any] = {Organization.messages: Organization.messages + len(rows)}
            await Organization.update(stored).where(Organization.id == org.id)


async def _beside(org: Organization, people: list[uuid.UUID]) -> None:
    """Tags, and notes that mention somebody."""
    value = "'{}'" if _is_sqlite() else "'{}'::uuid"
    for name, every, rest in ((OFTEN, 10, 2), (RARE, SELDOM, 13)):
        tag = new_id()
        made = {Tag.id: tag, Tag.organization: org.id, Tag.name: name, Tag.created_at: now()}
        await Tag.insert(Tag(made))
        await database.execute(
            "INSERT INTO tagging (id, organization, message, tag) SELECT id, organization, id,"
            f" {value.format(tag)} FROM message WHERE changed % {every} = {rest}"
        )
    await database.execute(
        "INSERT INTO mention (id, organization, message, agent, number, created_at)"
        f" SELECT id, organization, id, {value.format(people[1])}, changed, created_at"
        f" FROM message WHERE changed % {SELDOM} = 23"
    )


def _is_sqlite() -> bool:
    return isinstance(database.engine(), database.SQLite)


@contextlib.asynccontextmanager
async def without_indexes(url: str, *tables: str) -> AsyncIterator[None]:
    """PostgreSQL copies many times as fast without; they are made anew at the end, also when the
    copying fails: the product that is started next would not miss them, and be slow."""
    if not url:
        yield
        return
    connection = await asyncpg.connect(url)
    dropped: list[str] = []
    try:
        for each in await connection.fetch(INDEXES, list(tables)):
            await connection.execute(f"DROP INDEX {each['indexname']}")
            dropped.append(each["indexdef"])
        yield
    finally:
        for definition in dropped:
            await connection.execute(definition)
        await connection.close()


async def vacuum(url: str) -> None:
    """Takes longer than the product allows a statement."""
    connection = await asyncpg.connect(url)
    try:
        await connection.execute("VACUUM ANALYZE")
    finally:
        await connection.close()


async def index() -> float:
    """All of it, without the usual rests; how many seconds it took."""
    began = time.perf_counter()
    with mock.patch.multiple(segments, REST=0, BUSY_REST=0):
        tending = segments.Tending()
        while await tending.step():
            pass
    return time.perf_counter() - began


async def _copies(base: int, times: int) -> None:
    """Each with later ids than the one before: UUIDv7 begins with the time."""
    heads = await SearchSegment.select().order_by(SearchSegment.id)
    ends = {each["organization"]: each["last"] for each in heads}
    step = heads[-1]["id"] + 1
    for n in range(1, times):
        for begin in range(0, base, AT_ONCE):
            end = uuid.UUID(int=uuid_of(begin + AT_ONCE).int - 1)
            async with database.transaction():
                for table in (Message, Tagging, Mention):
                    await _copy(table, uuid_of(begin), end, n, n * base)
        moved = [_moved(head, n, step * n) for head in heads]
        for head in moved:
            owner = head["organization"]
            head["after"], ends[owner] = ends[owner], head["last"]
        async with database.transaction():
            await SearchSegment.insert(*(SearchSegment(**head) for head in moved))
            await database.execute(
                "INSERT INTO search_leaf (id, segment, bits)"
                f" SELECT id + {step * n * bits.LEAVES_MAX}, segment + {step * n}, bits"
                f" FROM {SearchLeaf._meta.tablename} WHERE segment < {step}"
            )


async def _copy(
    table: type[Message | Tagging | Mention], first: uuid.UUID, last: uuid.UUID, n: int, ahead: int
) -> None:
    names = [column._meta.db_column_name for column in table._meta.columns]
    sign, seconds = f"{EPOCH + n:04x}", f"{n * EPOCH_MS / 1000:.3f} seconds"
    if _is_sqlite():
        later = f"'{sign}' || substr({{0}}, 5)"
        moment = f"strftime('%Y-%m-%d %H:%M:%f000+00:00', {{0}}, '+{seconds}')"
    else:
        later = f"('{sign}' || substr({{0}}::text, 5))::uuid"
        moment = f"{{0}} + interval '{seconds}'"
    form = {
        **dict.fromkeys(("id", "message"), later),
        **dict.fromkeys(("reference", "shown_reference", "submission_id"), f"{{0}} || '-{n}'"),
        **dict.fromkeys(("activity", "changed", "number"), f"{{0}} + {ahead}"),
        **dict.fromkeys(("created_at", "read_at", "due_at", "added_at"), moment),
    }
    taken = [form.get(name, "{0}").format(name) for name in names]
    sql = (
        f"INSERT INTO {table._meta.tablename} ({', '.join(names)})"
        f" SELECT {', '.join(taken)}"
        f" FROM {table._meta.tablename} WHERE id >= ? AND id <= ?"
    )
    await database.execute(sql, first, last)


def _moved(head: dict[str, Any], n: int, shift: int) -> dict[str, Any]:
    """A segment of the copy."""
    sign = f"{EPOCH + n:04x}"
    ends = [head["blocks"][at : at + 16] for at in range(0, len(head["blocks"]), 16)]
    return {
        **head,
        "id": head["id"] + shift,
        **{name: head[name] + n * EPOCH_MS * MS for name in ("earliest", "latest")},
        "last": uuid.UUID(sign + str(head["last"])[4:]),
        "blocks": b"".join(bytes.fromhex(sign) + end[2:] for end in ends),
    }


def arguments(text: str | None, *, count: int) -> argparse.Namespace:
    """Of the command line: `count`, `only` (the databases) and `keep`."""
    parser = argparse.ArgumentParser(
        description=text, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("count", type=int, nargs="?", default=count)
    parser.add_argument("only", nargs="*", default=["sqlite", "postgres"])
    parser.add_argument("--keep", type=Path, help="a folder: what it has is not filled again")
    return parser.parse_args()
