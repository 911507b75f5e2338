"""A mail comes in: stored as it is, once, before anybody looks at what it says."""

from __future__ import annotations

import base64
import hashlib
import re
import uuid
from email.parser import BytesHeaderParser

from app import database, secrets
from app.errors import Invalid
from app.keys.fields import RECEIVED_MAIL
from app.mail.read import headers
from app.tables import ReceivedMail, new_id

RAW_MAX = 30 * 1024 * 1024
"""Bytes: what providers take, and what base64 makes of 20 MB."""
HEAD_MAX = 256 * 1024
HEADER = re.compile(rb"[!-9;-~]{1,76}[ \t]*:")


async def receive(
    organization: uuid.UUID, raw: bytes, mailbox: uuid.UUID | None = None
) -> uuid.UUID:
    """Returns after the commit; the id is that of the first time. Raises Invalid for what is no
    mail, or too large."""
    checked(raw)
    return await keep(organization, raw, mailbox)


async def keep(organization: uuid.UUID, raw: bytes, mailbox: uuid.UUID | None) -> uuid.UUID:
    """The same for what a mailbox calls a mail, whatever it looks like."""
    mark, uid = _mark(raw), new_id()
    row = ReceivedMail(
        {
            ReceivedMail.id: uid,
            ReceivedMail.organization: organization,
            ReceivedMail.mailbox: mailbox,
            ReceivedMail.mark: mark,
            ReceivedMail.original: sealed(organization, uid, raw),
            ReceivedMail.received_at: await database.now(),
        }
    )
    await ReceivedMail.insert(row).on_conflict(
        target=(ReceivedMail.organization, ReceivedMail.mark), action="DO NOTHING"
    )
    found = await database.value(
        uuid.UUID,
        ReceivedMail.select(ReceivedMail.id).where(
            ReceivedMail.organization == organization, ReceivedMail.mark == mark
        ),
    )
    assert found is not None
    return found


def checked(raw: bytes) -> None:
    """Raises Invalid."""
    if len(raw) > RAW_MAX:
        raise Invalid.at("", "too_long", "The mail is larger than 30 MB")
    checked_head(raw)


def checked_head(raw: bytes) -> None:
    """Raises Invalid for what is no mail."""
    if not looks_like_mail(raw):
        raise Invalid.at("", "mail_expected", "Send the raw mail, with its headers")


def looks_like_mail(raw: bytes) -> bool:
    """Whether it begins as a mail does: a header in its first lines."""
    lines = raw.lstrip(b"\r\n")[:HEAD_MAX].split(b"\n", 3)
    return any(HEADER.match(each) for each in lines)


def sealed(organization: uuid.UUID, uid: uuid.UUID, raw: bytes) -> str:
    place = RECEIVED_MAIL.at(uid, organization)
    return secrets.encrypt(place, base64.b64encode(raw).decode())


def opened(organization: uuid.UUID, uid: uuid.UUID, stored: str) -> bytes:
    """Raises secrets.Unreadable."""
    return base64.b64decode(secrets.decrypt(RECEIVED_MAIL.at(uid, organization), stored))


def _mark(raw: bytes) -> str:
    """The same for the same mail, by whichever way it came. Its id alone would not do: programs
    that give every mail the same one would lose all but the first."""
    head, _, body = raw.lstrip(b"\r\n").replace(b"\r\n", b"\n").partition(b"\n\n")
    mail = BytesHeaderParser().parsebytes(head[:HEAD_MAX])
    known = (
        headers.message_id(mail),
        headers.address(mail, "from")[0],
        headers.text(mail, "subject"),
        headers.text(mail, "date"),
    )
    digest = hashlib.sha256("\n".join(known).encode(errors="replace"))
    if len(head) > HEAD_MAX or not any(known):
        # Nothing says which one it is, or it stands where nobody looks: only a copy is the same.
        digest.update(head)
    digest.update(body.rstrip())
    return digest.hexdigest()
