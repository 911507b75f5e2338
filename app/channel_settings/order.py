"""The order of the channels: of those to whose turn it is at the same moment, the upper one is told
first, and the upper e-mail channel carries what goes to one person."""

from __future__ import annotations

import uuid

from app.channel_settings.changing import changing
from app.channel_settings.read import row, rows
from app.people import audit
from app.reading import orders
from app.tables import Channel


async def move(organization: uuid.UUID, uid: str, step: int, *, by: str) -> None:
    """One place up (-1) or down (1). Raises NotFound."""
    async with changing(organization):
        one = (await row(organization, uid)).id
        before = [each.id for each in await rows(organization)]
        after = orders.moved(before, one, step)
        if after == before:
            return
        for place, each in enumerate(after):
            await Channel.update({Channel.position: place}).where(Channel.id == each)
        await audit.record(organization, by, "channel.moved", one)
