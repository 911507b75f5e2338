"""Deliveries of messages that somebody wants told once more, whatever became of the first."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence

import msgspec

from app import database
from app.database import columns, names
from app.deliveries import statements
from app.deliveries.owe import Listener, insert, owe
from app.deliveries.replayed import OVER, Replayed, end, once_sent
from app.overview import stale
from app.tables import Delivery

d = names(Delivery)


class _Known(msgspec.Struct):
    id: uuid.UUID
    message: uuid.UUID
    channel: uuid.UUID
    state: str


async def states(
    organization: uuid.UUID, messages: Sequence[uuid.UUID]
) -> dict[tuple[uuid.UUID, uuid.UUID], str]:
    """By message and channel: "over", or "waiting" for what is not."""
    return {
        (each.message, each.channel): "over" if each.state in OVER else "waiting"
        for each in await _known(organization, messages)
    }


async def tell(
    organization: uuid.UUID,
    wanted: Sequence[tuple[uuid.UUID, str, Sequence[Listener]]],
    now: dt.datetime,
) -> dict[uuid.UUID, list[uuid.UUID]]:
    """Owes each message, given with its priority, to its channels again; returns the channels of
    those that are told. What waits already stays as it is. Only inside a transaction that holds
    the organization's lock, as the next."""
    known = {
        (each.message, each.channel): each
        for each in await _known(organization, [message for message, _, _ in wanted])
    }
    heard: dict[uuid.UUID, list[uuid.UUID]] = {}
    again, new = [], []
    for message, priority, channels in wanted:
        for channel in channels:
            before = known.get((message, channel.id))
            if before is not None and before.state not in OVER:
                continue
            if before is not None:
                again.append(before.id)
            else:
                new.append(owe(channel, message, now, now=now, priority=priority))
            heard.setdefault(message, []).append(channel.id)
    these, ids = database.one_of(columns(d.id), again)
    sql = statements.REPLAY.replace("[template]", "NULL").replace("[these]", these)
    owed_at = await database.values(dt.datetime, sql, now, now, now, organization, ids)
    await stale.again(organization, owed_at)
    await insert([msgspec.structs.replace(each, reason="replay") for each in new])
    if new:
        made = Delivery.update({Delivery.replayed_at: now})
        await made.where(Delivery.id.is_in([each.id for each in new]))
    return heard


async def untell(
    organization: uuid.UUID, messages: Sequence[uuid.UUID], at: dt.datetime, now: dt.datetime
) -> list[uuid.UUID]:
    """Ends what was told again at that moment and has not gone; returns the messages of it."""
    these, ids = database.one_of(columns(d.message), messages)
    sql = statements.TOLD_AGAIN.replace("[these]", these)
    found = await database.rows(_Waiting, sql, organization, at, ids)
    sent = await once_sent(found)
    tried = [each.id for each in found if each.id not in sent and each.earlier != "[]"]
    never = [each.id for each in found if each.id not in sent and each.earlier == "[]"]
    await end(list(sent), "sent", "", now)
    await end(tried, "failed", "replay_stopped", now)
    await end(never, "cancelled", "replay_stopped", now)
    return list(dict.fromkeys(each.message for each in found))


class _Waiting(Replayed):
    message: uuid.UUID


async def _known(organization: uuid.UUID, messages: Sequence[uuid.UUID]) -> list[_Known]:
    these, ids = database.one_of(columns(d.message), messages)
    sql = statements.FIRST_TOLD.replace("[these]", these)
    return await database.rows(_Known, sql, organization, ids)
