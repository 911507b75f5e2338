"""Very many organizations, of which one in a hundred is busy: what the clockwork, a plan, what
visitors read and the start cost, beside the same with ten.

python -m bench.shops [organizations] [sqlite|postgres] [--keep FOLDER]

Everything that a worker does by itself is done once, as a worker does it when nothing is due, and
counted for as often as it is done in a minute. The processor's time can be compared on a machine
that others use, too; it is that of the product and of PostgreSQL together.
"""

from __future__ import annotations

import contextlib
import os
import statistics
import tempfile
import time
import uuid
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import msgspec
import uvloop

from app import database, deliveries, health, heartbeat, keymark, presence, widget
from app.brands import stored as brands
from app.configuration import plan as configuration
from app.database import migrate
from app.deliveries import plan, recalls
from app.files import tend as files
from app.history import versions
from app.history.states import PARTS
from app.mail import fetch, settle
from app.messages import long_acts
from app.messages.search import segments
from app.messages.taken_back import take_back
from app.metrics import found as metrics
from app.overview import behind
from app.people import kept_answers, organizations
from app.people.audit import chain, tries
from app.tables import Organization
from bench.drain import opened
from bench.filled import arguments
from bench.timing import Ask, spent
from tasks.targets import WORK
from tests.servers import PostgresServer

FEW, MANY = 10, 100_000
BUSY = 100
"""One organization of so many is busy; of a few, all are."""
SPRING_MS = 0x019C00000000
MESSAGES, WAITING, DAYS = 100, 3, 60
"""Of each busy one: messages, notices that wait for later, and days of which sums are kept."""
ROUNDS = 5
GOAL = 1.5
"""Times what it costs with ten. Reading a deeper index costs a little."""
WARM = 2


class Work(msgspec.Struct, frozen=True):
    name: str
    each: float
    """How often in a minute."""
    ask: Ask


class Shops(msgspec.Struct, frozen=True):
    total: int
    busy: list[uuid.UUID]
    server: int | None


def works() -> list[Work]:
    """What a worker does, of tasks/."""
    tending = segments.Tending()
    egress = None
    found = [
        Work("sweep: what is due", 60, deliveries.due),
        Work("sweep: the safety net", 1, deliveries.rescue),
        Work("sweep: the heartbeat", 4, heartbeat.beat),
        Work("sweep: given back", 1, take_back),
        Work("sweep: kept answers", 1, kept_answers.forget_old),
        Work("notices taken back", 60, lambda: recalls.step(egress)),  # type: ignore[arg-type]
        Work("acts on many messages", 60, long_acts.step),
        Work("audit: first states", 30, versions.begin_all),
        Work("audit: bad sign-ins", 30, tries.sum_up),
        Work("audit: the chain", 30, chain.step),
        Work("sums of the overview", 1, behind.step),
        Work("the search index", 6, tending.step),
        Work("files without a message", 3, files.remove_loose),
        Work("files that wait", 3, files.look_again),
        Work("mail to settle", 12, settle.step),
        Work("mailboxes", 12, fetch.enabled),
        Work("health", 2, health.look),
    ]
    found += [Work(f"regularly: {name}", 2, work.step) for name, work in WORK.items()]
    return found


def others(shops: Shops) -> list[Work]:
    """What is not the clock's: `each` is 1."""
    one = shops.busy[0]

    async def planned() -> None:
        await plan.plan(one)

    async def public() -> None:
        org = await organizations.by_id(one)
        brand = await brands.by_id(org.id)
        brands.forget(org, brand.slug)
        widget.forget(one)
        await widget.read(one)
        await presence.state(org, brand=brand.id)

    async def start() -> None:
        await migrate.run()
        await organizations.first()
        await keymark.settle()
        await heartbeat.recall()

    return [
        Work("a plan", 1, planned),
        Work("what visitors read, not remembered", 1, public),
        Work("a start", 1, start),
        Work("a scrape of /metrics", 1, lambda: metrics._ask({})),
    ]


