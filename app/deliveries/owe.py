"""What is owed: the rows that a new message or an alert leaves behind, and the lock they are
made under."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any, NamedTuple

from app import database, steady
from app.channels.sender import CONFIRM
from app.errors import NotFound
from app.tables import new_id

BOOST = {
    "high": dt.timedelta(minutes=5),
    "normal": dt.timedelta(0),
    "low": dt.timedelta(minutes=-5),
}
"""Priority as a head start in one ordered column: a low one waits at most this much longer, then
leads."""


LISTENING = "channel IN (SELECT id FROM channel WHERE enabled = {} AND archived_at IS NULL)"
"""Whoever was switched off or removed is not spoken to, whatever is asked for."""


class Owed(NamedTuple):
    """A row of `delivery`, in the order of COLUMNS."""

    id: uuid.UUID
    organization: uuid.UUID
    message: uuid.UUID | None
    channel: uuid.UUID
    purpose: str
    about: uuid.UUID | None
    state: str
    rank: dt.datetime
    due_at: dt.datetime
    reason: str
    created_at: dt.datetime


LOCK = (
    "UPDATE organization SET wakes = wakes + 1, messages = messages + {},"
    " due_at = CASE WHEN due_at < [now] THEN due_at ELSE [now] END WHERE id = {}"
    " RETURNING wakes, messages, dedup_window_seconds, rate_limit_per_minute,"
    " rate_limit_total_per_minute, locale, timezone, confirm_channel, [now] AS now"
)


async def lock(organization: uuid.UUID, *, new: int = 0) -> dict[str, Any]:
    """Takes the organization's row until the transaction ends, and marks it due unconditionally:
    an "is it due already?" would lose the wake-up against a plan that is just ending.

    `held` is by how much `now` was put forward lately: places are counted by `now` less that.
    """
    asked, answered = steady.uptime(), None
    if isinstance(database.engine(), database.SQLite):
        now, answered = dt.datetime.now(dt.UTC), steady.uptime()
        values: tuple[Any, ...] = (new, now, now, organization, now)
        sql = LOCK.replace("[now]", "{}")
    else:
        values = (new, organization)
        sql = LOCK.replace("[now]", "clock_timestamp()")
    rows = await database.fetch(sql, *values)
    if not rows:
        raise NotFound
    row = rows[0]
    row["now"] = moment = database.moment(row["now"])
    assert moment is not None
    return {**row, "held": steady.clock().observe(moment, asked, answered)}


async def listening(organization: uuid.UUID) -> list[dict[str, Any]]:
    """The channels that a new message is owed to, with the purpose and the delay of each.

    A fallback is owed its delivery later, and only in case; but at once when the channel that it
    stands
    in for is switched off itself.
    """
    rows = await database.fetch(
        "SELECT id, organization, priority, fallback_for, fallback_after_seconds FROM channel"
        " WHERE organization = {} AND enabled = {} AND archived_at IS NULL ORDER BY position",
        organization,
        True,
    )
    enabled = {row["id"] for row in rows}
    for row in rows:
        waits = row["fallback_for"] in enabled
        row["purpose"] = "fallback" if waits else "new"
        row["after"] = dt.timedelta(seconds=row["fallback_after_seconds"] if waits else 0)
    return rows


def owe(
    channel: dict[str, Any],
    message: uuid.UUID | None,
    due: dt.datetime,
    *,
    now: dt.datetime,
    purpose: str = "new",
    about: uuid.UUID | None = None,
) -> Owed:
    rank = due - BOOST[{"alert": "high", CONFIRM: "low"}.get(purpose, channel["priority"])]
    return Owed(
        new_id(),
        channel["organization"],
        message,
        channel["id"],
        purpose,
        about,
        "pending",
        rank,
        due,
        "",
        now,
    )


async def insert(owed: list[Owed]) -> None:
    """A duty that is already there stays as it is."""
    sql = database.insert_sql("delivery", Owed._fields) + " ON CONFLICT DO NOTHING"
    await database.execute_many(sql, owed)


async def cancel(condition: str, *values: Any, reason: str, now: dt.datetime) -> None:
    """Cancels what waits and what waits for another try; what is on the wire runs to its end.

    Only inside a transaction that holds the organization's lock. `condition` is about `delivery`.
    """
    await database.fetch(
        "UPDATE delivery SET state = 'cancelled', reason = {}, done_at = {}"
        f" WHERE state = 'pending' AND {condition}",
        reason,
        now,
        *values,
    )
    # A digest goes on while it carries anything else.
    open_retry = (
        "SELECT s.id FROM dispatch s WHERE s.state = 'retry' AND s.id IN"
        f" (SELECT dispatch FROM delivery WHERE state = 'sending' AND {condition})"
        " AND NOT EXISTS (SELECT 1 FROM delivery o WHERE o.dispatch = s.id"
        f" AND o.state = 'sending' AND NOT ({condition}))"
    )
    await database.fetch(
        "UPDATE delivery SET state = 'cancelled', reason = {}, done_at = {}"
        f" WHERE state = 'sending' AND {condition} AND dispatch IN ({open_retry})",
        reason,
        now,
        *values,
        *values,
        *values,
    )
    await database.fetch(
        "UPDATE dispatch SET state = 'cancelled', reason = {}, finished_at = {}, retry_at = NULL"
        " WHERE state = 'retry' AND id IN (SELECT dispatch FROM delivery"
        f" WHERE state = 'cancelled' AND {condition})"
        " AND NOT EXISTS (SELECT 1 FROM delivery d"
        " WHERE d.dispatch = dispatch.id AND d.state = 'sending')",
        reason,
        now,
        *values,
    )


async def close(dispatches: list[uuid.UUID], state: str, reason: str, now: dt.datetime) -> None:
    """Ends dispatches and every delivery that they carry. A failed one may still turn out sent."""
    condition, ids = database.one_of("id", dispatches)
    await database.fetch(
        "UPDATE dispatch SET state = {}, reason = {}, finished_at = {}, retry_at = NULL"
        f" WHERE {condition}",
        state,
        reason,
        now,
        ids,
    )
    condition, ids = database.one_of("dispatch", dispatches)
    await database.fetch(
        "UPDATE delivery SET state = {}, reason = {}, done_at = {}"
        f" WHERE {condition} AND state IN ('sending', 'failed')",
        state,
        reason,
        now,
        ids,
    )
