"""After the clock was set back: nothing that was due soon waits until the clock has caught up."""

from __future__ import annotations

import datetime as dt
import uuid

import msgspec

from app import database
from app.deliveries import throttle
from app.deliveries.clock_repair import statements
from app.deliveries.owe import lock
from app.deliveries.places import SLACK, free_places
from app.deliveries.statements import AT_ONCE
from app.errors import NotFound
from app.tables import Channel, Delivery, Dispatch


async def catch_up() -> int:
    """Brings times that lie too far ahead back to soon. Returns the number of organizations
    changed."""
    horizon = await database.now() + SLACK
    found = await database.values(uuid.UUID, statements.AHEAD, *[horizon] * 4)
    for organization in found:
        await _correct(organization)
    return len(found)


async def _correct(organization: uuid.UUID) -> None:
    async with database.transaction():
        try:
            now = (await lock(organization)).now
        except NotFound:
            return
        soon, horizon = now + throttle.WINDOW, now + SLACK
        await free_places(organization, now)
        await Dispatch.update({Dispatch.lease_until: soon}).where(
            Dispatch.organization == organization,
            Dispatch.state == "sending",
            Dispatch.lease_until > horizon,
        )
        await database.execute(statements.RETRIES_SOON, soon, organization, soon, horizon)
        await Delivery.update({Delivery.due_at: now, Delivery.rank: now}).where(
            Delivery.organization == organization,
            Delivery.state == "pending",
            Delivery.purpose.is_in([*AT_ONCE]),
            Delivery.due_at > now,
        )
        await _owe_later(organization, now)
        await Channel.update({Channel.paused_until: soon}).where(
            Channel.organization == organization,
            Channel.error_at > horizon,
            Channel.paused_until > soon,
        )
        await database.execute(statements.QUIET_SOON, soon, organization, soon, horizon)


class _Waiting(msgspec.Struct):
    id: uuid.UUID
    created_at: dt.datetime
    due_at: dt.datetime
    rank: dt.datetime


async def _owe_later(organization: uuid.UUID, now: dt.datetime) -> None:
    """Delayed deliveries that were created "in the future" wait their delay again, from now."""
    horizon = now + SLACK
    query = Delivery.select(Delivery.id, Delivery.created_at, Delivery.due_at, Delivery.rank)
    query = query.where(
        Delivery.organization == organization,
        Delivery.state == "pending",
        Delivery.purpose.not_in([*AT_ONCE]),
        Delivery.due_at > horizon,
        Delivery.created_at > horizon,
    )
    for each in await database.rows(_Waiting, query):
        ahead = each.created_at - now
        await Delivery.update(
            {
                Delivery.created_at: now,
                Delivery.due_at: each.due_at - ahead,
                Delivery.rank: each.rank - ahead,
            }
        ).where(Delivery.id == each.id)
