"""A message and an event of its story, as their rows hold them."""

from __future__ import annotations

import datetime as dt
import uuid

import msgspec

from app.tables import Event, Message


class Stored(msgspec.Struct, kw_only=True):
    """A row of `message`; `fields`, `labels`, `consents`, `written` and `channels`
    are JSON."""

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
    wechat: str = ""
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
    outcome_reason: str = ""
    note: str = ""
    read_at: dt.datetime | None = None
    handled_at: dt.datetime | None = None
    handled_by: str = ""
    solved: str = ""
    created_at: dt.datetime
    changed: int = 0
    activity: int = 0
    added_at: dt.datetime | None = None
    due_at: dt.datetime | None = None
    assignee: uuid.UUID | None = None
    assigned_at: dt.datetime | None = None
    priority: str = "normal"
    snoozed_until: dt.datetime | None = None
    trashed_at: dt.datetime | None = None
    erased_at: dt.datetime | None = None
    site: str = ""
    left_category: str | None = None
    channels: str | None = None
    back_at: dt.datetime | None = None
    brand: uuid.UUID | None = None
    files: int = 0

    @property
    def chosen(self) -> str:
        """The category that its visitor chose."""
        return self.category if self.left_category is None else self.left_category


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
    Message.wechat,
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
    Message.outcome_reason,
    Message.note,
    Message.read_at,
    Message.handled_at,
    Message.handled_by,
    Message.solved,
    Message.created_at,
    Message.changed,
    Message.activity,
    Message.added_at,
    Message.due_at,
    Message.assignee,
    Message.assigned_at,
    Message.priority,
    Message.snoozed_until,
    Message.trashed_at,
    Message.erased_at,
    Message.site,
    Message.left_category,
    Message.channels,
    Message.back_at,
    Message.brand,
    Message.files,
)

LATER = frozenset(
    {
        *("outcome", "outcome_reason", "note", "read_at", "handled_at", "handled_by", "solved"),
        *("added_at", "snoozed_until", "trashed_at", "erased_at"),
    }
)
"""What nobody has said yet of a message that is left: `Stored` and the table have the same
defaults for it."""
LEFT = tuple(each for each in STORED if each._meta.name not in LATER)


class StoredEvent(msgspec.Struct, kw_only=True):
    """A row of `event`."""

    id: uuid.UUID
    organization: uuid.UUID
    message: uuid.UUID
    at: dt.datetime
    actor: str
    action: str
    facts: str
    act: uuid.UUID | None
    number: int


STORED_EVENT = (
    Event.id,
    Event.organization,
    Event.message,
    Event.at,
    Event.actor,
    Event.action,
    Event.facts,
    Event.act,
    Event.number,
)
