"""Replay: what failed waits anew, under the limit like everything else, and can be stopped."""

from __future__ import annotations

import datetime as dt
import math
import uuid
from typing import Any

import msgspec

from app import database, queue
from app.channels.kinds import KINDS
from app.deliveries import throttle
from app.deliveries.owe import lock
from app.deliveries.parcel import own
from app.deliveries.statements import LISTENING
from app.deliveries.tries import EARLIER, trail
from app.errors import Conflict, NotFound
from app.people import audit
from app.reading.uids import uid

AS_SENT = "COALESCE((SELECT s.template FROM dispatch s WHERE s.id = delivery.dispatch), template)"
OPEN = (
    "(purpose = 'flood' OR EXISTS (SELECT 1 FROM message m WHERE m.status = 'pending'"
    " AND (m.id = delivery.message"
    " OR (delivery.purpose = 'repeat' AND m.repeat_of = delivery.message))))"
)
"""Nobody needs to be told of what was handled meanwhile, unless somebody asks for that one; but who
wrote the same may still wait."""
OF_THE_CHANNEL = "reason NOT IN ('permanent_content', 'outcome_unknown', 'replay_stopped')"
"""The channel was to blame. Not: the platform never takes this text, it may have arrived, somebody
did not want it."""
OVER = ("failed", "sent", "cancelled")
"""States in which nothing is going on any more."""


class Forecast(msgspec.Struct, frozen=True, kw_only=True):
    """What a replay of all failed ones means for one channel. A `limit` of None is no limit."""

    channel_uid: str
    channel_name: str
    kind: str
    count: int
    limit: int | None
    minutes: int
    combined: bool
    """What is over the limit travels together."""
    stopped: bool
    """The platform says that the address is gone: it waits until somebody mends the channel."""


async def replay(
    organization: uuid.UUID,
    *,
    delivery: str | None = None,
    message: str | None = None,
    channel: str | None = None,
    since: dt.datetime | None = None,
    as_sent: bool = False,
    missed: bool = False,
    by: str,
) -> int:
    """How many deliveries wait anew: one named delivery, whatever became of it, or every failed one
    (of a channel, since a time; `missed`: only what failed for the channel's own trouble). Only
    what is left out (None) chooses all; an empty id is no id.
    `as_sent` uses the template used at the time, else the current one.

    Raises NotFound, also for a delivery that is not about `message`, and Conflict for one that
    waits already, or whose channel is off.
    """
    where, values = _which(delivery, channel, since, missed=missed)
    async with database.transaction():
        org = await lock(organization)
        now = org.now
        if delivery is not None:
            await _check(organization, uid(delivery), message)
        elif channel is not None:
            await _known(organization, uid(channel))
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
        await audit.record(
            organization, by, "delivery.replayed", delivery or channel or "", str(count)
        )
    await queue.wake(organization, org.wakes)
    return count


async def _check(organization: uuid.UUID, delivery: uuid.UUID, message: str | None) -> None:
    rows = await database.fetch(
        "SELECT d.state, d.message, c.enabled, c.archived_at FROM delivery d JOIN channel c"
        " ON c.id = d.channel WHERE d.organization = {} AND d.id = {}",
        organization,
        delivery,
    )
    if not rows or (message is not None and rows[0]["message"] != uid(message)):
        raise NotFound
    if not rows[0]["enabled"] or rows[0]["archived_at"] is not None:
        raise Conflict("channel_off", "The channel is switched off. Switch it on first.")
    if rows[0]["state"] not in OVER:
        raise Conflict("already_waiting", "It is already waiting to be sent.")


async def _known(organization: uuid.UUID, channel: uuid.UUID) -> None:
    """Whoever mistypes a channel must not believe that nothing had failed."""
    rows = await database.fetch(
        "SELECT 1 AS one FROM channel WHERE organization = {} AND id = {}", organization, channel
    )
    if not rows:
        raise NotFound


async def stop_replay(organization: uuid.UUID, *, channel: str | None = None, by: str) -> int:
    """What a replay made wait and has not gone yet is failed again."""
    where, values = "replayed_at IS NOT NULL AND state = 'pending'", []
    if channel is not None:
        where, values = where + " AND channel = {}", [uid(channel)]
    async with database.transaction():
        now = (await lock(organization)).now
        if channel is not None:
            await _known(organization, uid(channel))
        rows = await database.fetch(
            f"SELECT id, earlier, dispatch FROM delivery WHERE organization = {{}} AND {where}",
            organization,
            *values,
        )
        sent = await _once_sent(rows)
        await database.execute_many(
            "UPDATE delivery SET state = {}, reason = {}, done_at = {} WHERE id = {}",
            [
                (
                    *(("sent", "") if row["id"] in sent else ("failed", "replay_stopped")),
                    now,
                    row["id"],
                )
                for row in rows
            ],
        )
        await audit.record(organization, by, "replay.stopped", channel or "", str(len(rows)))
    return len(rows)


