"""Where a reply to a visitor goes: to their mailbox, or only onto the page of their message. Its
mail is owed with the reply itself, and ends with it when it is taken back in time."""

from __future__ import annotations

import datetime as dt
import uuid

import msgspec

from app import database
from app.channels.sender import REPLY
from app.deliveries.owe import Locked, insert, owe
from app.deliveries.personal.owe import Way, way
from app.deliveries.quota import inbox
from app.mail import statements
from app.mail.words import Chosen, chosen
from app.reading.mailboxes import mailbox
from app.reading.uids import uid_or_none
from app.tables import Delivery, Message

UNDO = dt.timedelta(seconds=10)
"""Time to take it back, before which nothing leaves."""
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
PER_AUTHOR_AN_HOUR = 30
PER_ADDRESS_A_DAY = 20
PER_ORGANIZATION_AN_HOUR = 300
"""More than a team of ten writes: what is beyond was not typed."""


class Where(msgspec.Struct, frozen=True, kw_only=True):
    """`to` is empty when no mail goes, for the `reason`: off, no_channel, no_address, spam, trash,
    too_many."""

    to: str = ""
    reason: str = ""
    channel: Way | None = None
    priority: str = "normal"


class _Asked(msgspec.Struct):
    email: str
    status: str
    priority: str


class _Mailed(msgspec.Struct):
    author: str
    email: str
    created_at: dt.datetime


async def where(organization: uuid.UUID, message: uuid.UUID, *, by: str) -> Where:
    """For a reply that `by` would write now. Exact under the organization's lock."""
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
    channel = await _channel(organization, settings)
    if channel is None:
        return Where(reason="no_channel")
    if await _too_many(organization, address, by):
        return Where(reason="too_many")
    return Where(to=address, channel=channel, priority=asked.priority)


async def _channel(organization: uuid.UUID, settings: Chosen) -> Way | None:
    named = uid_or_none(settings.reply_mail.channel)
    if named is None:
        return await way(organization, settings.confirm_channel)
    return await database.row(Way, statements.NAMED_WAY, organization, True, named)


async def _too_many(organization: uuid.UUID, address: str, by: str) -> bool:
    now = await database.now()
    lately = await database.rows(_Mailed, statements.MAILED, organization, now - DAY)
    last_hour = [each for each in lately if each.created_at > now - HOUR]
    return (
        len(last_hour) >= PER_ORGANIZATION_AN_HOUR
        or sum(each.author == by for each in last_hour) >= PER_AUTHOR_AN_HOUR
        or sum(inbox(each.email) == inbox(address) for each in lately) >= PER_ADDRESS_A_DAY
    )


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
