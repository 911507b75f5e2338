"""What a replay made wait: how much still does, and how it ends when it is stopped."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence

import msgspec
from piccolo.custom_types import Combinable

from app import database
from app.database import columns, names
from app.deliveries import statements
from app.deliveries.tries import trail
from app.reading.uids import uid
from app.tables import Delivery, Dispatch

d = names(Delivery)
OVER = ("failed", "sent", "cancelled")
"""States in which nothing is going on any more."""


class Replayed(msgspec.Struct):
    id: uuid.UUID
    earlier: str
    dispatch: uuid.UUID | None


def waiting_again(organization: uuid.UUID, channel: str | None) -> Combinable:
    """Deliveries that a replay made wait and that have not gone yet."""
    waiting = (Delivery.organization == organization) & (Delivery.state == "pending")
    waiting = waiting & Delivery.replayed_at.is_not_null()
    return waiting if channel is None else waiting & (Delivery.channel == uid(channel))


async def still_waiting(organization: uuid.UUID, *, channel: str | None = None) -> int:
    """How many of those that a replay made wait have not gone yet."""
    found: int = await Delivery.count().where(waiting_again(organization, channel))
    return found


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
