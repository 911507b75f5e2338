"""What was attached to mails: kept aside, encrypted, for agents to download."""

from __future__ import annotations

import base64
import uuid
from collections.abc import Sequence

import msgspec

from app import database, secrets
from app.contacts import sight
from app.contacts.mask import hidden
from app.errors import NotFound
from app.files import scan
from app.keys.fields import ATTACHMENT
from app.mail.read.shape import Attachment
from app.reading import uids
from app.tables import MailAttachment, new_id


class Kept(msgspec.Struct, kw_only=True):
    """Without its content."""

    id: uuid.UUID
    mail: uuid.UUID
    name: str
    size: int


class _Stored(msgspec.Struct):
    id: uuid.UUID
    name: str
    content: str


async def keep(organization: uuid.UUID, mail: uuid.UUID, found: Sequence[Attachment]) -> None:
    """Only inside the transaction that settles the mail."""
    for each in found:
        uid = new_id()
        content = base64.b64encode(each.content).decode()
        row = MailAttachment(
            {
                MailAttachment.id: uid,
                MailAttachment.organization: organization,
                MailAttachment.mail: mail,
                MailAttachment.name: each.name[:128],
                MailAttachment.kind: each.kind[:128],
                MailAttachment.size: len(each.content),
                MailAttachment.content: secrets.encrypt(ATTACHMENT.at(uid, organization), content),
            }
        )
        await MailAttachment.insert(row)


async def of(organization: uuid.UUID, mails: Sequence[uuid.UUID]) -> dict[uuid.UUID, list[Kept]]:
    """By mail, in their order."""
    if not mails:
        return {}
    a = MailAttachment
    query = a.select(a.id, a.mail, a.name, a.size).order_by(a.id)
    query = query.where(a.organization == organization, a.mail.is_in(list(mails)))
    found: dict[uuid.UUID, list[Kept]] = {}
    for row in await database.rows(Kept, query):
        found.setdefault(row.mail, []).append(row)
    return found


async def content(organization: uuid.UUID, uid: str) -> tuple[str, bytes]:
    """(name, bytes). Raises NotFound, also for another organization's, secrets.Unreadable, and
    Conflict for what the virus scanner has not found clean."""
    a = MailAttachment
    query = a.select(a.id, a.name, a.content)
    row = await database.row(
        _Stored, query.where(a.organization == organization, a.id == uids.uid(uid))
    )
    if row is None:
        raise NotFound
    found = base64.b64decode(secrets.decrypt(ATTACHMENT.at(row.id, organization), row.content))
    await scan.check(found)
    return hidden(row.name) if sight.masks() else row.name, found
