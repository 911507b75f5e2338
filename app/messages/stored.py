"""A message as its row holds it."""

from __future__ import annotations

import datetime as dt
import uuid

import msgspec

from app.tables import Message


class Stored(msgspec.Struct, kw_only=True):
    """A row of `message`; `fields`, `labels`, `consents` and `written` are JSON."""

    id: uuid.UUID
    organization: uuid.UUID
    reference: str
    shown_reference: str
    submission_id: str
    fingerprint: str
    repeat_of: uuid.UUID | None
    repeats: int = 1
    told_at: dt.datetime | None
    name: str
    phone: str
    email: str
    content: str
    category: str
    fields: str
    written: str
    labels: str
    consents: str
    form_version: int | None
    source: str
    page_url: str
    referrer: str
    external_id: str
    ip: str
    user_agent: str
    language: str
    search: str = ""
    status: str
    spam_reason: str
    outcome: str = ""
    note: str = ""
    read_at: dt.datetime | None = None
    handled_at: dt.datetime | None = None
    handled_by: str = ""
    solved: str = ""
    created_at: dt.datetime


STORED = (
    Message.id,
    Message.organization,
    Message.reference,
    Message.shown_reference,
    Message.submission_id,
    Message.fingerprint,
    Message.repeat_of,
    Message.repeats,
    Message.told_at,
    Message.name,
    Message.phone,
    Message.email,
    Message.content,
    Message.category,
    Message.fields,
    Message.written,
    Message.labels,
    Message.consents,
    Message.form_version,
    Message.source,
    Message.page_url,
    Message.referrer,
    Message.external_id,
    Message.ip,
    Message.user_agent,
    Message.language,
    Message.search,
    Message.status,
    Message.spam_reason,
    Message.outcome,
    Message.note,
    Message.read_at,
    Message.handled_at,
    Message.handled_by,
    Message.solved,
    Message.created_at,
)
