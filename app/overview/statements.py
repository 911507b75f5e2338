"""SQL text: narrow reads of very many rows, and counts that Piccolo cannot express."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from typing import Any

import msgspec

from app import database
from app.database import columns, names
from app.overview.parts import COUNTED, Counted
from app.reading import uids
from app.tables import Delivery, Message

m, d = names(Message), names(Delivery)
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


async def handled(organization: uuid.UUID, start: dt.datetime, end: dt.datetime) -> list[Counted]:
    """What was handled between the two moments."""
    sql = (
        f"SELECT {columns(*COUNTED)} FROM {m} WHERE {m.organization} = ?"
        f" AND {m.handled_at} >= ? AND {m.handled_at} < ? AND {m.status} = 'handled'"
    )
    return await database.rows(Counted, sql, organization, start, end)


class Backlog(msgspec.Struct):
    """Messages that wait; `overdue` for longer than promised, `late` are those of a span of time
    that nobody ever handled."""

    pending: int
    overdue: int
    late: int


async def backlog(
    organization: uuid.UUID, start: dt.datetime, end: dt.datetime, now: dt.datetime
) -> Backlog:
    """`late` are those that were left between the two moments, also snoozed ones."""
    late = (
        f"{m.due_at} < ? AND {m.first_handled_at} IS NULL"
        f" AND {m.created_at} >= ? AND {m.created_at} < ?"
    )
    sql = (
        f"SELECT count(CASE WHEN {AWAKE} THEN 1 END) AS pending,"
        f" count(CASE WHEN {AWAKE} AND {m.due_at} < ? THEN 1 END) AS overdue,"
        f" count(CASE WHEN {late} THEN 1 END) AS late"
        f" FROM {m} WHERE {m.organization} = ? AND {m.status} = 'pending'"
    )
    bound = [now, now, now, now, start, end, organization]
    (found,) = await database.rows(Backlog, sql, *bound)
    return found


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
