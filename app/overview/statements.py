"""SQL text: narrow reads of very many rows, and counts that Piccolo cannot express."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from typing import Any, TypeVar

import msgspec

from app import database
from app.database import columns, names
from app.overview.parts import COUNTED, DONE, Counted, Done
from app.reading import uids
from app.tables import DaySum, Delivery, FormDay, KeptDays, Message, Organization

T = TypeVar("T")
m, d, s = names(Message), names(Delivery), names(DaySum)
o, k = names(Organization, "o"), names(KeptDays, "k")
held, f = names(Organization), names(FormDay)
AWAKE = f"({m.snoozed_until} IS NULL OR {m.snoozed_until} <= ?)"
LEFT = f"{m.id} > ? AND {m.id} < ? AND {m.created_at} >= ? AND {m.created_at} < ?"
OWED = f"{d.id} > ? AND {d.id} < ? AND {d.created_at} >= ? AND {d.created_at} < ?"
GENUINE = f"{m.status} IN ('pending', 'handled')"


def _between(start: dt.datetime, end: dt.datetime) -> list[Any]:
    """What LEFT and OWED ask for. The ids lead to the index, the times decide."""
    return [uids.around(start, -1), uids.around(end, 1), start, end]


async def left(organization: uuid.UUID, start: dt.datetime, end: dt.datetime) -> list[Counted]:
    """What was left between the two moments."""
    sql = f"SELECT {columns(*COUNTED)} FROM {m} WHERE {m.organization} = ? AND {LEFT} AND {GENUINE}"
    return await database.rows(Counted, sql, organization, *_between(start, end))


async def handled(organization: uuid.UUID, start: dt.datetime, end: dt.datetime) -> list[Done]:
    """What was handled between the two moments."""
    sql = (
        f"SELECT {columns(*DONE)} FROM {m} WHERE {m.organization} = ?"
        f" AND {m.handled_at} >= ? AND {m.handled_at} < ? AND {m.status} = 'handled'"
    )
    return await database.rows(Done, sql, organization, start, end)


class Backlog(msgspec.Struct):
    """Messages that wait; `overdue` for longer than their target."""

    pending: int
    overdue: int


async def backlog(organization: uuid.UUID, now: dt.datetime) -> Backlog:
    sql = (
        f"SELECT count(*) AS pending, count(CASE WHEN {m.due_at} < ? THEN 1 END) AS overdue"
        f" FROM {m} WHERE {m.organization} = ? AND {m.status} = 'pending' AND {AWAKE}"
    )
    (found,) = await database.rows(Backlog, sql, now, organization, now)
    return found


class Late(msgspec.Struct):
    category: str
    n: int


async def late(
    organization: uuid.UUID, start: dt.datetime, end: dt.datetime, now: dt.datetime
) -> dict[str, int]:
    """By category, what was left between the two moments and nobody ever handled, although it was
    to be; also what is snoozed."""
    sql = (
        f"SELECT {m.category}, count(*) AS n FROM {m} WHERE {m.organization} = ?"
        f" AND {m.status} = 'pending' AND {m.due_at} < ? AND {m.first_handled_at} IS NULL"
        f" AND {m.created_at} >= ? AND {m.created_at} < ? GROUP BY {m.category}"
    )
    found = await database.rows(Late, sql, organization, now, start, end)
    return {each.category: each.n for each in found}


async def ages(
    organization: uuid.UUID, begins: Sequence[dt.datetime], now: dt.datetime
) -> list[int]:
    """How many wait that were left from each of these moments to the one before it in the list, the
    latest first; at last those that are older than all."""
    ends = [None, *begins]
    parts, bound = [], []
    for number, (end, start) in enumerate(zip(ends, [*begins, None], strict=True)):
        these = [
            f"{m.created_at} {sign} ?" for sign, at in ((">=", start), ("<", end)) if at is not None
        ]
        parts.append(f"count(CASE WHEN {' AND '.join(these)} THEN 1 END) AS n{number}")
        bound += [at for at in (start, end) if at is not None]
    sql = (
        f"SELECT {', '.join(parts)} FROM {m}"
        f" WHERE {m.organization} = ? AND {m.status} = 'pending' AND {AWAKE}"
    )
    (found,) = await database.rows(dict[str, int], sql, *bound, organization, now)
    return list(found.values())


class Unanswered(msgspec.Struct):
    created_at: dt.datetime
    brand: uuid.UUID | None


async def unanswered(organization: uuid.UUID, start: dt.datetime, most: int) -> list[Unanswered]:
    """What was left since `start` and nobody has handled yet; the oldest of it."""
    sql = (
        f"SELECT {columns(m.created_at, m.brand)} FROM {m} WHERE {m.organization} = ?"
        f" AND {m.status} = 'pending' AND {m.first_handled_at} IS NULL"
        f" AND {m.created_at} >= ? ORDER BY {m.created_at} LIMIT ?"
    )
    return await database.rows(Unanswered, sql, organization, start, most)


async def oldest(organization: uuid.UUID, now: dt.datetime) -> dt.datetime | None:
    """When that was left which waits longest."""
    sql = (
        f"SELECT min({m.created_at}) AS first FROM {m}"
        f" WHERE {m.organization} = ? AND {m.status} = 'pending' AND {AWAKE}"
    )
    return await database.value(dt.datetime, sql, organization, now)


class Told(msgspec.Struct):
    channel: uuid.UUID
    state: str
    n: int


async def told(organization: uuid.UUID, start: dt.datetime, end: dt.datetime) -> list[Told]:
    """What became of the notices that were owed since `start` and before `end`."""
    sql = (
        f"SELECT {columns(d.channel, d.state)}, count(*) AS n FROM {d}"
        f" WHERE {d.organization} = ? AND {OWED} AND {d.state} IN ('sent', 'failed')"
        f" GROUP BY {columns(d.channel, d.state)}"
    )
    return await database.rows(Told, sql, organization, *_between(start, end))


class Stepped(Told):
    """`step` counts from 0, for the earliest."""

    step: int


async def told_in_steps(
    organization: uuid.UUID, start: dt.datetime, ends: Sequence[dt.datetime]
) -> list[Stepped]:
    """As `told`, for each of the steps that end at these moments."""
    *earlier, last = ends
    when = " ".join(f"WHEN {d.created_at} < ? THEN {step}" for step in range(len(earlier)))
    sql = (
        f"SELECT {columns(d.channel, d.state)}, CASE {when} ELSE {len(earlier)} END AS step,"
        f" count(*) AS n FROM {d} WHERE {d.organization} = ? AND {OWED}"
        f" AND {d.state} IN ('sent', 'failed') GROUP BY 1, 2, 3"
    )
    # A clock that is a little ahead of the database's is no reason to leave one out.
    span = _between(start, last + dt.timedelta(minutes=1))
    return await database.rows(Stepped, sql, *earlier, organization, *span)


class Kept(msgspec.Struct):
    zone: str
    until: dt.date


async def kept(organization: uuid.UUID) -> Kept | None:
    sql = f"SELECT {columns(k.zone, k.until)} FROM {k} WHERE {k.organization} = ?"
    return await database.row(Kept, sql, organization)


class Summed(msgspec.Struct):
    day: dt.date
    sums: str


async def sums(organization: uuid.UUID, first: dt.date, last: dt.date) -> list[Summed]:
    sql = (
        f"SELECT {columns(s.day, s.sums)} FROM {s}"
        f" WHERE {s.organization} = ? AND {s.day} >= ? AND {s.day} <= ?"
    )
    return await database.rows(Summed, sql, organization, first.isoformat(), last.isoformat())


async def these(organization: uuid.UUID, messages: Sequence[uuid.UUID]) -> list[Counted]:
    those, ids = database.one_of(columns(m.id), messages)
    sql = f"SELECT {columns(*COUNTED)} FROM {m} WHERE {m.organization} = ? AND {those}"
    return await database.rows(Counted, sql, organization, ids)


async def write_sums(rows: Sequence[tuple[Any, ...]]) -> None:
    """Of an id, the organization, the day and its sums; instead of those that are there. What is
    known of its notices stays."""
    named = columns(s.id, s.organization, s.day, s.sums)
    sql = (
        f"INSERT INTO {s} ({named}) VALUES (?, ?, ?, ?) ON CONFLICT"
        f" ({columns(s.organization, s.day)}) DO UPDATE SET {s.sums} = excluded.{s.sums}"
    )
    await database.execute_many(sql, rows)


async def hold(organization: uuid.UUID) -> str | None:
    """Its zone; nobody changes its messages until the transaction ends."""
    sql = (
        f"UPDATE {held} SET {held.wakes} = {held.wakes} WHERE {held.id} = ?"
        f" RETURNING {held.timezone}"
    )
    return await database.value(str, sql, organization)


async def first(organization: uuid.UUID) -> dt.datetime | None:
    """When its first message was left."""
    sql = f"SELECT {m.created_at} FROM {m} WHERE {m.organization} = ? ORDER BY {m.id} LIMIT 1"
    return await database.value(dt.datetime, sql, organization)


async def how_many(
    organization: uuid.UUID, start: dt.datetime, end: dt.datetime, *, most: int | None = None
) -> int:
    """Of any status, at most so many."""
    limit = f" LIMIT {most}" if most else ""
    sql = (
        f"SELECT count(*) AS n FROM (SELECT 1 FROM {m} WHERE {m.organization} = ? AND {LEFT}"
        f"{limit}) AS counted"
    )
    return await database.value(int, sql, organization, *_between(start, end)) or 0


class Seen(msgspec.Struct):
    timezone: str
    wakes: int


async def seen(organization: uuid.UUID) -> Seen | None:
    """The zone, and the number of the latest change."""
    sql = f"SELECT {columns(held.timezone, held.wakes)} FROM {held} WHERE {held.id} = ?"
    return await database.row(Seen, sql, organization)


async def changed_since(organization: uuid.UUID, number: int, end: dt.datetime) -> bool:
    """Whether a message that was left before `end` was changed after that number."""
    sql = (
        f"SELECT 1 AS one FROM {m} WHERE {m.organization} = ? AND {m.changed} > ?"
        f" AND {m.created_at} < ? LIMIT 1"
    )
    return bool(await database.values(int, sql, organization, number, end))


async def behind(among: Sequence[uuid.UUID], now: dt.datetime) -> list[uuid.UUID]:
    """Those of these organizations that may have days to keep, wherever they are."""
    yesterday = (now + dt.timedelta(hours=14)).date() - dt.timedelta(days=1)
    these, bound = database.one_of(columns(o.id), among)
    sql = (
        f"SELECT {o.id} FROM {o} LEFT JOIN {k} ON {k.organization} = {o.id} WHERE {these}"
        f" AND ({k.until} IS NULL OR {k.until} < ? OR {k.zone} <> {o.timezone})"
    )
    return await database.values(uuid.UUID, sql, bound, yesterday.isoformat())


async def kept_told(organization: uuid.UUID, first: dt.date, last: dt.date) -> list[Summed]:
    sql = (
        f"SELECT {s.day}, {s.told} AS sums FROM {s} WHERE {s.organization} = ?"
        f" AND {s.day} >= ? AND {s.day} <= ? AND {s.told} IS NOT NULL"
    )
    return await database.rows(Summed, sql, organization, first.isoformat(), last.isoformat())


async def without_told(organization: uuid.UUID, last: dt.date) -> list[dt.date]:
    """The newest first."""
    sql = (
        f"SELECT {s.day} FROM {s} WHERE {s.organization} = ? AND {s.day} <= ?"
        f" AND {s.told} IS NULL ORDER BY {s.day} DESC"
    )
    return await database.values(dt.date, sql, organization, last.isoformat())


async def keep_told(organization: uuid.UUID, day: dt.date, text: str) -> None:
    sql = f"UPDATE {s} SET {s.told} = ? WHERE {s.organization} = ? AND {s.day} = ?"
    await database.execute(sql, text, organization, day.isoformat())


async def any_waits(organization: uuid.UUID, start: dt.datetime, end: dt.datetime) -> bool:
    """Whether a notice that was owed between the moments is not over."""
    sql = (
        f"SELECT 1 AS one FROM {d} WHERE {d.organization} = ? AND {OWED}"
        f" AND {d.state} IN ('pending', 'sending') LIMIT 1"
    )
    return bool(await database.values(int, sql, organization, *_between(start, end)))


async def untold(until: dt.date) -> list[uuid.UUID]:
    """Organizations with days up to that one whose notices are not known to be over."""
    sql = f"SELECT DISTINCT {s.organization} FROM {s} WHERE {s.told} IS NULL AND {s.day} <= ?"
    return await database.values(uuid.UUID, sql, until.isoformat())


STEPS = (f.shown, f.opened, f.begun, f.sent, f.refused)


async def add_form_counts(rows: Sequence[tuple[Any, ...]]) -> None:
    """Of an id, the organization, the day and how often each step; to those that are there."""
    named = columns(f.id, f.organization, f.day, *STEPS)
    more = ", ".join(f"{name} = {f}.{name} + excluded.{name}" for name in STEPS)
    sql = (
        f"INSERT INTO {f} ({named}) VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT"
        f" ({columns(f.organization, f.day)}) DO UPDATE SET {more}"
    )
    await database.execute_many(sql, rows)


async def form_counts(
    kind: type[T], organization: uuid.UUID, first: dt.date, last: dt.date
) -> T | None:
    """The sum of the days."""
    sums = ", ".join(f"coalesce(sum({name}), 0) AS {name}" for name in STEPS)
    sql = f"SELECT {sums} FROM {f} WHERE {f.organization} = ? AND {f.day} >= ? AND {f.day} <= ?"
    return await database.row(kind, sql, organization, first.isoformat(), last.isoformat())
