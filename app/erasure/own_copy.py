"""All that is kept of one message, as a file for whoever left it: what they wrote and were told,
their files, and what their browser said. Nothing that the team said among themselves."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import IO

import msgspec

from app.erasure import packed
from app.fields.consents import Agreed, agreed
from app.messages import Row, remarks
from app.messages.wording import WITHDRAWN
from app.people import audit
from app.reading import uids

LEFT = "your-message.json"


class Said(msgspec.Struct):
    """`by` is "you" or "us"."""

    by: str
    at: dt.datetime
    text: str


class Answer(msgspec.Struct):
    question: str
    answer: str


class Copy(msgspec.Struct, kw_only=True):
    """As the file has it. `typed` is the typed text by key, where it was more than what is used."""

    number: str
    left_at: dt.datetime
    message: str
    name: str
    phone: str
    wechat: str
    email: str
    category: str
    answers: list[Answer]
    typed: dict[str, str]
    agreed: list[Agreed]
    said: list[Said]
    solved: str
    withdrawn: bool
    page: str
    came_from: str
    known_there_as: str
    ip_address: str
    browser: str
    languages: str


async def pack(organization: uuid.UUID, row: Row, locale: str) -> IO[bytes]:
    """A ZIP file, at its start; whoever reads it closes it. The audit says that it was taken."""
    await audit.record(organization, audit.VISITOR, "message.copied", row.uid)
    async with packed.archive() as (archive, made):
        found = await _copy(organization, row, locale)
        text = msgspec.json.format(msgspec.json.encode(found), indent=2)
        await packed.write(archive, LEFT, [text])
        await packed.add_files(archive, organization, [uids.uid(row.uid)])
    return made


async def _copy(organization: uuid.UUID, row: Row, locale: str) -> Copy:
    said = await remarks.of(organization, row.uid, for_visitor=True)
    return Copy(
        number=row.shown_reference,
        left_at=row.created_at,
        message=row.content,
        name=row.name,
        phone=row.phone,
        wechat=row.wechat,
        email=row.email,
        category=row.category,
        answers=[Answer(each.label, each.value) for each in row.answers(locale)],
        typed=row.written,
        agreed=await agreed(organization, row.consents, row.form_version),
        said=[Said("us" if one.author else "you", one.created_at, one.text) for one in said],
        solved=row.solved,
        withdrawn=row.outcome == WITHDRAWN,
        page=row.page_url,
        came_from=row.referrer,
        known_there_as=row.external_id,
        ip_address=row.ip,
        browser=row.user_agent,
        languages=row.language,
    )
