"""What a visitor adds to his message: a notice to every channel, one for all that is added while it
waits."""

from __future__ import annotations

import datetime as dt
import uuid

from app import database
from app.deliveries.owe import insert, listening, owe
from app.deliveries.tries import EARLIER

AGAIN = (
    f"UPDATE delivery SET earlier = {EARLIER}, state = 'pending', reason = '', due_at = {{}},"
    " rank = {}, dispatch = NULL, done_at = NULL WHERE purpose = 'more'"
)


async def owe_more(organization: uuid.UUID, message: uuid.UUID, now: dt.datetime) -> None:
    """Only in a transaction that holds the organization's lock. Of what is on the wire `told_all`
    takes care."""
    await database.fetch(
        f"{AGAIN} AND message = {{}} AND state NOT IN ('pending', 'sending')", now, now, message
    )
    await insert(
        [
            owe(channel, message, now, purpose="more", now=now)
            for channel in await listening(organization)
            if channel["purpose"] == "new"
        ]
    )


async def told_all(dispatches: list[uuid.UUID], now: dt.datetime) -> None:
    """Owes once more what was added after the last try of these had begun: it was read without
    that."""
    condition, ids = database.one_of("dispatch", dispatches)
    await database.fetch(
        f"{AGAIN} AND {condition} AND EXISTS (SELECT 1 FROM remark r"
        " WHERE r.message = delivery.message AND r.author = '' AND r.created_at >"
        " (SELECT max(a.started_at) FROM attempt a WHERE a.dispatch = delivery.dispatch))",
        now,
        now,
        ids,
    )
