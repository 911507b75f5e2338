"""Changing a message's status: read, handled, reopened, spam. Each change is in the audit."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import msgspec
from piccolo.columns import Column

from app import database, queue
from app.deliveries import flood
from app.deliveries.more import owe_news
from app.deliveries.owe import cancel, lock
from app.errors import Conflict, Invalid, NotFound
from app.messages.inbox import Row, one
from app.people import audit
from app.reading import uids
from app.tables import Delivery, Message
from app.text import clean

OUTCOMES = ("phone", "email", "wechat", "none")
NOTE_MAX = 2000
Change = dict[Column | str, Any]


async def read(organization: uuid.UUID, uid: str) -> None:
    """Marks it read; the first time counts."""
    await _read(organization, uids.uid(uid), await database.now())


async def _read(organization: uuid.UUID, message: uuid.UUID, now: dt.datetime) -> None:
    await Message.update({Message.read_at: now}).where(
        Message.organization == organization, Message.id == message, Message.read_at.is_null()
    )


async def handle(
    organization: uuid.UUID, uid: str, *, outcome: str, note: str = "", by: str
) -> Row:
    """Cancels its waiting deliveries. Raises Invalid at /outcome or /note."""
    if outcome not in OUTCOMES:
        known = ", ".join(OUTCOMES)
        raise Invalid.at("/outcome", "unknown_outcome", "Use one of {known}", known=known)
    text = clean(note)
    if len(text) > NOTE_MAX:
        limit = str(NOTE_MAX)
        raise Invalid.at("/note", "too_long", "Use at most {limit} characters", limit=limit)
    change: Change = {Message.outcome: outcome, Message.note: text, Message.handled_by: by}
    return await _change(organization, uid, by, "handled", change, cancel="handled")


async def spam(organization: uuid.UUID, uid: str, *, by: str) -> Row:
    return await _change(organization, uid, by, "spam", {}, cancel="spam")


async def reopen(organization: uuid.UUID, uid: str, *, by: str) -> Row:
    """Undoes "handled" and "spam". Cancelled deliveries stay so: an agent has seen the message."""
    change: Change = {Message.outcome: "", Message.handled_by: "", Message.handled_at: None}
    return await _change(organization, uid, by, "pending", change)


class _Before(msgspec.Struct):
    id: uuid.UUID
    status: str
    repeat_of: uuid.UUID | None
    spam_reason: str


_BEFORE = (Message.id, Message.status, Message.repeat_of, Message.spam_reason)


async def _change(
    organization: uuid.UUID,
    uid: str,
    by: str,
    status: str,
    change: Change,
    *,
    cancel: str = "",
) -> Row:
    message = uids.uid(uid)
    async with database.transaction():
        org = await lock(organization)
        query = Message.select(*_BEFORE)
        query = query.where(Message.organization == organization, Message.id == message)
        before = await database.row(_Before, query)
        if before is None:
            raise NotFound
        if before.status == status:
            raise _already(status)
        change = {Message.status: status, **change}
        if status == "handled":
            change[Message.handled_at] = org.now
        await Message.update(change).where(Message.id == message)
        await _read(organization, message, org.now)
        if cancel:
            await _settle(organization, before, cancel, org.now)
        if before.spam_reason == "flood":
            await flood.settle(organization, org.now)
        await audit.record(organization, by, f"message.{status}", message)
    await queue.wake(organization, org.wakes)
    return await one(organization, uid)


async def _settle(organization: uuid.UUID, row: _Before, reason: str, now: dt.datetime) -> None:
    """Cancels waiting deliveries about this message. The notice that others wrote the same stays
    owed while one of them waits for an answer, since they have contacts of their own; also when the
    first message is spam."""
    message, first = row.id, row.repeat_of or row.id
    about = Delivery.message
    await cancel(about, message, but=["repeat", "flood"], reason=reason, now=now)
    others = Message.exists().where(Message.repeat_of == first, Message.status == "pending")
    if not await others:
        await cancel(about, first, only=["repeat"], reason=reason, now=now)
    elif reason == "spam" and message == first:
        # Also for those with the first one's contact: the notice that covered all is cancelled.
        await owe_news("repeat", organization, first, now, now=now)


def _already(status: str) -> Conflict:
    if status == "handled":
        return Conflict("already_handled", "Somebody has already marked this as handled")
    return Conflict("nothing_to_change", "The message already is in this state")
