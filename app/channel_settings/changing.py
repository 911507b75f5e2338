"""The beginning and end that all changes of the configuration share."""

from __future__ import annotations

import contextlib
import datetime as dt
import uuid
from collections.abc import AsyncIterator, Sized

from app import database, queue
from app.deliveries.owe import lock
from app.errors import Invalid

CHANNELS_MAX = 20


@contextlib.asynccontextmanager
async def changing(organization: uuid.UUID) -> AsyncIterator[dt.datetime]:
    async with database.transaction():
        org = await lock(organization)
        yield org.now
    await queue.wake(organization, org.wakes)


def check_number(current: Sized) -> None:
    if len(current) >= CHANNELS_MAX:
        limit = str(CHANNELS_MAX)
        raise Invalid.at("", "too_many", "Use at most {limit} channels", limit=limit)
