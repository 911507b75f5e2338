"""All that is kept of a person, as one file for them: their messages, what was said about them,
their mails and files."""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import tempfile
import uuid
import zipfile
from collections.abc import AsyncIterator, Sequence
from typing import IO

import msgspec

from app import database
from app.erasure.person import Kept
from app.errors import Conflict, NotFound
from app.files import read as files
from app.messages import remarks
from app.people import audit
from app.tables import ReceivedMail

IN_MEMORY = 1024 * 1024
"""What is larger lies in a file that has no name and goes when it is closed."""
MESSAGES, SAID, MAILS, FILES = "messages.jsonl", "remarks.jsonl", "mails.jsonl", "files"


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


m = ReceivedMail
MAIL = (m.received_at, m.sender, m.sender_name, m.subject, m.text)


async def pack(
    organization: uuid.UUID, found: Kept, messages: AsyncIterator[bytes] | None, *, by: str
) -> IO[bytes]:
    """A ZIP file, at its start; `messages` are theirs as lines of JSON, if there are any. Whoever
    reads it closes it. The audit says that it was taken, before it leaves."""
    await audit.record(organization, by, "person.exported", "", str(len(found.messages)))
    made: IO[bytes] = tempfile.SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115
    try:
        with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
            if messages is not None:
                await _write(archive, MESSAGES, [piece async for piece in messages])
            await _write(archive, SAID, await _said(organization, found.messages))
            await _write(archive, MAILS, await _mails(organization, found))
            await _add_files(archive, organization, found.messages)
    except BaseException:
        made.close()
        raise
    made.seek(0)
    return made


async def _add_files(
    archive: zipfile.ZipFile, organization: uuid.UUID, messages: Sequence[uuid.UUID]
) -> None:
    """What waits for the scanner, or was infected, leaves with nobody."""
    for message in messages:
        for file in await files.of(organization, message):
            with contextlib.suppress(Conflict, NotFound):
                content = await files.content(file)
                await _write(archive, f"{FILES}/{message}/{file.id}-{file.name}", [content])


async def _write(archive: zipfile.ZipFile, name: str, pieces: Sequence[bytes]) -> None:
    if pieces:
        await asyncio.to_thread(archive.writestr, name, b"".join(pieces))


async def _said(organization: uuid.UUID, messages: Sequence[uuid.UUID]) -> list[bytes]:
    found = []
    for message in messages:
        for each in await remarks.of(organization, str(message)):
            said = Said(str(message), each.author, each.text, each.visible, each.created_at)
            found.append(msgspec.json.encode(said) + b"\n")
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
