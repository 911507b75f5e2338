"""Whether a person saw a test arrive: what the platform accepted may still reach nobody."""

from __future__ import annotations

import uuid
from typing import Any

from piccolo.columns import Column

from app import database
from app.channel_settings.read import row
from app.deliveries.owe import lock
from app.deliveries.rows import CHANNEL, ChannelRow
from app.errors import NotFound
from app.people import audit
from app.reading.uids import uid_or_none
from app.signed import arrival
from app.tables import Channel

BY_LINK = "link"
"""Who followed the link in the test message: nobody signs in for it."""


async def arrived(organization: uuid.UUID, uid: str, *, seen: bool, by: str) -> None:
    """Notes that somebody saw a test of the channel, or that nobody does. Raises NotFound."""
    async with database.transaction():
        now = (await lock(organization)).now
        channel = await row(organization, uid)
        noted: dict[Column | str, Any] = {
            Channel.received_at: now if seen else None,
            Channel.received_by: by if seen else "",
        }
        await Channel.update(noted).where(Channel.id == channel.id)
        done = "channel.arrived" if seen else "channel.not_arrived"
        await audit.record(organization, by, done, channel.id)


async def of_link(uid: str, key: str) -> ChannelRow:
    """The channel of a link in a test message. Raises NotFound when the link is over, or the
    channel leads elsewhere now."""
    known = uid_or_none(uid)
    query = Channel.select(*CHANNEL).where(Channel.id == known, Channel.archived_at.is_null())
    found = await database.row(ChannelRow, query) if known else None
    if found is None or not arrival.opens(str(found.id), found.target, key):
        raise NotFound
    return found
