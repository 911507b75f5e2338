"""When what is not there any more was erased."""

from __future__ import annotations

import datetime as dt
import uuid

from app import database
from app.people import audit
from app.reading import uids
from app.tables import Audit, Message, Tombstone


async def by_visitor(organization: uuid.UUID, message: str) -> bool:
    """Whether it was its visitor who erased it."""
    mine = (Audit.organization == organization) & (Audit.target == str(uids.uid(message)))
    done = (Audit.actor == audit.VISITOR) & (Audit.action == "message.erased")
    return await Audit.exists().where(mine, done)


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