@contextlib.asynccontextmanager
async def filled(name: str, count: int, keep: Path | None) -> AsyncIterator[Shops]:
    with contextlib.ExitStack() as stack:
        folder = (
            keep / f"{count}" if keep else Path(stack.enter_context(tempfile.TemporaryDirectory()))
        )
        folder.mkdir(exist_ok=True, parents=True)
        done = folder / f"{name}.shops"
        url, pid = "", None
        if name == "postgres":
            server = PostgresServer(folder=folder / "postgres" if keep else None).start()
            stack.callback(server.stop)
            assert server.process is not None
            pid = server.process.pid
            url = server.dsn("bench") if keep else await server.create()
            if keep and not done.exists():
                await server.create(name="bench")
        async with opened(folder, url) as first:
            if not done.exists():
                began = time.perf_counter()
                await fill(first, count, url)
                print(f"{name}: {count} organizations, filled in", end=" ")
                print(f"{time.perf_counter() - began:.0f} s", flush=True)
                if keep:
                    done.touch()
            query = Organization.select(Organization.id).where(Organization.messages > 0)
            busy = await database.values(uuid.UUID, query)
            yield Shops(count, busy, pid)


def _numbers(count: int) -> str:
    if isinstance(database.engine(), database.SQLite):
        return (
            "(WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n"
            f" WHERE i < {count}) SELECT i FROM n) AS n"
        )
    return f"(SELECT i FROM generate_series(1, {count}) AS i) AS n"


def _id(*parts: str) -> str:
    """A UUID made of these digits."""
    made = " || ".join(parts)
    return made if isinstance(database.engine(), database.SQLite) else f"({made})::uuid"


def _hex(number: str, digits: int) -> str:
    if isinstance(database.engine(), database.SQLite):
        return f"printf('%0{digits}x', {number})"
    return f"lpad(to_hex({number}), {digits}, '0')"


def _at(modifier: str) -> str:
    if isinstance(database.engine(), database.SQLite):
        return f"strftime('%Y-%m-%d %H:%M:%f000+00:00', 'now', '{modifier}')"
    return f"now() + interval '{modifier}'"


