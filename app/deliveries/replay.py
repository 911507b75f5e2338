"""Replay: failed deliveries wait again, under the limit like all others, and can be stopped."""

from __future__ import annotations

import datetime as dt
import uuid

import msgspec

from app import database, queue
from app.channels.sender import REPLY
from app.database import names
from app.deliveries import statements
from app.deliveries.forecast import which
from app.deliveries.owe import lock
from app.deliveries.replayed import OVER, Replayed, end, once_sent, waiting_again
from app.deliveries.tries import trail
from app.errors import Conflict, NotFound
from app.mail.replies import check_again
from app.overview import stale
from app.people import audit
from app.reading.uids import uid
from app.tables import Channel, Delivery

d = names(Delivery)


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
    where, values = which(delivery, channel, since, missed=missed)
    async with database.transaction():
        org = await lock(organization)
        now = org.now
        if delivery is not None:
            await _check(organization, uid(delivery), message, by)
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
    queue.wake(organization, org.wakes)
    return count


class _Named(msgspec.Struct):
    state: str
    message: uuid.UUID | None
    purpose: str
    about: uuid.UUID | None
    dispatch: uuid.UUID | None
    earlier: str
    enabled: bool
    archived_at: dt.datetime | None


async def _check(
    organization: uuid.UUID, delivery: uuid.UUID, message: str | None, by: str
) -> None:
    channel = Delivery.channel._
    query = Delivery.select(
        Delivery.state,
        Delivery.message,
        Delivery.purpose,
        Delivery.about,
        Delivery.dispatch,
        Delivery.earlier,
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
    if found.purpose == REPLY and found.message is not None and found.about is not None:
        times = len(trail(found.earlier, found.dispatch))
        await check_again(organization, found.message, found.about, times=times, by=by)


async def _known(organization: uuid.UUID, channel: uuid.UUID) -> None:
    """Raises NotFound: a mistyped channel must not look like one without failures."""
    if not await Channel.exists().where(
        Channel.organization == organization, Channel.id == channel
    ):
        raise NotFound


async def stop_replay(organization: uuid.UUID, *, channel: str | None = None, by: str) -> int:
    """Ends replayed deliveries that still wait: sent again if they were sent once, else failed."""
    waiting = waiting_again(organization, channel)
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
