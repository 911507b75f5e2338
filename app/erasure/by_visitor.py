"""A visitor erases what they have left, or asks the team to."""

from __future__ import annotations

import datetime as dt
import uuid

from app import database, queue
from app.deliveries.owe import lock
from app.erasure import remove
from app.errors import NotFound
from app.messages import events, remarks
from app.messages.events import Happened
from app.overview import kept
from app.people import audit
from app.reading import uids
from app.tables import Event, Message

ASKED = "erasure_asked"
"""What the visitor did who wants the team to erase a message."""


async def erase(organization: uuid.UUID, message: str) -> None:
    """For good, with all that belongs to it. What is gone already stays gone."""
    await remove.remove(organization, [uids.uid(message)], by=audit.VISITOR)


async def ask(organization: uuid.UUID, message: str) -> None:
    """Asks the team to erase it, where visitors do not erase themselves: it waits to be handled,
    and channels are told. Twice is once, as long as it waits. Raises NotFound."""
    uid = uids.uid(message)
    async with database.transaction():
        org = await lock(organization)
        mine = (Message.organization == organization) & (Message.id == uid)
        if not await Message.exists().where(mine, Message.erased_at.is_null()):
            raise NotFound
        # What was handled since, and not erased, nobody would see any more.
        waits = await Message.exists().where(mine, Message.status != "handled")
        if waits and await Event.exists().where(Event.message == uid, Event.action == ASKED):
            return
        async with kept.following(organization, [uid]):
            await remarks.reopen(organization, message, org)
        await Message.update({Message.changed: org.wakes}).where(mine)
        await events.record(organization, [Happened(uid)], ASKED, by="", org=org)
        await remarks.tell_channels(organization, message, org.now)
        await audit.record(organization, audit.VISITOR, "message.erasure_asked", message)
    queue.wake(organization, org.wakes)


async def asked_at(organization: uuid.UUID, message: str) -> dt.datetime | None:
    """When its visitor last asked for that."""
    query = Event.select(Event.at).order_by(Event.id, ascending=False).limit(1)
    mine = (Event.organization == organization) & (Event.message == uids.uid(message))
    return await database.value(dt.datetime, query.where(mine, Event.action == ASKED))