async def fill(first: Organization, count: int, url: str) -> None:
    """By SQL, so that a hundred thousand take a minute. `first` is there already."""
    busy = max(FEW, count // BUSY)
    await keymark.settle()
    # A UUIDv7 of this spring: one organization came each second.
    moment = _hex(f"{SPRING_MS} + n.i * 1000", 12)
    shop = _id(
        f"substr({moment}, 1, 8)", "'-'", f"substr({moment}, 9)", "'-7000-8000-000000000000'"
    )
    later = _at("+1 hour")
    async with database.transaction():
        for sql in statements(busy, count, shop, later):
            await database.execute(sql)
        await organizations.hold(first.id)
    if url:
        connection = await asyncpg.connect(url)
        await connection.execute("VACUUM ANALYZE")
        await connection.close()


def statements(busy: int, count: int, shop: str, later: str) -> list[str]:
    now, every, some = _at("+0 hour"), _numbers(count), _numbers(busy)
    targets = """'{"minutes":240,"visitors":"kept"}'"""
    retention = """'{"handled":730,"spam":30,"trash":30}'"""
    is_busy = f"n.i <= {busy}"

    def one(table: str, columns: str, values: str, source: str) -> str:
        return f"INSERT INTO {table} ({columns}) SELECT {values} FROM {source}"

    def row(kind: str, number: str) -> str:
        return _id(f"'019c0000-{kind}-7000-8000-'", _hex(number, 12))

    message = f"n.i * {MESSAGES} + j.i"
    each = f"{some} CROSS JOIN {_numbers(MESSAGES).removesuffix('AS n')} AS j"
    waiting = f"{some} CROSS JOIN {_numbers(WAITING).removesuffix('AS n')} AS j"
    parts = " UNION ALL ".join(f"SELECT '{part}' AS part, {n} AS k" for n, part in enumerate(PARTS))
    return [
        one(
            "organization",
            "id, slug, name, messages, wakes, due_at, targets, retention, feed_from, created_at",
            f"{shop}, 'shop-' || n.i, 'Shop ' || n.i, CASE WHEN {is_busy} THEN 5000 ELSE 0 END, 9,"
            f" CASE WHEN {is_busy} THEN {later} END,"
            f" CASE WHEN {is_busy} THEN {targets} ELSE '' END,"
            f" CASE WHEN {is_busy} THEN {retention} ELSE '' END, CASE WHEN {is_busy} THEN 1 END,"
            f" {now}",
            every,
        ),
        one("brand", "id, organization, slug, created_at", f"{shop}, {shop}, 'shop-' || n.i, {now}",
            every),
        one(
            "channel",
            "id, organization, kind, config, target, bucket, created_at, updated_at",
            f"{row('0001', 'n.i')}, {shop}, 'wecom', '{'x' * 200}', 'x', 'b' || n.i, {now}, {now}",
            every,
        ),
        one(
            "account", "id, email, created_at",
            f"{row('0002', 'n.i')}, n.i || '@shop.example', {now}", every,
        ),
        one(
            "agent", "id, organization, account, email, created_at",
            f"{row('0003', 'n.i')}, {shop}, {row('0002', 'n.i')}, n.i || '@shop.example', {now}",
            every,
        ),
        one(
            "setting_version", "id, organization, part, state, at",
            f"{row('0004', f'n.i * {len(PARTS)} + p.k')}, {shop}, p.part, '{{}}', {now}",
            f"{every} CROSS JOIN ({parts}) AS p",
        ),
        one(
            "message", "id, organization, reference, shown_reference, submission_id, content,"
            " status, created_at, read_at, handled_at, first_handled_at",
            f"{row('0005', message)}, {shop}, 'R' || j.i, 'R' || j.i, 's' || j.i, 'hello',"
            f" 'handled', {now}, {now}, {now}, {now}",
            each,
        ),
        one(
            "delivery", "id, organization, message, channel, purpose, state, due_at, rank,"
            " created_at",
            f"{row('0006', message)}, {shop}, {row('0005', message)}, {row('0001', 'n.i')},"
            f" 'new', 'pending', {later}, {later}, {now}",
            waiting,
        ),
        one(
            "report", "id, organization, channel, every, weekday, at, since",
            f"{row('0007', 'n.i')}, {shop}, {row('0001', 'n.i')}, 'day', 0, '09:00', {now}",
            some,
        ),
        one(
            "kept_days", "id, organization, zone, until",
            f"{row('0009', 'n.i')}, {shop}, 'Asia/Shanghai', '2999-01-01'", some,
        ),
        one(
            "day_sum", "id, organization, day, sums, told",
            f"{row('000a', f'n.i * {DAYS} + j.i')}, {shop}, '2026-0' || (1 + j.i / 20) || '-'"
            " || (10 + j.i % 20), '{}',"
            f" CASE WHEN j.i > 8 THEN '{{}}' END",
            f"{some} CROSS JOIN {_numbers(DAYS).removesuffix('AS n')} AS j",
        ),
        one(
            "token", "id, organization, public_id, secret_hash, name, scopes, expires_at,"
            " created_at",
            f"{row('0008', 'n.i')}, {shop}, 'p' || n.i, 'x', 'crm', 'events:read',"
            f" {_at('+300 days')}, {now}",
            some,
        ),
    ]  # fmt: skip


async def cost(work: Work, server: int | None) -> tuple[float, float]:
    """Milliseconds of the processors, and of the clock: the median of some rounds."""
    used, took = [], []
    for n in range(WARM + ROUNDS):
        before, began = spent(server), time.perf_counter()
        await work.ask()
        if n >= WARM:
            used.append(1000 * (spent(server) - before))
            took.append(1000 * (time.perf_counter() - began))
    return statistics.median(used), statistics.median(took)


async def measured(name: str, count: int, keep: Path | None) -> dict[str, tuple[float, float]]:
    async with filled(name, count, keep) as shops:
        found = {}
        for work in (*works(), *others(shops)):
            found[work.name] = await cost(work, shops.server)
        minute = [work.each * found[work.name][0] for work in works()]
        found["a minute of the clockwork"] = (sum(minute), 0.0)
        return found


async def main() -> None:
    configuration.follow()
    asked = arguments(__doc__, count=MANY)
    for name in asked.only:
        few = await measured(name, FEW, asked.keep)
        many = await measured(name, asked.count, asked.keep)
        print(f"{name}, load {os.getloadavg()[0]:.1f}: processor (clock) in ms with {FEW}", end="")
        print(f" and {asked.count} organizations", flush=True)
        for work, (used, took) in few.items():
            now, long = many[work]
            times = f"{used:9.2f} ({took:7.1f}) {now:9.2f} ({long:7.1f})"
            print(f"  {work:36} {times}   {now / max(used, 0.01):6.1f} times", flush=True)


if __name__ == "__main__":
    uvloop.run(main())
