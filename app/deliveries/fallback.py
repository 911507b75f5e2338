"""Channels that speak only when another one fails. Inside the transaction that records how it
went."""

from __future__ import annotations

import datetime as dt
import uuid

from app import database
from app.database import columns
from app.deliveries import statements
from app.tables import Delivery, Dispatch


async def not_needed(dispatches: list[uuid.UUID], now: dt.datetime) -> None:
    """The channels have sent these: cancels the deliveries of their fallback channels."""
    await _change(statements.NOT_NEEDED, dispatches, now)


async def needed(dispatches: list[uuid.UUID], now: dt.datetime) -> None:
    """The channels failed for good: the deliveries of their fallback channels are due at once."""
    await _change(statements.NEEDED, dispatches, now)


async def _change(sql: str, dispatches: list[uuid.UUID], now: dt.datetime) -> None:
    if not dispatches:
        return
    these, ids = database.one_of(columns(Dispatch.id, of="s"), dispatches)
    theirs, same_ids = database.one_of(columns(Delivery.dispatch, of="d"), dispatches)
    sql = sql.replace("[these dispatches]", these).replace("[their deliveries]", theirs)
    await database.execute(sql, now, ids, same_ids)
