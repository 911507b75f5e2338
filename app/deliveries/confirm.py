"""The contents of a confirmation to a visitor, read at the moment of sending."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from app.channels.sender import Confirmation
from app.deliveries.rows import Noticed
from app.people import organizations
from app.presence import promise
from app.reading.mailboxes import mailbox
from app.signed import status_link
from app.tables import Organization


async def confirmation(row: Noticed, locale: str) -> Confirmation:
    """`row` is the message's."""
    org = await organizations.by_id(row.organization)
    uid = str(row.id)
    return Confirmation(
        to=mailbox(row.email, public=True) or "",
        reference=row.reference,
        shop=org.name,
        link=status_link.address(org.slug, uid, locale=locale, now=row.created_at),
        reply_by=await _reply_by(org, row.created_at),
    )


async def _reply_by(org: Organization, left: dt.datetime) -> str:
    """The promised time in the shop's zone, with its offset: the reader may be elsewhere. Empty
    when nothing is promised, or it has passed."""
    at = await promise.reply_by(org, left)
    if at is None or at <= dt.datetime.now(dt.UTC):
        return ""
    local = at.astimezone(ZoneInfo(org.timezone))
    offset = f"{local:%z}"
    return f"{local:%Y-%m-%d %H:%M} (UTC{offset[:3]}:{offset[3:]})"
