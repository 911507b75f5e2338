"""How long the last success of a channel took, and how much went through it lately."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable

from app import database
from app.tables import Attempt, Channel, Delivery

LONGEST = dt.timedelta(minutes=5)
"""No send takes as long: its deadline is some seconds."""
DAYS = 30


async def last_success(channel: str) -> int | None:
    """In milliseconds; None when there was none."""
    query = Channel.select(Channel.ok_at).where(Channel.id == uuid.UUID(channel))
    at = await database.value(dt.datetime, query)
    if at is None:
        return None
    # The success that the channel's health tells of ended at that moment.
    tries = Attempt.select(Attempt.duration_ms).where(
        Attempt.channel == uuid.UUID(channel),
        Attempt.outcome == "ok",
        Attempt.finished_at == at,
        Attempt.started_at > at - LONGEST,
    )
    return await database.value(int, tries.order_by(Attempt.started_at, ascending=False).limit(1))


async def last_successes(channels: Iterable[str]) -> dict[str, int]:
    """By the uid of each that had one."""
    found = {each: await last_success(each) for each in channels}
    return {each: took for each, took in found.items() if took is not None}


async def sent_lately(organization: uuid.UUID, channel: str) -> int:
    """Deliveries that went through it in the last 30 days."""
    since = await database.now() - dt.timedelta(days=DAYS)
    query = Delivery.count().where(
        Delivery.organization == organization,
        Delivery.channel == uuid.UUID(channel),
        Delivery.state == "sent",
        Delivery.done_at >= since,
    )
    found: int = await query
    return found
