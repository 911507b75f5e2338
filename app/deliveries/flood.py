"""Messages that are set aside while a form is flooded make one notice when the flood is over: a
number and a link. A flood that does not end makes one every hour."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable

from piccolo.custom_types import Combinable

from app import database
from app.deliveries import statements
from app.deliveries.owe import Listener, cancel, insert, owe
from app.tables import Delivery, Message

PURPOSE = "flood"
"""A dispatch and a purpose: it counts messages and shows none."""
QUIET = dt.timedelta(minutes=5)
"""A flood is over this long after the last message that was set aside."""
LONGEST = dt.timedelta(hours=1)


async def owe_flood(
    organization: uuid.UUID,
    message: uuid.UUID,
    channels: Iterable[Listener],
    now: dt.datetime,
) -> None:
    """`message` was set aside. Puts off the waiting delivery of each channel, or owes a first one.

    Only in a transaction that holds the organization's lock.
    """
    due = now + QUIET
    told = await database.values(uuid.UUID, statements.FLOODS_WAITING, organization, now)
    begun = due - LONGEST
    await database.execute(statements.PUT_OFF_FLOODS, due, due, organization, now, begun)
    await insert(
        [
            owe(channel, message, due, purpose=PURPOSE, now=now)
            for channel in channels
            if channel.purpose == "new" and channel.id not in told
        ]
    )


def _waiting(organization: uuid.UUID) -> Combinable:
    of_floods = (Delivery.organization == organization) & (Delivery.purpose == PURPOSE)
    return of_floods & (Delivery.state == "pending")


def _set_aside(organization: uuid.UUID) -> Combinable:
    spam = (Message.organization == organization) & (Message.status == "spam")
    return spam & (Message.spam_reason == "flood")


async def set_aside(organization: uuid.UUID, first: uuid.UUID, due: dt.datetime) -> int:
    """How many messages such a delivery is about: from its first message until it was due."""
    found: int = await Message.count().where(
        _set_aside(organization), Message.id >= first, Message.created_at <= due
    )
    return found


async def settle(organization: uuid.UUID, now: dt.datetime) -> None:
    """Cancels the flood's deliveries once nobody needs to look at the messages any more."""
    waiting = Delivery.select(Delivery.message).where(_waiting(organization))
    first = await database.value(uuid.UUID, waiting.order_by(Delivery.message).limit(1))
    left = Message.exists().where(_set_aside(organization), Message.id >= first)
    if first is None or not await left:
        await cancel(Delivery.organization, organization, only=[PURPOSE], reason="handled", now=now)
