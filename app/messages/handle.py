"""Working a message off: read, handled, reopened, spam. Each change is in the audit."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from app import database, deliveries, queue
from app.deliveries import flood
from app.errors import Conflict, Invalid, NotFound
from app.messages.inbox import Row, one
from app.people import audit
from app.reading import uids
from app.text import clean

OUTCOMES = ("phone", "email", "wechat", "none")
NOTE_MAX = 2000


async def read(organization: uuid.UUID, uid: str) -> None:
    """Marks it read; the first time counts."""
    await database.fetch(
        "UPDATE message SET read_at = {} WHERE organization = {} AND id = {} AND read_at IS NULL",
        await database.now(),
        organization,
        uids.uid(uid),
    )


async def handle(
    organization: uuid.UUID, uid: str, *, outcome: str, note: str = "", by: str
) -> Row:
    """What waits to be told is cancelled: it is no news any more."""
    if outcome not in OUTCOMES:
        known = ", ".join(OUTCOMES)
        raise Invalid.at("/outcome", "unknown_outcome", "Use one of {known}", known=known)
    text = clean(note)
    if len(text) > NOTE_MAX:
        limit = str(NOTE_MAX)
        raise Invalid.at("/note", "too_long", "Use at most {limit} characters", limit=limit)
    change = {"status": "handled", "outcome": outcome, "note": text, "handled_by": by}
    return await _change(organization, uid, by, change, cancel="handled")


async def spam(organization: uuid.UUID, uid: str, *, by: str) -> Row:
    return await _change(organization, uid, by, {"status": "spam"}, cancel="spam")


async def reopen(organization: uuid.UUID, uid: str, *, by: str) -> Row:
    """The undo of both. What was cancelled stays cancelled: an agent has seen the message."""
    change = {"status": "pending", "outcome": "", "handled_by": "", "handled_at": None}
    return await _change(organization, uid, by, change)


async def _change(
    organization: uuid.UUID, uid: str, by: str, change: dict[str, Any], *, cancel: str = ""
) -> Row:
    message = uids.uid(uid)
    async with database.transaction():
        org = await deliveries.lock(organization)
        rows = await database.fetch(
            "SELECT id, status, repeat_of, spam_reason FROM message"
            " WHERE organization = {} AND id = {}",
            organization,
            message,
        )
        if not rows:
            raise NotFound
        if rows[0]["status"] == change["status"]:
            raise _already(rows[0])
        if change["status"] == "handled":
            change["handled_at"] = org["now"]
        names = ", ".join(f"{name} = {{}}" for name in change)
        await database.fetch(
            f"UPDATE message SET {names} WHERE id = {{}}", *change.values(), message
        )
        await database.fetch(
            "UPDATE message SET read_at = {} WHERE id = {} AND read_at IS NULL", org["now"], message
        )
        if cancel:
            await _settle(organization, rows[0], cancel, org["now"])
        if rows[0]["spam_reason"] == "flood":
            await flood.settle(organization, org["now"])
        await audit.record(organization, by, f"message.{change['status']}", message)
    await queue.wake(organization, org["wakes"])
    return await one(organization, uid)


async def _settle(
    organization: uuid.UUID, row: dict[str, Any], reason: str, now: dt.datetime
) -> None:
    """Cancels what waits about this message. The notice that others wrote the same stays owed while
    one of them still waits for an answer: they have a contact of their own, and whoever came first
    does not speak for them. A first that is spam is no reason to say nothing of them either."""
    message, first = row["id"], row["repeat_of"] or row["id"]
    condition = "message = {} AND purpose NOT IN ('repeat', 'flood')"
    await deliveries.cancel(condition, message, reason=reason, now=now)
    others = await database.fetch(
        "SELECT 1 AS one FROM message WHERE repeat_of = {} AND status = 'pending' LIMIT 1", first
    )
    if not others:
        condition = "message = {} AND purpose = 'repeat'"
        await deliveries.cancel(condition, first, reason=reason, now=now)
    elif reason == "spam" and message == first:
        # Also of those whose contact is the first one's: with it goes the notice that spoke of all.
        await deliveries.owe_news("repeat", organization, first, now, now=now)


def _already(row: dict[str, Any]) -> Conflict:
    if row["status"] == "handled":
        return Conflict("already_handled", "Somebody has already marked this as handled")
    return Conflict("nothing_to_change", "The message already is in this state")
