"""Whether visitors get a confirmation by e-mail, and which channel sends it."""

from __future__ import annotations

import contextlib
import uuid

from app import database
from app.channel_settings.read import row
from app.channels.sender import CONFIRM
from app.deliveries.owe import cancel, lock
from app.errors import Invalid, NotFound
from app.people import audit
from app.tables import Delivery, Organization

NO_EMAIL_CHANNEL = "Choose one of your e-mail channels"


async def set_confirm_channel(organization: uuid.UUID, uid: str, *, by: str) -> None:
    """Empty: no confirmations any more, and those that still wait are cancelled."""
    async with database.transaction():
        now = (await lock(organization)).now
        chosen = await _email_channel(organization, uid) if uid else None
        await Organization.update({Organization.confirm_channel: chosen}).where(
            Organization.id == organization
        )
        if chosen is None:
            await cancel(
                Delivery.organization,
                organization,
                only=[CONFIRM],
                reason="confirmations_off",
                now=now,
            )
        await audit.record(organization, by, "confirmation.changed", chosen or organization)


async def _email_channel(organization: uuid.UUID, uid: str) -> uuid.UUID:
    with contextlib.suppress(NotFound):
        found = await row(organization, uid)
        if found.kind == "email":
            return found.id
    raise Invalid.at("/confirm_channel", "unknown_uid", NO_EMAIL_CHANNEL)
