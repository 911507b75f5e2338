"""Who looks at a message right now, as their pages say."""

from __future__ import annotations

import datetime as dt
import uuid

import msgspec

from app import database
from app.deliveries.owe import lock
from app.errors import NotFound
from app.reading import uids
from app.tables import Looker, Message, new_id

GONE = dt.timedelta(seconds=45)
"""After the last sign: a page gives one every 20 seconds."""
AGAIN = dt.timedelta(seconds=15)
"""What comes sooner is not written."""
KEPT = dt.timedelta(minutes=1)


class _Row(msgspec.Struct, kw_only=True):
    id: uuid.UUID
    organization: uuid.UUID
    message: uuid.UUID
    agent: uuid.UUID
    seen_at: dt.datetime


ROW = (Looker.id, Looker.organization, Looker.message, Looker.agent, Looker.seen_at)


async def look(organization: uuid.UUID, message: str, agent: uuid.UUID) -> None:
    """A sign of somebody's page. Raises NotFound for a message of others."""
    uid, now = uids.uid(message), await database.now()
    mine = (Looker.message == uid) & (Looker.agent == agent)
    query = Looker.select(Looker.seen_at).where(mine, Looker.organization == organization)
    last = await database.value(dt.datetime, query)
    if last is not None and now - last < AGAIN:
        return
    if last is None:
        await _first(organization, uid, agent, now)
    else:
        await Looker.update({Looker.seen_at: now}).where(mine)
    if (last is None or now - last >= GONE) and await others(organization, message, agent):
        await _ring(organization, uid)


async def _first(
    organization: uuid.UUID, message: uuid.UUID, agent: uuid.UUID, now: dt.datetime
) -> None:
    """They come; whoever has gone long ago is forgotten."""
    if not await Message.exists().where(
        Message.organization == organization, Message.id == message
    ):
        raise NotFound
    old = Looker.seen_at < now - KEPT
    row = _Row(id=new_id(), organization=organization, message=message, agent=agent, seen_at=now)
    async with database.transaction():
        await Looker.delete().where(Looker.organization == organization, old)
        await database.insert(ROW, [row], keep=True)


async def others(
    organization: uuid.UUID, message: str, agent: uuid.UUID, *, within: dt.timedelta = GONE
) -> list[str]:
    """The uids of those who look at it, too."""
    query = (
        Looker.select(Looker.agent)
        .order_by(Looker.agent)
        .where(
            Looker.organization == organization,
            Looker.message == uids.uid(message),
            Looker.agent != agent,
            Looker.seen_at > await database.now() - within,
        )
    )
    return [str(each) for each in await database.values(uuid.UUID, query)]


async def _ring(organization: uuid.UUID, message: uuid.UUID) -> None:
    """Tells the pages of those who look already, once when somebody comes."""
    async with database.transaction():
        org = await lock(organization)
        await Message.update({Message.changed: org.wakes}).where(Message.id == message)
