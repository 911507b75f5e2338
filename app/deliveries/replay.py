"""Replay: what failed waits anew, under the limit like everything else, and can be stopped."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from app import audit, database, queue
from app.deliveries.owe import lock
from app.errors import NotFound

EARLIER = (
    "CASE WHEN dispatch IS NULL THEN earlier WHEN earlier = '[]'"
    " THEN '[\"' || CAST(dispatch AS TEXT) || '\"]'"
    " ELSE substr(earlier, 1, length(earlier) - 1) || ',\"' || CAST(dispatch AS TEXT) || '\"]' END"
)
"""The list of earlier dispatches with the last one put behind it, on either database."""
AS_SENT = "(SELECT s.template FROM dispatch s WHERE s.id = delivery.dispatch)"


async def replay(
    organization: uuid.UUID,
    *,
    delivery: str | None = None,
    channel: str | None = None,
    since: dt.datetime | None = None,
    as_sent: bool = False,
    by: str,
) -> int:
    """How many deliveries wait anew: one named delivery, whatever became of it, or every failed one
    (of a channel, since a time). `as_sent` uses the template of then, else the one of now."""
    where, values = _which(delivery, channel, since)
    async with database.transaction():
        org = await lock(organization)
        now = org["now"]
        template = AS_SENT if as_sent else "NULL"
        counted = await database.fetch(
            f"SELECT count(*) AS n FROM delivery WHERE organization = {{}} AND {where}",
            organization,
            *values,
        )
        await database.fetch(
            f"UPDATE delivery SET earlier = {EARLIER}, template = {template}, state = 'pending',"
            " reason = 'replay', replayed_at = {}, due_at = {}, rank = {}, dispatch = NULL,"
            f" done_at = NULL WHERE organization = {{}} AND {where}",
            now,
            now,
            now,
            organization,
            *values,
        )
        count = int(counted[0]["n"])
        if delivery and count == 0:
            raise NotFound
        await audit.record(
            organization, by, "delivery.replayed", delivery or channel or "", str(count)
        )
    await queue.wake(organization, org["wakes"])
    return count


async def stop_replay(organization: uuid.UUID, *, channel: str | None = None, by: str) -> int:
    """What a replay made wait and has not gone yet is failed again."""
    where, values = "replayed_at IS NOT NULL AND state = 'pending'", []
    if channel:
        where, values = where + " AND channel = {}", [_id(channel)]
    async with database.transaction():
        now = (await lock(organization))["now"]
        rows = await database.fetch(
            "UPDATE delivery SET state = 'failed', reason = 'replay_stopped', done_at = {}"
            f" WHERE organization = {{}} AND {where} RETURNING 1 AS one",
            now,
            organization,
            *values,
        )
        await audit.record(organization, by, "replay.stopped", channel or "", str(len(rows)))
    return len(rows)


def _which(
    delivery: str | None, channel: str | None, since: dt.datetime | None
) -> tuple[str, list[Any]]:
    if delivery:
        return "id = {} AND state IN ('failed', 'sent', 'cancelled')", [_id(delivery)]
    where, values = ["state = 'failed'"], list[Any]()
    if channel:
        where.append("channel = {}")
        values.append(_id(channel))
    if since:
        where.append("created_at >= {}")
        values.append(since)
    return " AND ".join(where), values


def _id(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError:
        raise NotFound from None
