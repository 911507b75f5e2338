"""A visitor erases what they have left, and learns afterwards that it is gone."""

from __future__ import annotations

import datetime as dt
import uuid

from app import database
from app.erasure import remove
from app.messages.change import VISITOR
from app.reading import uids
from app.tables import Message, Tombstone


async def erase(organization: uuid.UUID, message: str) -> None:
    """For good, with all that belongs to it. What is gone already stays gone."""
    await remove.remove(organization, [uids.uid(message)], by=VISITOR)


async def erased_at(organization: uuid.UUID, message: str) -> dt.datetime | None:
    """When it was erased or anonymised, by whomever; None if it was not, or never was."""
    uid = uids.uid_or_none(message)
    if uid is None:
        return None
    grave = Tombstone.select(Tombstone.at)
    grave = grave.where(Tombstone.organization == organization, Tombstone.id == uid)
    blank = Message.select(Message.erased_at)
    blank = blank.where(Message.organization == organization, Message.id == uid)
    return await database.value(dt.datetime, grave) or await database.value(dt.datetime, blank)
