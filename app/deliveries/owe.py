"""Owing deliveries: the rows for a new message or an alert, and the lock under which they are
made."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection, Sequence
from typing import Any

import msgspec
from msgspec.structs import replace
from piccolo.columns import Column

from app import database, steady
from app.channels.sender import CONFIRM
from app.database import columns
from app.deliveries import statements
from app.deliveries.owed import OWED, Owed
from app.errors import NotFound
from app.metrics.counted import CLOSED
from app.tables import Delivery, Dispatch, new_id

BOOST = {
    "high": dt.timedelta(minutes=5),
    "normal": dt.timedelta(0),
    "low": dt.timedelta(minutes=-5),
}
"""Priority as a head start in one ordered column: a low one waits at most this much longer."""


class Locked(msgspec.Struct, kw_only=True):
    """An organization's row, held. `held` is by how much `now` was put forward lately: places are
    counted by `now` less that."""

    wakes: int
    messages: int
    dedup_window_seconds: int
    rate_limit_per_minute: int
    rate_limit_total_per_minute: int | None
    locale: str
    timezone: str
    confirm_channel: uuid.UUID | None
    searched: uuid.UUID | None = None
    feed_from: int | None = None
    rota: str = ""
    now: dt.datetime
    held: dt.timedelta = dt.timedelta(0)


class Listener(msgspec.Struct, kw_only=True):
    """A channel that deliveries are owed to, with their purpose and delay for a new message."""

    id: uuid.UUID
    organization: uuid.UUID
    priority: str
    fallback_for: uuid.UUID | None = None
    fallback_after_seconds: int = 0
    only_high: bool = False
    purpose: str = "new"
    after: dt.timedelta = dt.timedelta(0)


async def lock(organization: uuid.UUID, *, new: int = 0, at: dt.datetime | None = None) -> Locked:
    """Takes the organization's row until the transaction ends, and marks it due unconditionally:
    an "is it due already?" would lose the wake-up against a plan that is just ending. `at` is the
    time that it is taken to be, where somebody asks what would happen then."""
    asked, answered = steady.uptime(), None
    if isinstance(database.engine(), database.SQLite):
        now, answered = dt.datetime.now(dt.UTC), steady.uptime()
        values: tuple[Any, ...] = (new, now, now, organization, now)
        sql = statements.LOCK.replace("[now]", "?")
    else:
        values = (new, organization)
        sql = statements.LOCK.replace("[now]", "clock_timestamp()")
    found = await database.row(Locked, sql, *values)
    if found is None:
        raise NotFound
    found.held = steady.clock().observe(found.now, asked, answered)
    return found if at is None else replace(found, now=at)


async def listening(organization: uuid.UUID) -> list[Listener]:
    """The channels that a new message is owed to.

    A fallback is owed its delivery later, and only in case; but at once when the channel that it
    stands in for is switched off itself.
    """
    found = await database.rows(Listener, statements.LISTENERS, organization, True)
    enabled = {each.id for each in found}
    for each in found:
        if each.fallback_for in enabled:
            each.purpose = "fallback"
            each.after = dt.timedelta(seconds=each.fallback_after_seconds)
    return found


def named(stored: str | None) -> list[uuid.UUID] | None:
    """The channels of a message, as its row holds them."""
    return None if stored is None else msgspec.json.decode(stored, type=list[uuid.UUID])


def heeding(listeners: Sequence[Listener], priority: str) -> list[Listener]:
    """Those that are told of messages of this priority. A fallback of one that is not is told at
    once."""
    if priority == "high":
        return list(listeners)
    kept = [each for each in listeners if not each.only_high]
    there = {each.id for each in kept}
    return [each if each.fallback_for in there else _at_once(each) for each in kept]


def _at_once(listener: Listener) -> Listener:
    return replace(listener, purpose="new", after=dt.timedelta(0))


def chosen(
    listeners: Sequence[Listener], wanted: Collection[uuid.UUID] | None, priority: str
) -> list[Listener]:
    """Those that a message of this priority is told to: `wanted`, or all for None. A fallback of
    one of them goes with it, and one that is wanted itself is told at once. When none of them can
    be told any more, all are: what nobody hears of is lost."""
    listeners = heeding(listeners, priority)
    if wanted is None:
        return list(listeners)
    if not wanted:
        return []
    kept = {each.id for each in listeners if each.id in wanted}
    for _ in listeners:
        kept |= {each.id for each in listeners if each.fallback_for in kept}
    if not kept:
        return list(listeners)
    return [
        each if each.purpose == "new" or each.fallback_for in kept else _at_once(each)
        for each in listeners
        if each.id in kept
    ]


def owe(
    channel: Listener,
    message: uuid.UUID | None,
    due: dt.datetime,
    *,
    now: dt.datetime,
    purpose: str = "new",
    about: uuid.UUID | None = None,
    priority: str = "normal",
) -> Owed:
    """`priority` is the message's; the channel's counts for one that has none of its own."""
    usual = channel.priority if priority == "normal" else priority
    rank = due - BOOST[{"alert": "high", CONFIRM: "low"}.get(purpose, usual)]
    return Owed(new_id(), channel.organization, message, channel.id, purpose, about, rank, due, now)


async def insert(owed: Sequence[Owed]) -> None:
    """A delivery that exists already stays as it is."""
    await database.insert(OWED, owed, keep=True)


async def cancel(
    about: Column,
    value: uuid.UUID,
    *,
    only: Sequence[str] = (),
    but: Sequence[str] = (),
    reason: str,
    now: dt.datetime,
) -> None:
    """Cancels what waits for its first or another try; a send that is running ends as usual.

    Only inside a transaction that holds the organization's lock. Of the deliveries whose column
    `about` has this value, `only` those of some purposes, or all `but` some.
    """
    these = f"{columns(about)} = ?"
    for purposes, word in ((only, "IN"), (but, "NOT IN")):
        if purposes:
            marks = ", ".join("?" * len(purposes))
            these += f" AND {columns(Delivery.purpose)} {word} ({marks})"
    for sql in statements.CANCEL:
        values = [value, *only, *but] * sql.count("[these]")
        await database.execute(sql.replace("[these]", these), reason, now, *values)


async def close(dispatches: list[uuid.UUID], state: str, reason: str, now: dt.datetime) -> None:
    """Ends dispatches and every delivery that they carry. A failed one may still turn out sent."""
    CLOSED.add(state, by=len(dispatches))
    for column, sql in (
        (Dispatch.id, statements.CLOSE_DISPATCHES),
        (Delivery.dispatch, statements.CLOSE_DELIVERIES),
    ):
        these, ids = database.one_of(columns(column), dispatches)
        await database.execute(sql.replace("[these]", these), state, reason, now, ids)
