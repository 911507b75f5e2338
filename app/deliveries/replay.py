"""Replay: failed deliveries wait again, under the limit like all others, and can be stopped."""

from __future__ import annotations

import datetime as dt
import math
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from piccolo.custom_types import Combinable

from app import database, queue
from app.channels.kinds import KINDS
from app.database import columns, names
from app.deliveries import statements, throttle
from app.deliveries.owe import lock
from app.deliveries.rows import CHANNEL, ChannelRow
from app.deliveries.sealed import own
from app.deliveries.tries import trail
from app.errors import Conflict, NotFound
from app.overview import stale
from app.people import audit, organizations
from app.reading.uids import uid
from app.tables import Channel, Delivery, Dispatch, Organization

d = names(Delivery)
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
    """What is over the limit goes as one digest."""
    stopped: bool
    """The platform says that the address is gone: nothing is sent until the channel is mended."""


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
    """Replays one named delivery in any final state, or every failed one (of a channel, since a
    time; `missed`: only what failed for the channel's own trouble), and returns how many. None
    means all; an empty id is no id. `as_sent` uses the template used at the time, else the current
    one.

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
        how_many = statements.HOW_MANY.replace("[these]", where)
        count = await database.value(int, how_many, organization, *values) or 0
        template = statements.AS_SENT if as_sent else "NULL"
        sql = statements.REPLAY.replace("[template]", template).replace("[these]", where)
        owed_at = await database.values(dt.datetime, sql, now, now, now, organization, *values)
        await stale.again(organization, owed_at)
        await audit.record(
            organization, by, "delivery.replayed", delivery or channel or "", str(count)
        )
    await queue.wake(organization, org.wakes)
    return count


class _Named(msgspec.Struct):
    state: str
    message: uuid.UUID | None
    enabled: bool
    archived_at: dt.datetime | None


async def _check(organization: uuid.UUID, delivery: uuid.UUID, message: str | None) -> None:
    channel = Delivery.channel._
    query = Delivery.select(
        Delivery.state,
        Delivery.message,
        channel.enabled.as_alias("enabled"),
        channel.archived_at.as_alias("archived_at"),
    )
    query = query.where(Delivery.organization == organization, Delivery.id == delivery)
    found = await database.row(_Named, query)
    if found is None or (message is not None and found.message != uid(message)):
        raise NotFound
    if not found.enabled or found.archived_at is not None:
        raise Conflict("channel_off", "The channel is switched off. Switch it on first.")
    if found.state not in OVER:
        raise Conflict("already_waiting", "It is already waiting to be sent.")


async def _known(organization: uuid.UUID, channel: uuid.UUID) -> None:
    """Raises NotFound: a mistyped channel must not look like one without failures."""
    if not await Channel.exists().where(
        Channel.organization == organization, Channel.id == channel
    ):
        raise NotFound


async def stop_replay(organization: uuid.UUID, *, channel: str | None = None, by: str) -> int:
    """Ends replayed deliveries that still wait: sent again if they were sent once, else failed."""
    waiting = _waiting(organization, channel)
    async with database.transaction():
        now = (await lock(organization)).now
        if channel is not None:
            await _known(organization, uid(channel))
        query = Delivery.select(Delivery.id, Delivery.earlier, Delivery.dispatch).where(waiting)
        found = await database.rows(Replayed, query)
        sent = await once_sent(found)
        stopped = [each.id for each in found if each.id not in sent]
        for ids, state, reason in ((sent, "sent", ""), (stopped, "failed", "replay_stopped")):
            await end(list(ids), state, reason, now)
        await audit.record(organization, by, "replay.stopped", channel or "", str(len(found)))
    return len(found)


class Replayed(msgspec.Struct):
    id: uuid.UUID
    earlier: str
    dispatch: uuid.UUID | None


def _waiting(organization: uuid.UUID, channel: str | None) -> Combinable:
    """Deliveries that a replay made wait and that have not gone yet."""
    waiting = (Delivery.organization == organization) & (Delivery.state == "pending")
    waiting = waiting & Delivery.replayed_at.is_not_null()
    return waiting if channel is None else waiting & (Delivery.channel == uid(channel))


async def end(ids: list[uuid.UUID], state: str, reason: str, now: dt.datetime) -> None:
    these, value = database.one_of(columns(d.id), ids)
    sql = statements.END.replace("[these]", these)
    await database.execute(sql, state, reason, now, value)


async def once_sent(replayed: Sequence[Replayed]) -> set[uuid.UUID]:
    """Those whose last dispatch before the replay was sent: stopping does not make them failed."""
    last = {each.id: path[-1] for each in replayed if (path := trail(each.earlier, each.dispatch))}
    these, ids = database.one_of(columns(Dispatch.id), list(last.values()))
    sql = statements.ARRIVED.replace("[these]", these)
    arrived = set(await database.values(uuid.UUID, sql, ids))
    return {delivery for delivery, dispatch in last.items() if dispatch in arrived}


async def still_waiting(organization: uuid.UUID, *, channel: str | None = None) -> int:
    """How many of those that a replay made wait have not gone yet."""
    found: int = await Delivery.count().where(_waiting(organization, channel))
    return found


class _Counted(msgspec.Struct):
    channel: uuid.UUID
    n: int


async def missed_by(organization: uuid.UUID) -> dict[str, int]:
    """By channel id, how many unanswered messages it missed through trouble of its own: what
    `replay(missed=True)` would send. Only channels that are on and have any."""
    where, values = _which(None, None, None, missed=True)
    sql = statements.HOW_MANY_OF_EACH.replace("[these]", where)
    found = await database.rows(_Counted, sql, organization, *values)
    return {str(each.channel): each.n for each in found}


async def forecast(
    organization: uuid.UUID, *, channel: str | None = None, since: dt.datetime | None = None
) -> list[Forecast]:
    """What `replay` would do now, for each channel that has something to send."""
    where, values = _which(None, channel, since)
    sql = statements.HOW_MANY_OF_EACH.replace("[these]", where)
    failed = {
        each.channel: each.n for each in await database.rows(_Counted, sql, organization, *values)
    }
    return await foreseen(organization, failed)


async def foreseen(organization: uuid.UUID, counts: Mapping[uuid.UUID, int]) -> list[Forecast]:
    """What so many deliveries of each channel mean."""
    if not counts:
        return []
    org = await organizations.by_id(organization)
    query = Channel.select(*CHANNEL).where(Channel.organization == organization)
    query = query.order_by(Channel.position, Channel.id)
    found = [
        _foreseen(each, counts[each.id], org)
        for each in await database.rows(ChannelRow, query)
        if each.id in counts
    ]
    if not found or not org.rate_limit_total_per_minute:
        return found
    # All together under the one limit, less the places that wait for high priority.
    sends = sum(min(one.count, one.limit or 1) if one.combined else one.count for one in found)
    together = math.ceil(sends / throttle.unreserved(org.rate_limit_total_per_minute))
    return [msgspec.structs.replace(one, minutes=max(one.minutes, together)) for one in found]


def _foreseen(channel: ChannelRow, failed: int, org: Organization) -> Forecast:
    mine, kind = channel.rate_limit_per_minute, KINDS[channel.kind]
    wanted = org.rate_limit_per_minute if mine is None else mine
    binding = (wanted, kind.limit_per_minute, org.rate_limit_total_per_minute)
    limit = min((each for each in binding if each), default=0)
    combined = bool(own(channel).get("digest", kind.digests))
    return Forecast(
        channel_uid=str(channel.id),
        channel_name=channel.name,
        kind=channel.kind,
        count=failed,
        limit=limit or None,
        minutes=1 if combined or not limit else math.ceil(failed / limit),
        combined=combined and 0 < limit < failed,
        stopped=channel.stopped_at is not None,
    )


def _which(
    delivery: str | None,
    channel: str | None,
    since: dt.datetime | None,
    *,
    missed: bool = False,
) -> tuple[str, list[Any]]:
    if delivery is not None:
        return f"{d.id} = ?", [uid(delivery)]
    where = [statements.FAILED, statements.LISTENING, statements.STILL_OPEN]
    values = list[Any]([True])
    if missed:
        where.append(statements.OF_THE_CHANNEL)
    if channel is not None:
        where.append(f"{d.channel} = ?")
        values.append(uid(channel))
    if since is not None:
        where.append(f"{d.created_at} >= ?")
        values.append(since)
    return " AND ".join(where), values
