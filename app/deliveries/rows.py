"""Rows that planning, sending and recording hand on, as structs."""

from __future__ import annotations

import datetime as dt
import uuid

import msgspec

from app.tables.deliveries import Attempt, Channel, Dispatch, TemplateVersion
from app.tables.messages import Message


class Sealed(msgspec.Struct, kw_only=True):
    """A channel's settings, encrypted."""

    id: uuid.UUID
    organization: uuid.UUID
    kind: str
    config: str


SEALED = (Channel.id, Channel.organization, Channel.kind, Channel.config)


class ChannelRow(Sealed, kw_only=True):
    name: str = ""
    target: str = ""
    bucket: str
    enabled: bool = True
    on_when_tested: bool = False
    archived_at: dt.datetime | None = None
    position: int = 0
    priority: str = "normal"
    rate_limit_per_minute: int | None = None
    template: str = ""
    fallback_for: uuid.UUID | None = None
    fallback_after_seconds: int = 600
    quiet_hours: str = ""
    one_tap: bool = True
    tap_series: int = 1
    only_high: bool = False
    shows: str = "all"
    paused_until: dt.datetime | None = None
    blocked_until: dt.datetime | None = None
    stopped_at: dt.datetime | None = None
    failures: int = 0
    failed_dispatch: uuid.UUID | None = None
    failing_since: dt.datetime | None = None
    announced_at: dt.datetime | None = None
    ok_at: dt.datetime | None = None
    error_at: dt.datetime | None = None
    error_code: str = ""
    error: str = ""
    hint: str = ""
    facts: str = "{}"
    tested_at: dt.datetime | None = None
    received_at: dt.datetime | None = None
    received_by: str = ""
    checked_at: dt.datetime | None = None
    probed: bool = False
    secret_at: dt.datetime | None = None
    certificate_until: dt.datetime | None = None


CHANNEL = (
    *SEALED,
    Channel.name,
    Channel.target,
    Channel.bucket,
    Channel.enabled,
    Channel.on_when_tested,
    Channel.archived_at,
    Channel.position,
    Channel.priority,
    Channel.rate_limit_per_minute,
    Channel.template,
    Channel.fallback_for,
    Channel.fallback_after_seconds,
    Channel.quiet_hours,
    Channel.one_tap,
    Channel.only_high,
    Channel.shows,
    Channel.tap_series,
    Channel.paused_until,
    Channel.blocked_until,
    Channel.stopped_at,
    Channel.failures,
    Channel.failed_dispatch,
    Channel.failing_since,
    Channel.announced_at,
    Channel.ok_at,
    Channel.error_at,
    Channel.error_code,
    Channel.error,
    Channel.hint,
    Channel.facts,
    Channel.tested_at,
    Channel.received_at,
    Channel.received_by,
    Channel.checked_at,
    Channel.probed,
    Channel.secret_at,
    Channel.certificate_until,
)


class DispatchRow(msgspec.Struct, kw_only=True):
    id: uuid.UUID
    organization: uuid.UUID
    channel: uuid.UUID
    kind: str = "single"
    state: str = "sending"
    attempts: int = 0
    tries: int = 0
    unknowns: int = 0
    rendering: str = "normal"
    accepted: str = "[]"
    refused: str = "[]"
    template: str = ""
    size: int = 1
    lease_until: dt.datetime | None = None
    retry_at: dt.datetime | None = None
    created_at: dt.datetime
    agent: uuid.UUID | None = None


DISPATCH = (
    Dispatch.id,
    Dispatch.organization,
    Dispatch.channel,
    Dispatch.kind,
    Dispatch.state,
    Dispatch.attempts,
    Dispatch.tries,
    Dispatch.unknowns,
    Dispatch.rendering,
    Dispatch.accepted,
    Dispatch.refused,
    Dispatch.template,
    Dispatch.size,
    Dispatch.lease_until,
    Dispatch.retry_at,
    Dispatch.created_at,
    Dispatch.agent,
)


class AttemptRow(msgspec.Struct, kw_only=True):
    """A try as it begins: nobody knows yet how it goes."""

    id: uuid.UUID
    organization: uuid.UUID
    channel: uuid.UUID
    bucket: str
    dispatch: uuid.UUID | None = None
    number: int = 1
    started_at: dt.datetime
    blocks_until: dt.datetime
    outcome: str = ""
    code: str = ""
    message: str = ""
    hint: str = ""
    response: str = ""
    facts: str = "{}"
    recipients: str = "[]"


ATTEMPT = (
    Attempt.id,
    Attempt.organization,
    Attempt.channel,
    Attempt.bucket,
    Attempt.dispatch,
    Attempt.number,
    Attempt.started_at,
    Attempt.blocks_until,
    Attempt.outcome,
    Attempt.code,
    Attempt.message,
    Attempt.hint,
    Attempt.response,
    Attempt.facts,
    Attempt.recipients,
)


class Noticed(msgspec.Struct, kw_only=True):
    """What a notice says of a message."""

    id: uuid.UUID
    organization: uuid.UUID
    reference: str
    name: str
    phone: str
    email: str
    wechat: str
    ip: str
    content: str
    category: str
    source: str
    page_url: str
    fields: str
    labels: str
    repeats: int
    status: str
    language: str
    created_at: dt.datetime
    brand: uuid.UUID | None = None
    files: int = 0
    priority: str = "normal"


NOTICED = (
    Message.id,
    Message.organization,
    Message.reference,
    Message.name,
    Message.phone,
    Message.email,
    Message.wechat,
    Message.ip,
    Message.content,
    Message.category,
    Message.source,
    Message.page_url,
    Message.fields,
    Message.labels,
    Message.repeats,
    Message.status,
    Message.language,
    Message.created_at,
    Message.brand,
    Message.files,
    Message.priority,
)


class Carried(Noticed, kw_only=True):
    """A message with the delivery that carries it."""

    purpose: str
    about: uuid.UUID | None
    due_at: dt.datetime
    dispatch: uuid.UUID | None


class Tried(msgspec.Struct, kw_only=True):
    """A try as it is on record."""

    number: int
    started_at: dt.datetime
    finished_at: dt.datetime | None
    outcome: str
    code: str
    message: str
    hint: str
    facts: str
    http_status: int | None
    duration_ms: int | None
    response: str
    dispatch: uuid.UUID | None
    recipients: str


TRIED = (
    Attempt.number,
    Attempt.started_at,
    Attempt.finished_at,
    Attempt.outcome,
    Attempt.code,
    Attempt.message,
    Attempt.hint,
    Attempt.facts,
    Attempt.http_status,
    Attempt.duration_ms,
    Attempt.response,
    Attempt.dispatch,
    Attempt.recipients,
)


class TemplateRow(msgspec.Struct):
    id: uuid.UUID
    organization: uuid.UUID
    channel: uuid.UUID | None
    kind: str
    text: str
    saved_by: str
    created_at: dt.datetime


TEMPLATE = (
    TemplateVersion.id,
    TemplateVersion.organization,
    TemplateVersion.channel,
    TemplateVersion.kind,
    TemplateVersion.text,
    TemplateVersion.saved_by,
    TemplateVersion.created_at,
)
