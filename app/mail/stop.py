"""A visitor wants no mail about their message, or it never was theirs."""

from __future__ import annotations

import uuid

from app import database
from app.channels.sender import REPLY
from app.deliveries.owe import cancel, lock
from app.mail.replies import STOPPED
from app.messages import events
from app.messages.events import Happened
from app.people import audit
from app.tables import Delivery, Event, Message


async def stop(organization: uuid.UUID, message: uuid.UUID) -> None:
    """No reply is mailed any more, and none that waits. Twice is once."""
    async with database.transaction():
        org = await lock(organization)
        if await stopped(message):
            return
        happened = [Happened(message)]
        await events.record(organization, happened, STOPPED, by="", org=org)
        await Message.update({Message.changed: org.wakes}).where(Message.id == message)
        await cancel(Delivery.message, message, only=[REPLY], reason="mail_off", now=org.now)
        await audit.record(organization, audit.VISITOR, "message.mail_stopped", str(message))


async def stopped(message: uuid.UUID) -> bool:
    return await Event.exists().where(Event.message == message, Event.action == STOPPED)
