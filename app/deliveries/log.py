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
from app.deliveries.logged import (
    COLUMNS,
    TESTS,
    WAITING,
    Logged,
    deliveries_of,
    test_of,
)
from app.errors import Invalid
from app.reading import references, uids

STATES = ("failed", "pending", "sent", "cancelled", "test")
"""What can be asked for; what is on the wire or waits for another try counts as pending."""
PAGE_MAX = 200
COUNTED_MAX = 1000
"""Nobody reads a larger number, and counting on would take longer the longer the history is."""

CLOCKS_APART = dt.timedelta(hours=1)
"""Ids are made by the clock of whoever writes, times by the database's."""
MILLISECONDS_MAX = 2**48 - 1


class Filter(msgspec.Struct, frozen=True, kw_only=True):
    """Which deliveries; an empty value means all. `channel` is a uid, `reference` a message's
    number as people write it."""

    state: str = ""
    channel: str = ""
    since: dt.datetime | None = None
    until: dt.datetime | None = None
    reference: str = ""


class Named(msgspec.Struct, frozen=True):
    """A channel that the log may speak of, also one that was removed."""

    uid: str
    name: str
    kind: str
    removed: bool


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


async def channels(organization: uuid.UUID) -> list[Named]:
    rows = await database.fetch(
        "SELECT id, name, kind, archived_at FROM channel WHERE organization = {}"
        " ORDER BY archived_at IS NOT NULL, position, id",
        organization,
    )
    return [
        Named(str(row["id"]), row["name"], row["kind"], row["archived_at"] is not None)
        for row in rows
    ]


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
    """How many there are in each state of what is wanted otherwise."""
    parts: list[str] = []
    values: list[Any] = []
    for state in STATES:
        alias, table = ("t", "attempt") if state == "test" else ("d", "delivery")
        of_state = msgspec.structs.replace(wanted, state=state)
        where, bound = _conditions(alias, organization, of_state)
        parts.append(
            f"SELECT '{state}' AS state, count(*) AS n FROM"
            f" (SELECT 1 FROM {table} {alias} WHERE {where} LIMIT {COUNTED_MAX}) AS {state}_ones"
        )
        values += bound
    rows = await database.fetch(" UNION ALL ".join(parts), *values)
    found = Counts(**{row["state"]: row["n"] for row in rows})
    if wanted.reference:
        found.test = 0
    return found


async def _deliveries(
    organization: uuid.UUID, wanted: Filter, before: uuid.UUID | None, limit: int
) -> list[Logged]:
    where, values = _conditions("d", organization, wanted, before)
    rows = await database.fetch(
        f"{COLUMNS} WHERE {where} ORDER BY d.id DESC LIMIT {limit}", *values
    )
    return await deliveries_of(organization, rows)


async def _tests(
    organization: uuid.UUID, wanted: Filter, before: uuid.UUID | None, limit: int
) -> list[Logged]:
    where, values = _conditions("t", organization, wanted, before)
    rows = await database.fetch(f"{TESTS} WHERE {where} ORDER BY t.id DESC LIMIT {limit}", *values)
    return [test_of(row) for row in rows]


def _conditions(
    alias: str, organization: uuid.UUID, wanted: Filter, before: uuid.UUID | None = None
) -> tuple[str, list[Any]]:
    """Of deliveries (d) or of tests (t)."""
    found = list(_parts(alias, organization, wanted))
    if before:
        found.append((f"{alias}.id < {{}}", [before]))
    return " AND ".join(sql for sql, _ in found), [value for _, each in found for value in each]


def _parts(alias: str, organization: uuid.UUID, wanted: Filter) -> Iterator[tuple[str, list[Any]]]:
    moment = "t.started_at" if alias == "t" else "d.created_at"
    yield f"{alias}.organization = {{}}", [organization]
    if alias == "t":
        yield "t.dispatch IS NULL AND t.finished_at IS NOT NULL", []
    elif wanted.state:
        states = WAITING if wanted.state == "pending" else (wanted.state,)
        yield f"d.state IN ({', '.join(['{}'] * len(states))})", list(states)
    if wanted.reference and alias == "d":
        # With what is in the other indexes the planner of SQLite would not begin here by itself.
        message = (
            "d.id IN (SELECT id FROM delivery WHERE message ="
            " (SELECT id FROM message WHERE organization = {} AND reference = {}))"
        )
        yield message, [organization, references.read(wanted.reference)]
    if wanted.channel:
        channel = uids.uid(wanted.channel, "/channel", "unknown_uid", "There is no such channel")
        yield f"{alias}.channel = {{}}", [channel]
    if wanted.since:
        yield f"{moment} >= {{}} AND {alias}.id >= {{}}", [wanted.since, _id_at(wanted.since, -1)]
    if wanted.until:
        yield f"{moment} < {{}} AND {alias}.id < {{}}", [wanted.until, _id_at(wanted.until, 1)]


def _id_at(moment: dt.datetime, side: int) -> uuid.UUID:
    """Ids sort by time, so that the index of ids serves for times, too."""
    seconds = moment.timestamp() + side * CLOCKS_APART.total_seconds()
    return uuid.UUID(int=min(max(int(seconds * 1000), 0), MILLISECONDS_MAX) << 80)
