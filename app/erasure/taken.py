"""All that is kept of a person, as one file for them: their messages, what was said about them,
their mails and files."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import AsyncIterator, Sequence
from typing import IO
from zoneinfo import ZoneInfo

import msgspec

from app import database
from app.erasure import packed
from app.erasure.person import Kept
from app.fields.consents import agreed
from app.messages import drafts, remarks
from app.messages.export.wish import Export
from app.people import audit
from app.tables import Message, Organization, ReceivedMail

MESSAGES, SAID, MAILS = "messages.jsonl", "remarks.jsonl", "mails.jsonl"
CONSENTS = "consents.jsonl"


class Said(msgspec.Struct):
    """`author` is empty for the visitor; `visible` to them."""

    message: str
    author: str
    text: str
    visible: bool
    at: dt.datetime


class Mail(msgspec.Struct):
    received_at: dt.datetime
    sender: str
    sender_name: str
    subject: str
    text: str


class _Ticked(msgspec.Struct):
    id: uuid.UUID
    consents: str
    form_version: int | None


m = ReceivedMail
MAIL = (m.received_at, m.sender, m.sender_name, m.subject, m.text)


async def whole(
    org: Organization, found: Kept, messages: AsyncIterator[bytes] | None, *, by: str
) -> Export:
    """As `pack`, to be sent."""
    file = await pack(org.id, found, messages, by=by)
    return packed.export(f"person-{dt.datetime.now(ZoneInfo(org.timezone)):%Y-%m-%d}.zip", file)


async def pack(
    organization: uuid.UUID, found: Kept, messages: AsyncIterator[bytes] | None, *, by: str
) -> IO[bytes]:
    """A ZIP file, at its start; `messages` are theirs as lines of JSON, if there are any. Whoever
    reads it closes it. The audit says that it was taken, before it leaves."""
    await audit.record(organization, by, "person.exported", "", str(len(found.messages)))
    async with packed.archive() as (archive, made):
        if messages is not None:
            await packed.write(archive, MESSAGES, [piece async for piece in messages])
        await packed.write(archive, SAID, await _said(organization, found.messages))
        await packed.write(archive, CONSENTS, await _consents(organization, found.messages))
        await packed.write(archive, MAILS, await _mails(organization, found))
        await packed.add_files(archive, organization, found.messages)
    return made


async def _consents(organization: uuid.UUID, messages: Sequence[uuid.UUID]) -> list[bytes]:
    """In the words that were read."""
    if not messages:
        return []
    columns = (Message.id, Message.consents, Message.form_version)
    query = Message.select(*columns).where(Message.id.is_in([*messages]))
    query = query.where(Message.organization == organization, Message.consents != "[]")
    lines = []
    for row in await database.rows(_Ticked, query.order_by(Message.id)):
        given = msgspec.json.decode(row.consents, type=list[dict[str, str]])
        for each in await agreed(organization, given, row.form_version):
            said = {"message": str(row.id), **msgspec.to_builtins(each)}
            lines.append(msgspec.json.encode(said) + b"\n")
    return lines


async def _said(organization: uuid.UUID, messages: Sequence[uuid.UUID]) -> list[bytes]:
    """Also what programs propose to say, which nobody has seen yet."""
    found = []
    for message in map(str, messages):
        said = [
            Said(message, each.author, each.text, each.visible, each.created_at)
            for each in await remarks.of(organization, message)
        ]
        said += [
            Said(message, each.author, each.text, False, each.created_at)
            for each in await drafts.of(organization, message)
        ]
        found += [msgspec.json.encode(each) + b"\n" for each in said]
    return found


async def _mails(organization: uuid.UUID, found: Kept) -> list[bytes]:
    """Those of their messages, and those that have none."""
    lines = []
    for column, ids in ((m.message, found.messages), (m.id, found.mails)):
        if ids:
            query = m.select(*MAIL).where(m.organization == organization, column.is_in(ids))
            rows = await database.rows(Mail, query.order_by(m.id))
            lines += [msgspec.json.encode(each) + b"\n" for each in rows]
    return lines
