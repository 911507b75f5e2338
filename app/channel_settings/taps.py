"""Makes the links void that the notices of a channel had so far; those of later ones hold."""

from __future__ import annotations

import uuid

from app.channel_settings.changing import changing
from app.channel_settings.read import row
from app.people import audit
from app.tables import Channel


async def withdraw(organization: uuid.UUID, uid: str, *, by: str) -> None:
    """Raises NotFound."""
    async with changing(organization):
        one = await row(organization, uid)
        await Channel.update({Channel.tap_series: one.tap_series + 1}).where(Channel.id == one.id)
        await audit.record(organization, by, "channel.links_withdrawn", one.id)
