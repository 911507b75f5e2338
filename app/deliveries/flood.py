"""What is set aside while a form is flooded is told of once, when the flood is over: a number and a
link. A flood that does not end is told of every hour."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping
from typing import Any

from app import database
from app.deliveries.owe import Listener, cancel, insert, owe
from app.tables import Delivery

PURPOSE = "flood"
"""A dispatch and a purpose: it counts messages and shows none."""
QUIET = dt.timedelta(minutes=5)
"""So long after the last one that was set aside it is over."""
LONGEST = dt.timedelta(hours=1)
SET_ASIDE = "organization = {} AND status = 'spam' AND spam_reason = 'flood'"


async def owe_flood(
    organization: uuid.UUID,
    message: uuid.UUID,
    channels: Iterable[Listener],
    now: dt.datetime,
) -> None:
    """`message` was set aside. What waits is put off; where nothing waits, this is the first.

    Only in a transaction that holds the organization's lock.
    """
    due = now + QUIET
    waiting = await database.fetch(
        "SELECT channel FROM delivery WHERE organization = {} AND purpose = 'flood'"
        " AND state = 'pending' AND due_at > {}",
        organization,
        now,
    )
    await database.fetch(
        "UPDATE delivery SET due_at = {}, rank = {} WHERE organization = {} AND purpose = 'flood'"
        " AND state = 'pending' AND due_at > {} AND created_at > {}",
        due,
        due,
        organization,
        now,
        due - LONGEST,
    )
    told = {row["channel"] for row in waiting}
    await insert(
        [
            owe(channel, message, due, purpose=PURPOSE, now=now)
            for channel in channels
            if channel.purpose == "new" and channel.id not in told
        ]
    )


async def set_aside(row: Mapping[str, Any]) -> int:
    """How many a delivery of this purpose tells of: those from its first message until it was
    due."""
    found = await database.fetch(
        f"SELECT count(*) AS n FROM message WHERE {SET_ASIDE}"
        " AND id >= {} AND created_at <= {}",
        row["organization"],
        row["message"],
        row["due_at"],
    )
    return int(found[0]["n"])


async def settle(organization: uuid.UUID, now: dt.datetime) -> None:
    """Once all of them were looked at, there is nothing to tell."""
    left = await database.fetch(
        f"SELECT 1 AS one FROM message WHERE {SET_ASIDE} AND id >= (SELECT message FROM delivery"
        " WHERE organization = {} AND purpose = 'flood' AND state = 'pending'"
        " ORDER BY message LIMIT 1) LIMIT 1",
        organization,
        organization,
    )
    if not left:
        await cancel(Delivery.organization, organization, only=[PURPOSE], reason="handled", now=now)
