"""The contents of a confirmation to a visitor, read at the moment of sending."""

from __future__ import annotations

import datetime as dt
import uuid
from zoneinfo import ZoneInfo

from app import database
from app.brands.shape import Brand
from app.brands.stored import by_id
from app.channels.sender import Confirmation
from app.deliveries.rows import Noticed
from app.reading.mailboxes import mailbox
from app.signed import status_link
from app.tables import Message
from app.targets import due


async def confirmation(row: Noticed, locale: str) -> Confirmation:
    """`row` is the message's."""
    brand = await by_id(row.brand or row.organization)
    uid = str(row.id)
    return Confirmation(
        to=mailbox(row.email, public=True) or "",
        reference=row.reference,
        shop=brand.name,
        link=status_link.address(brand.slug, uid, locale=locale, now=row.created_at),
        reply_by=await _reply_by(brand, row.id),
    )


async def _reply_by(brand: Brand, message: uuid.UUID) -> str:
    """The promised time in the shop's zone, with its offset: the reader may be elsewhere. Empty
    when nothing is promised, or it has passed."""
    if not (await due.in_force(brand.org.id, brand.mark)).tells_visitors:
        return ""
    query = Message.select(Message.due_at).where(Message.id == message)
    at = await database.value(dt.datetime, query)
    if at is None or at <= dt.datetime.now(dt.UTC):
        return ""
    local = at.astimezone(ZoneInfo(brand.org.timezone))
    offset = f"{local:%z}"
    return f"{local:%Y-%m-%d %H:%M} (UTC{offset[:3]}:{offset[3:]})"
