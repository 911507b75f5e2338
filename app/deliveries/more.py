"""News about a message that was sent before: what its visitor adds, and that others wrote the same.
Every channel gets one notice of each, for all that comes while it waits."""

from __future__ import annotations

import datetime as dt
import uuid

import msgspec

from app import database
from app.database import columns
from app.deliveries import statements
from app.deliveries.owe import chosen, insert, listening, named, owe
from app.overview import stale
from app.tables import Delivery, Message


class _About(msgspec.Struct):
    channels: str | None
    priority: str


async def owe_more(organization: uuid.UUID, message: uuid.UUID, now: dt.datetime) -> None:
    """Owes what the visitor added. Only in a transaction that holds the organization's lock;
    `told_all` handles deliveries that are being sent."""
    await stale.again(organization, await owe_again("more", message, now))
    await owe_news("more", organization, message, now, now=now)


async def owe_again(purpose: str, message: uuid.UUID, due: dt.datetime) -> list[dt.datetime]:
    """Owes deliveries of this purpose that were sent, given up or cancelled once more; returns when
    they were owed at first."""
    values = (due, due, purpose, message, True)
    return await database.values(dt.datetime, statements.OWE_NEWS_AGAIN, *values)


async def owe_news(
    purpose: str, organization: uuid.UUID, message: uuid.UUID, due: dt.datetime, *, now: dt.datetime
) -> None:
    """Owes it to every channel of the message that was not owed it yet."""
    query = Message.select(Message.channels, Message.priority).where(Message.id == message)
    about = await database.row(_About, query)
    assert about is not None
    await insert(
        [
            owe(channel, message, due, purpose=purpose, now=now, priority=about.priority)
            for channel in chosen(
                await listening(organization), named(about.channels), about.priority
            )
            if channel.purpose == "new"
        ]
    )


async def told_all(dispatches: list[uuid.UUID], now: dt.datetime) -> None:
    """Owes again where the visitor added something after the last try began: it was sent without
    that."""
    these, ids = database.one_of(columns(Delivery.dispatch), dispatches)
    sql = statements.OWE_ADDED_SINCE.replace("[these]", these)
    await database.execute(sql, now, now, ids)
