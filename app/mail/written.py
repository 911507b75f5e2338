"""What a reply by mail says, read at the moment of sending."""

from __future__ import annotations

import datetime as dt
import re
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
from app.tables import Delivery, ReceivedMail, Remark

REFERENCES = 5
"""Earlier mails that are named beside the root: mailboxes find the thread by any of them."""
PLAIN_ID = re.compile(r"(?!.*=\?)[!-;=?-~]{1,120}@[!-;=?-~]{1,120}")
"""Of a mail of the visitor: nothing that a header would read as more than an id."""


class _Said(msgspec.Struct):
    text: str
    created_at: dt.datetime


class _Theirs(msgspec.Struct):
    remark: uuid.UUID | None
    message_id: str


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
        references=(thread.root_id(row.id), *await _earlier(row, remark)),
        answer_to=_marked(
            words.answer_to or await _read_mailbox(row.organization), row.id, plus=words.plus
        ),
    )


async def _earlier(row: Carried, remark: uuid.UUID) -> list[str]:
    """The ids of the mails before this one, ours and the visitor's, the newest last. Ids of remarks
    sort by time, and after that of their message."""
    found = [(each, thread.reply_id(row.id, each)) for each in await _mailed(row.id, remark)]
    theirs = await _theirs(row, remark)
    found += [(each.remark, f"<{each.message_id}>") for each in theirs if each.remark]
    begun = [f"<{each.message_id}>" for each in theirs if each.remark is None]
    return [*begun[:1], *(name for _, name in sorted(found)[-REFERENCES:])]


async def _theirs(row: Carried, remark: uuid.UUID) -> list[_Theirs]:
    """What the visitor wrote by mail themselves, before that remark. The message itself was one
    where there is no remark."""
    m = ReceivedMail
    query = m.select(m.remark, m.message_id).where(
        m.message == row.id,
        m.state == "done",
        m.kind == "mail",
        m.sender == row.email.lower(),
        m.remark.is_null() | (m.remark < remark),
    )
    query = query.order_by(m.id, ascending=False).limit(REFERENCES)
    found = await database.rows(_Theirs, query)
    return [each for each in found if PLAIN_ID.fullmatch(each.message_id)]


async def _mailed(message: uuid.UUID, remark: uuid.UUID) -> list[uuid.UUID]:
    query = Delivery.select(Delivery.about).where(
        Delivery.message == message,
        Delivery.purpose == REPLY,
        Delivery.state == "sent",
        Delivery.about < remark,
    )
    query = query.order_by(Delivery.about, ascending=False).limit(REFERENCES)
    return await database.values(uuid.UUID, query)


async def _read_mailbox(organization: uuid.UUID) -> str:
    """The first mailbox that is fetched, so that answers come back; empty when there is none."""
    found = [each for each in await mailboxes.of(organization) if each.enabled]
    return found[0].config.writes_to if found else ""


def _marked(address: str, message: uuid.UUID, *, plus: bool) -> str:
    local, at, domain = address.rpartition("@")
    return f"{local}+{thread.reply_token(message)}@{domain}" if at and plus else address
