"""Channels that speak only when another one fails. Inside the transaction that records how it
went."""

from __future__ import annotations

import datetime as dt
import uuid

from app import database

WAITING = (
    "state = 'pending' AND purpose = 'fallback' AND channel IN (SELECT f.id FROM channel f"
    " JOIN dispatch s ON s.channel = f.fallback_for WHERE [these dispatches])"
    " AND message IN (SELECT d.message FROM delivery d WHERE [their deliveries]"
    " AND d.purpose <> 'confirm')"
)
"""Fallback deliveries of the messages that some dispatches carried to the team."""


async def not_needed(dispatches: list[uuid.UUID], now: dt.datetime) -> None:
    """The channels told: whoever stands in for them need not."""
    await _change("state = 'cancelled', reason = 'not_needed', done_at = {}", dispatches, now)


async def needed(dispatches: list[uuid.UUID], now: dt.datetime) -> None:
    """The channels failed for good: whoever stands in for them goes at once."""
    await _change("due_at = {}", dispatches, now)


async def _change(change: str, dispatches: list[uuid.UUID], now: dt.datetime) -> None:
    these, ids = database.one_of("s.id", dispatches)
    theirs, same_ids = database.one_of("d.dispatch", dispatches)
    condition = WAITING.replace("[these dispatches]", these).replace("[their deliveries]", theirs)
    await database.fetch(f"UPDATE delivery SET {change} WHERE {condition}", now, ids, same_ids)
