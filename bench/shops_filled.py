"""A database of very many organizations, made by SQL, for `bench.shops`."""

from __future__ import annotations

import uuid

import asyncpg
import msgspec

from app import database, instance, keymark
from app.history import versions
from app.history.states import PARTS
from app.messages.search import segments

FEW, BUSY = 10, 100
"""One organization of so many is busy; of a few, all are."""
SPRING_MS = 0x019C00000000
MESSAGES, WAITING, DAYS = 100, 3, 60
"""Of each busy one: messages, notices that wait for later, and days of which sums are kept."""
TARGETS = """{"minutes":240,"visitors":"kept"}"""
RETENTION = """{"handled":730,"spam":30,"trash":30}"""


async def fill(count: int, url: str) -> None:
    """A hundred thousand take a minute."""
    await keymark.settle()
    begun = versions.Begun(PARTS, uuid.UUID(int=(SPRING_MS + (count + 1) * 1000) << 80))
    await instance.write(versions.BEGUN, msgspec.json.encode(begun).decode())
    renewed = segments.Renewed(segments.VERSION, done=True)
    await instance.write(segments.TEXTS, msgspec.json.encode(renewed).decode())
    busy = max(FEW, count // BUSY)
    made = [*everywhere(busy, _numbers(count)), *of_busy(_numbers(busy))]
    if url:
        # Takes longer than the product allows a statement.
        connection = await asyncpg.connect(url)
        for sql in (*made, "VACUUM ANALYZE"):
            await connection.execute(sql)
        await connection.close()
        return
    async with database.transaction():
        for sql in made:
            await database.execute(sql)


def _numbers(count: int) -> str:
    if isinstance(database.engine(), database.SQLite):
        return (
            "(WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n"
            f" WHERE i < {count}) SELECT i FROM n) AS n"
        )
    return f"(SELECT i FROM generate_series(1, {count}) AS i) AS n"


def _each(source: str, times: int) -> str:
    return f"{source} CROSS JOIN {_numbers(times).removesuffix('AS n')} AS j"


def _shop() -> str:
    """A UUIDv7 of this spring: one organization came each second."""
    moment = _hex(f"{SPRING_MS} + n.i * 1000", 12)
    begins = (f"substr({moment}, 1, 8)", "'-'", f"substr({moment}, 9)")
    return _id(*begins, "'-7000-8000-000000000000'")


def _row(kind: str, number: str) -> str:
    return _id(f"'019c0000-{kind}-7000-8000-'", _hex(number, 12))


def _into(table: str, columns: str, values: str, source: str) -> str:
    return f"INSERT INTO {table} ({columns}) SELECT {values} FROM {source}"


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


def everywhere(busy: int, every: str) -> list[str]:
    """What every organization has."""
    shop, now, later = _shop(), _at("+0 hour"), _at("+1 hour")
    busy_ones = "CASE WHEN n.i <= " + str(busy) + " THEN {} ELSE {} END"
    organization = ", ".join(
        [
            f"{shop}, 'shop-' || n.i, 'Shop ' || n.i",
            busy_ones.format(5000, 0),
            "9",
            busy_ones.format(later, "NULL"),
            busy_ones.format(f"'{TARGETS}'", "''"),
            busy_ones.format(f"'{RETENTION}'", "''"),
            busy_ones.format(1, "NULL"),
            now,
        ]
    )
    parts = " UNION ALL ".join(f"SELECT '{part}' AS part, {n} AS k" for n, part in enumerate(PARTS))
    return [
        _into(
            "organization",
            "id, slug, name, messages, wakes, due_at, targets, retention, feed_from, created_at",
            organization,
            every,
        ),
        _into(
            "brand",
            "id, organization, slug, created_at",
            f"{shop}, {shop}, 'shop-' || n.i, {now}",
            every,
        ),
        _into(
            "channel",
            "id, organization, kind, config, target, bucket, created_at, updated_at",
            f"{_row('0001', 'n.i')}, {shop}, 'wecom', '{'x' * 200}', 'x', 'b' || n.i, {now}, {now}",
            every,
        ),
        _into(
            "account",
            "id, email, created_at",
            f"{_row('0002', 'n.i')}, n.i || '@shop.example', {now}",
            every,
        ),
        _into(
            "agent",
            "id, organization, account, email, created_at",
            f"{_row('0003', 'n.i')}, {shop}, {_row('0002', 'n.i')}, n.i || '@shop.example', {now}",
            every,
        ),
        _into(
            "setting_version",
            "id, organization, part, state, at",
            f"{_row('0004', f'n.i * {len(PARTS)} + p.k')}, {shop}, p.part, '{{}}', {now}",
            f"{every} CROSS JOIN ({parts}) AS p",
        ),
    ]


def of_busy(some: str) -> list[str]:
    """What is there of messages and notices, and what asks for regular work."""
    shop, now, later = _shop(), _at("+0 hour"), _at("+1 hour")
    message = f"n.i * {MESSAGES} + j.i"
    return [
        _into(
            "message",
            "id, organization, reference, shown_reference, submission_id, content, status,"
            " created_at, read_at, handled_at, first_handled_at",
            f"{_row('0005', message)}, {shop}, 'R' || j.i, 'R' || j.i, 's' || j.i, 'hello',"
            f" 'handled', {now}, {now}, {now}, {now}",
            _each(some, MESSAGES),
        ),
        _into(
            "delivery",
            "id, organization, message, channel, purpose, state, due_at, rank, created_at",
            f"{_row('0006', message)}, {shop}, {_row('0005', message)}, {_row('0001', 'n.i')},"
            f" 'new', 'pending', {later}, {later}, {now}",
            _each(some, WAITING),
        ),
        _into(
            "report",
            "id, organization, channel, every, weekday, at, since",
            f"{_row('0007', 'n.i')}, {shop}, {_row('0001', 'n.i')}, 'day', 0, '09:00', {now}",
            some,
        ),
        _into(
            "kept_days",
            "id, organization, zone, until",
            f"{_row('0009', 'n.i')}, {shop}, 'Asia/Shanghai', '2999-01-01'",
            some,
        ),
        _into(
            "day_sum",
            "id, organization, day, sums, told",
            f"{_row('000a', f'n.i * {DAYS} + j.i')}, {shop}, '2026-0' || (1 + j.i / 20) || '-'"
            " || (10 + j.i % 20), '{}', CASE WHEN j.i > 8 THEN '{}' END",
            _each(some, DAYS),
        ),
        _into(
            "token",
            "id, organization, public_id, secret_hash, name, scopes, expires_at, created_at",
            f"{_row('0008', 'n.i')}, {shop}, 'p' || n.i, 'x', 'crm', 'events:read',"
            f" {_at('+300 days')}, {now}",
            some,
        ),
    ]