async def _once_sent(rows: list[dict[str, Any]]) -> set[uuid.UUID]:
    """Those whose last dispatch before the replay had arrived: they did not fail by a stop."""
    last = {row["id"]: path[-1] for row in rows if (path := trail(row["earlier"], row["dispatch"]))}
    condition, ids = database.one_of("id", list(last.values()))
    found = await database.fetch(
        f"SELECT id FROM dispatch WHERE {condition} AND state = 'sent'", ids
    )
    arrived = {row["id"] for row in found}
    return {delivery for delivery, dispatch in last.items() if dispatch in arrived}


async def still_waiting(organization: uuid.UUID, *, channel: str | None = None) -> int:
    """How many of those that a replay made wait have not gone yet."""
    where, values = "", list[Any]()
    if channel is not None:
        where, values = " AND channel = {}", [uid(channel)]
    rows = await database.fetch(
        "SELECT count(*) AS n FROM delivery WHERE organization = {}"
        f" AND replayed_at IS NOT NULL AND state = 'pending'{where}",
        organization,
        *values,
    )
    return int(rows[0]["n"])


async def missed_by(organization: uuid.UUID) -> dict[str, int]:
    """How many messages that still wait for an answer each channel was not told of, for a trouble
    of its own: what `replay(missed=True)` would send. Only channels that are on and have any."""
    where, values = _which(None, None, None, missed=True)
    rows = await database.fetch(
        f"SELECT channel, count(*) AS n FROM delivery WHERE organization = {{}} AND {where}"
        " GROUP BY channel",
        organization,
        *values,
    )
    return {str(row["channel"]): row["n"] for row in rows}


async def forecast(
    organization: uuid.UUID, *, channel: str | None = None, since: dt.datetime | None = None
) -> list[Forecast]:
    """What `replay` would do now, for each channel that has something to send."""
    where, values = _which(None, channel, since)
    rows = await database.fetch(
        "SELECT c.*, n.failed, o.rate_limit_per_minute AS usual,"
        " o.rate_limit_total_per_minute AS total FROM channel c JOIN organization o"
        " ON o.id = c.organization JOIN (SELECT channel, count(*) AS failed FROM delivery"
        f" WHERE organization = {{}} AND {where} GROUP BY channel) n ON n.channel = c.id"
        " ORDER BY c.position, c.id",
        organization,
        *values,
    )
    found = [_foreseen(row) for row in rows]
    if not rows or not rows[0]["total"]:
        return found
    # All together under the one limit, less the places that wait for high priority.
    sends = sum(min(one.count, one.limit or 1) if one.combined else one.count for one in found)
    together = math.ceil(sends / throttle.unreserved(rows[0]["total"]))
    return [msgspec.structs.replace(one, minutes=max(one.minutes, together)) for one in found]


def _foreseen(row: dict[str, Any]) -> Forecast:
    mine = row["rate_limit_per_minute"]
    wanted = row["usual"] if mine is None else mine
    binding = (wanted, KINDS[row["kind"]].limit_per_minute, row["total"])
    limit = min((each for each in binding if each), default=0)
    combined = bool(own(row).get("digest", KINDS[row["kind"]].digests))
    return Forecast(
        channel_uid=str(row["id"]),
        channel_name=row["name"],
        kind=row["kind"],
        count=row["failed"],
        limit=limit or None,
        minutes=1 if combined or not limit else math.ceil(row["failed"] / limit),
        combined=combined and 0 < limit < row["failed"],
        stopped=row["stopped_at"] is not None,
    )


def _which(
    delivery: str | None,
    channel: str | None,
    since: dt.datetime | None,
    *,
    missed: bool = False,
) -> tuple[str, list[Any]]:
    if delivery is not None:
        return "id = {}", [uid(delivery)]
    # A visitor who was not reached is not mailed again with all others, only one by one; and what
    # was wrong with a channel then is no news now.
    where = ["state = 'failed' AND purpose NOT IN ('confirm', 'alert')", LISTENING, OPEN]
    values = list[Any]([True])
    if missed:
        where.append(OF_THE_CHANNEL)
    if channel is not None:
        where.append("channel = {}")
        values.append(uid(channel))
    if since is not None:
        where.append("created_at >= {}")
        values.append(since)
    return " AND ".join(where), values
