"""Where a reply to a visitor goes: to their mailbox, or only onto the page of their message. Its
mail is owed with the reply itself, and ends with it when it is taken back in time."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import msgspec

from app import database
from app.catalogue import N_
from app.channels.sender import REPLY
from app.deliveries.owe import Locked, insert, owe
from app.deliveries.personal.owe import Way, way
from app.deliveries.quota import inbox
from app.errors import Conflict
from app.mail import statements
from app.mail.words import Chosen, chosen
from app.reading.mailboxes import mailbox
from app.reading.uids import uid_or_none
from app.tables import Delivery, Event, Message, Remark

UNDO = dt.timedelta(seconds=10)
"""Time to take it back, before which nothing leaves."""
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
STOPPED = "mail_stopped"
"""What the visitor did who wants no mail about a message."""
DEAD_FOR = dt.timedelta(days=30)
"""Mailboxes that are full or gone may come back."""
PER_AUTHOR_AN_HOUR = 30
PER_ADDRESS_A_DAY = 20
TIMES_MAX = 5
"""That one reply is mailed, by whoever has it sent once more."""
PER_ORGANIZATION_AN_HOUR = 300
"""More than a team of ten writes: what is beyond was not typed."""


NOT_AGAIN = {
    "spam": N_("The message is marked as spam, so its reply is not mailed. Open it again first."),
    "trash": N_("The message is in the trash, so its reply is not mailed. Restore it first."),
    "off": N_("Replies by mail are switched off. Switch them on first."),
    "stopped": N_("The visitor wants no mail about this message."),
    "taken_back": N_("The reply was taken back."),
    "no_address": N_("The visitor left no e-mail address that can be used."),
    "too_many": N_("Too many were mailed lately. Try later."),
}


class Where(msgspec.Struct, frozen=True, kw_only=True):
    """`to` is empty when no mail goes, for the `reason`: off, no_channel, no_address, spam, trash,
    too_many, refused, stopped."""

    to: str = ""
    reason: str = ""
    channel: Way | None = None
    priority: str = "normal"


class _Asked(msgspec.Struct):
    email: str
    status: str
    priority: str


class _Tried(msgspec.Struct):
    email: str
    state: str
    refused: str
    done_at: dt.datetime


class _Happened(msgspec.Struct):
    action: str
    facts: str
    at: dt.datetime


class _Mailed(msgspec.Struct):
    author: str
    email: str
    created_at: dt.datetime


async def where(
    organization: uuid.UUID, message: uuid.UUID, *, by: str, again: bool = False
) -> Where:
    """For a reply that `by` would write now. Exact under the organization's lock. `again`: for one
    that has its channel already, and goes also to a mailbox that refused it."""
    query = Message.select(Message.email, Message.status, Message.priority)
    query = query.where(Message.organization == organization, Message.id == message)
    asked = await database.row(_Asked, query)
    if asked is None or not asked.email:
        return Where(reason="no_address")
    if asked.status in ("spam", "trash"):
        return Where(reason=asked.status)
    address = mailbox(asked.email, public=True)
    if address is None:
        return Where(reason="no_address")
    settings = await chosen(organization)
    if not settings.reply_mail.on:
        return Where(reason="off")
    channel = None if again else await _channel(organization, settings)
    if channel is None and not again:
        return Where(reason="no_channel")
    if await Event.exists().where(Event.message == message, Event.action == STOPPED):
        return Where(reason="stopped")
    if not again and await _is_dead(organization, message, address):
        return Where(reason="refused")
    if await _too_many(organization, address, by):
        return Where(reason="too_many")
    return Where(to=address, channel=channel, priority=asked.priority)


async def _channel(organization: uuid.UUID, settings: Chosen) -> Way | None:
    named = uid_or_none(settings.reply_mail.channel)
    if named is None:
        return await way(organization, settings.confirm_channel)
    return await database.row(Way, statements.NAMED_WAY, organization, True, named)


async def _is_dead(organization: uuid.UUID, message: uuid.UUID, address: str) -> bool:
    """Whether the last that was mailed there lately was refused for good, or came back. What the
    visitor adds since then, or a mail that is sent again and arrives, makes it good."""
    since = await database.now() - DEAD_FOR
    tried = await database.rows(_Tried, statements.TRIED, organization, since)
    last = next((each for each in tried if inbox(each.email) == inbox(address)), None)
    query = Event.select(Event.action, Event.facts, Event.at).order_by(Event.id, ascending=False)
    query = query.where(Event.message == message, Event.at > (last.done_at if last else since))
    for event in await database.rows(_Happened, query):
        if event.action == "added":
            return False
        if event.action == "bounced" and _recipient(event.facts) == address.lower():
            return True
    return last is not None and last.state == "failed" and last.refused != "[]"


def _recipient(facts: str) -> str:
    """To whom the mail that came back had gone, in lower case."""
    now = msgspec.json.decode(facts, type=dict[str, Any]).get("now") or {}
    return str(now.get("recipient", "")).lower()


async def _too_many(organization: uuid.UUID, address: str, by: str) -> bool:
    now = await database.now()
    lately = await database.rows(_Mailed, statements.MAILED, organization, now - DAY)
    last_hour = [each for each in lately if each.created_at > now - HOUR]
    return (
        len(last_hour) >= PER_ORGANIZATION_AN_HOUR
        or sum(each.author == by for each in last_hour) >= PER_AUTHOR_AN_HOUR
        or sum(inbox(each.email) == inbox(address) for each in lately) >= PER_ADDRESS_A_DAY
    )


async def check_again(
    organization: uuid.UUID, message: uuid.UUID, remark: uuid.UUID, *, times: int, by: str
) -> None:
    """Raises Conflict where a reply that was mailed so many `times` may not be mailed once more.
    Only inside a transaction that holds the organization's lock."""
    goes = await where(organization, message, by=by, again=True)
    reason = goes.reason or ("too_many" if times >= TIMES_MAX else "")
    if not await Remark.exists().where(Remark.id == remark):
        reason = "taken_back"
    if reason:
        raise Conflict("reply_not_mailed", NOT_AGAIN[reason])


async def owe_reply(
    organization: uuid.UUID, org: Locked, message: uuid.UUID, remark: uuid.UUID, *, by: str
) -> Where:
    """Owes the remark to its visitor by mail, if one goes. Only inside a transaction that holds the
    organization's lock."""
    found = await where(organization, message, by=by)
    if found.channel is not None:
        due = org.now + UNDO
        owed = owe(
            found.channel,
            message,
            due,
            now=org.now,
            purpose=REPLY,
            about=remark,
            priority=found.priority,
        )
        await insert([owed])
    return found


async def taken_back(
    message: uuid.UUID, remark: uuid.UUID, said_at: dt.datetime, now: dt.datetime
) -> bool:
    """Ends the mail of a remark that has gone nowhere: it still waits for the first try, or there
    is none and the remark was said just now. False when it is too late. Only inside a transaction
    that holds the organization's lock."""
    mine = (Delivery.message == message) & (Delivery.about == remark) & (Delivery.purpose == REPLY)
    states = await database.values(str, Delivery.select(Delivery.state).where(mine))
    if not states:
        return said_at > now - UNDO
    if set(states) != {"pending"}:
        return False
    await Delivery.update(
        {Delivery.state: "cancelled", Delivery.reason: "taken_back", Delivery.done_at: now}
    ).where(mine)
    return True
