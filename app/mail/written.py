"""What a reply by mail says, read at the moment of sending."""

from __future__ import annotations

import datetime as dt
import uuid

import msgspec

from app import database
from app.brands.stored import by_id
from app.channels.sender import REPLY, Reply
from app.deliveries.rows import Carried
from app.mail import mailboxes, thread
from app.mail.words import chosen
from app.reading.mailboxes import mailbox
from app.signed import status_link
from app.tables import Delivery, Remark

REFERENCES = 5
"""Earlier mails that are named beside the root: mailboxes find the thread by any of them."""


class _Said(msgspec.Struct):
    text: str
    created_at: dt.datetime


async def reply(row: Carried, locale: str) -> Reply:
    """`row` is the message's; it is sent to the address that it has now. Without one, or without
    the remark, to nobody."""
    remark = row.about or row.id
    query = Remark.select(Remark.text, Remark.created_at).where(Remark.id == remark)
    said = await database.row(_Said, query)
    brand = await by_id(row.brand or row.organization)
    words = (await chosen(row.organization)).reply_mail
    opening, signature = words.said(
        "" if brand.mark is None else str(brand.mark),
        locale,
        shop=brand.name,
        reference=row.reference,
    )
    return Reply(
        to=(mailbox(row.email, public=True) or "") if said else "",
        reference=row.reference,
        shop=brand.name,
        text=said.text if said else "",
        opening=opening,
        signature=signature,
        link=status_link.address(
            brand.slug, str(row.id), locale=locale, now=said.created_at if said else None
        ),
        message_id=thread.reply_id(row.id, remark),
        references=(thread.root_id(row.id), *await _earlier(row.id, remark)),
        answer_to=_marked(
            words.answer_to or await _read_mailbox(row.organization), row.id, plus=words.plus
        ),
    )


async def _earlier(message: uuid.UUID, remark: uuid.UUID) -> list[str]:
    """The ids of the mails that went before this one, the newest last. Ids of remarks sort by
    time."""
    query = Delivery.select(Delivery.about).where(
        Delivery.message == message,
        Delivery.purpose == REPLY,
        Delivery.state == "sent",
        Delivery.about < remark,
    )
    query = query.order_by(Delivery.about, ascending=False).limit(REFERENCES)
    found = await database.values(uuid.UUID, query)
    return [thread.reply_id(message, each) for each in reversed(found)]


async def _read_mailbox(organization: uuid.UUID) -> str:
    """The first mailbox that is fetched, so that answers come back; empty when there is none."""
    found = [each for each in await mailboxes.of(organization) if each.enabled]
    return found[0].config.writes_to if found else ""


def _marked(address: str, message: uuid.UUID, *, plus: bool) -> str:
    local, at, domain = address.rpartition("@")
    return f"{local}+{thread.reply_token(message)}@{domain}" if at and plus else address
