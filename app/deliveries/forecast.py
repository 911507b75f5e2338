"""What a replay would do, and what of one still waits."""

from __future__ import annotations

import datetime as dt
import math
import uuid
from collections.abc import Mapping
from typing import Any

import msgspec

from app import database
from app.channels.kinds import KINDS
from app.database import names
from app.deliveries import statements, throttle
from app.deliveries.rows import CHANNEL, ChannelRow
from app.deliveries.sealed import own
from app.people import organizations
from app.reading.uids import uid
from app.tables import Channel, Delivery, Organization

d = names(Delivery)


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


class _Counted(msgspec.Struct):
    channel: uuid.UUID
    n: int


async def missed_by(organization: uuid.UUID) -> dict[str, int]:
    """By channel id, how many unanswered messages it missed through trouble of its own: what
    `replay(missed=True)` would send. Only channels that are on and have any."""
    where, values = which(None, None, None, missed=True)
    sql = statements.HOW_MANY_OF_EACH.replace("[these]", where)
    found = await database.rows(_Counted, sql, organization, *values)
    return {str(each.channel): each.n for each in found}


async def forecast(
    organization: uuid.UUID, *, channel: str | None = None, since: dt.datetime | None = None
) -> list[Forecast]:
    """What `replay` would do now, for each channel that has something to send."""
    where, values = which(None, channel, since)
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


def which(
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
