"""The log of deliveries (投递记录): what every channel was owed, how it went, what it waits for.

Tests are in it as tests: they owe nobody anything, so nothing but "all" and "test" shows them.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator
from typing import Any

import msgspec

from app import database
from app.database import names
from app.deliveries import statements
from app.deliveries.logged import (
    WAITING,
    Line,
    Logged,
    TestLine,
    deliveries_of,
    test_of,
)
from app.deliveries.replayed import OVER
from app.errors import Invalid
from app.reading import references, uids
from app.tables import Attempt, Delivery

STATES = ("failed", "pending", "sent", "cancelled", "test")
"""The values of the filter; a delivery being sent or waiting for another try counts as pending."""
PAGE_MAX = 200
COUNTED_MAX = 1000
"""Nobody reads a larger number, and counting on would take longer the longer the history is."""


class Filter(msgspec.Struct, frozen=True, kw_only=True):
    """Which deliveries; an empty value means all. `channel` is a uid, `reference` a message's
    number as people write it."""

    state: str = ""
    channel: str = ""
    since: dt.datetime | None = None
    until: dt.datetime | None = None
    reference: str = ""


class Page(msgspec.Struct):
    """`now` is the database's clock."""

    items: list[Logged]
    next_cursor: str | None
    now: dt.datetime


class Counts(msgspec.Struct):
    """By state, each at most COUNTED_MAX."""

    failed: int = 0
    pending: int = 0
    sent: int = 0
    cancelled: int = 0
    test: int = 0


class _Counted(msgspec.Struct):
    state: str
    n: int


d, t = names(Delivery, "d"), names(Attempt, "a")


async def listed(
    organization: uuid.UUID, wanted: Filter, *, limit: int = 50, cursor: str = ""
) -> Page:
    """Newest first. Raises Invalid at /state, /channel, /limit or /cursor."""
    if wanted.state and wanted.state not in STATES:
        known = ", ".join(STATES)
        raise Invalid.at("/state", "unknown_state", "Use one of {known}", known=known)
    if not 1 <= limit <= PAGE_MAX:
        raise Invalid.at("/limit", "out_of_range", "Use 1 to {limit}", limit=str(PAGE_MAX))
    before = uids.cursor(cursor) if cursor else None
    found: list[Logged] = []
    if wanted.state != "test":
        found += await _deliveries(organization, wanted, before, limit + 1)
    if wanted.state in ("", "test") and not wanted.reference:
        found += await _tests(organization, wanted, before, limit + 1)
    found.sort(key=lambda row: row.uid, reverse=True)
    more = len(found) > limit
    following = found[limit - 1].uid if more else None
    return Page(found[:limit], following, await database.now())


async def counts(organization: uuid.UUID, wanted: Filter) -> Counts:
    """How many deliveries each state has, with the rest of the filter as it is."""
    parts: list[str] = []
    values: list[Any] = []
    for state in STATES:
        for each in _apart(msgspec.structs.replace(wanted, state=state)):
            where, bound = _conditions(organization, each, tests=state == "test")
            sql = statements.COUNTED.replace("[state]", each.state).replace("[these]", where)
            sql = sql.replace("[table]", str(t if state == "test" else d))
            parts.append(sql.replace("[most]", str(COUNTED_MAX)))
            values += bound
    rows = await database.rows(_Counted, " UNION ALL ".join(parts), *values)
    n = {each.state: each.n for each in rows}
    waiting = min(COUNTED_MAX, sum(n.pop(state) for state in WAITING))
    found = Counts(**n, pending=waiting)
    if wanted.reference:
        found.test = 0
    return found


async def _deliveries(
    organization: uuid.UUID, wanted: Filter, before: uuid.UUID | None, limit: int
) -> list[Logged]:
    parts: list[str] = []
    values: list[Any] = []
    for each in _apart(wanted):
        where, bound = _conditions(organization, each, before)
        parts.append(statements.FOUND.replace("[these]", where).replace("[most]", str(limit)))
        values += bound
    these = f"{d.id} IN ({' UNION ALL '.join(parts)})"
    sql = f"{statements.LINES} WHERE {these} ORDER BY {d.id} DESC LIMIT {limit}"
    return await deliveries_of(organization, await database.rows(Line, sql, *values))


async def _tests(
    organization: uuid.UUID, wanted: Filter, before: uuid.UUID | None, limit: int
) -> list[Logged]:
    where, values = _conditions(organization, wanted, before, tests=True)
    sql = f"{statements.TESTS} WHERE {where} ORDER BY {t.id} DESC LIMIT {limit}"
    return [test_of(each) for each in await database.rows(TestLine, sql, *values)]


def _apart(wanted: Filter) -> list[Filter]:
    """One for each state: for two at once SQLite would walk through all deliveries."""
    states = WAITING if wanted.state == "pending" else (wanted.state,)
    return [msgspec.structs.replace(wanted, state=state) for state in states]


def _conditions(
    organization: uuid.UUID,
    wanted: Filter,
    before: uuid.UUID | None = None,
    *,
    tests: bool = False,
) -> tuple[str, list[Any]]:
    found = list((_of_tests if tests else _of_deliveries)(organization, wanted))
    if before:
        found.append((f"{t.id if tests else d.id} < ?", [before]))
    return " AND ".join(sql for sql, _ in found), [value for _, each in found for value in each]


Parts = Iterator[tuple[str, list[Any]]]


def _of_deliveries(organization: uuid.UUID, wanted: Filter) -> Parts:
    if wanted.reference:
        yield statements.OF_MESSAGE, [organization, references.read(wanted.reference)]
    elif wanted.channel and wanted.state in OVER:
        yield statements.OVER_OF_ITS_CHANNEL, [_channel(wanted), organization]
    else:
        yield f"{d.organization} = ?", [organization]
    if wanted.state:
        yield f"{d.state} = ?", [wanted.state]
    # What waits is little: SQLite would go by these ids through all of the channel.
    uid = "" if wanted.state in WAITING else str(d.id)
    yield from _of_both(wanted, str(d.channel), str(d.created_at), uid)


def _of_tests(organization: uuid.UUID, wanted: Filter) -> Parts:
    yield f"{t.organization} = ?", [organization]
    yield f"{t.dispatch} IS NULL AND {t.finished_at} IS NOT NULL", []
    yield from _of_both(wanted, str(t.channel), str(t.started_at), str(t.id))


def _of_both(wanted: Filter, channel: str, moment: str, uid: str) -> Parts:
    if wanted.channel:
        yield f"{channel} = ?", [_channel(wanted)]
    for at, sign, margin in ((wanted.since, ">=", -1), (wanted.until, "<", 1)):
        if at:
            yield f"{moment} {sign} ?", [at]
        if at and uid:
            yield f"{uid} {sign} ?", [uids.around(at, margin)]


def _channel(wanted: Filter) -> uuid.UUID:
    return uids.uid(wanted.channel, "/channel", "unknown_uid", "There is no such channel")
