"""The beginning and end that all changes of the configuration share."""

from __future__ import annotations

import contextlib
import datetime as dt
import uuid
from collections.abc import AsyncIterator, Iterable, Sized

from app import database, queue
from app.deliveries.owe import Locked, cancel, lock
from app.deliveries.personal.owe import move
from app.deliveries.rows import ChannelRow
from app.errors import Invalid
from app.tables import Delivery

CHANNELS_MAX = 20


@contextlib.asynccontextmanager
async def changing(organization: uuid.UUID) -> AsyncIterator[Locked]:
    """The organization's row, held until the change is whole."""
    async with database.transaction():
        org = await lock(organization)
        yield org
    queue.wake(organization, org.wakes)


async def silence(
    organization: uuid.UUID, channel: uuid.UUID, *, reason: str, now: dt.datetime
) -> None:
    """Nothing more goes through a channel that has just been switched off: what waits for agents
    takes another that mails them, if there is one, all else is cancelled."""
    await move(organization, channel)
    await cancel(Delivery.channel, channel, reason=reason, now=now)


def check_number(current: Sized) -> None:
    if len(current) >= CHANNELS_MAX:
        limit = str(CHANNELS_MAX)
        raise Invalid.at("", "too_many", "Use at most {limit} channels", limit=limit)


def after_all(channels: Iterable[ChannelRow]) -> int:
    """The position of one more."""
    return max((each.position for each in channels), default=-1) + 1
