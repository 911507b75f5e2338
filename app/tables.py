"""The rows: columns and defaults, no behaviour. Unique and partial indexes are in the
migrations."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import uuid_utils.compat
from piccolo.columns import (
    UUID,
    BigInt,
    Boolean,
    ForeignKey,
    Integer,
    OnDelete,
    Text,
    Timestamptz,
    Varchar,
)
from piccolo.table import Table


def new_id() -> uuid.UUID:
    """UUIDv7: sorts by time of creation."""
    return uuid_utils.compat.uuid7()


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


def _id() -> UUID:
    return UUID(primary_key=True, default=new_id)


def _owner(references: Any, *, null: bool = False) -> ForeignKey[Any]:
    return ForeignKey(references, null=null, on_delete=OnDelete.cascade, index=False)


class Organization(Table):
    """The tenant. `due_at` says when its deliveries want a look; its row is the lock of every
    plan. `confirm_channel` sends visitors a confirmation; NULL: nobody does."""

    id = _id()
    slug = Varchar(64, unique=True)
    name = Varchar(128)
    locale = Varchar(16, default="zh-CN")
    timezone = Varchar(64, default="Asia/Shanghai")
    rate_limit_per_minute = Integer(default=10)
    rate_limit_total_per_minute = Integer(null=True, default=None)
    dedup_window_seconds = Integer(default=600)
    blocked_words = Text(default="")
    due_at = Timestamptz(null=True, default=None)
    wakes = BigInt(default=0)
    messages = BigInt(default=0)
    reply_hours = Integer(null=True, default=None)
    confirm_channel = UUID(null=True, default=None)
    setup_hash = Varchar(64, default="")
    setup_until = Timestamptz(null=True, default=None)
    created_at = Timestamptz(default=_now)


class Agent(Table):
    id = _id()
    organization = _owner(Organization)
    email = Varchar(254, unique=True)
    name = Varchar(64, default="")
    role = Varchar(16, default="agent")
    password_hash = Varchar(256)
    locale = Varchar(16, default="")
    disabled_at = Timestamptz(null=True, default=None)
    created_at = Timestamptz(default=_now)


class Session(Table):
    """An agent's sign-in. Only a hash of the cookie is kept."""

    id = _id()
    agent = _owner(Agent)
    token_hash = Varchar(64, unique=True)
    address = Varchar(64, default="")
    user_agent = Varchar(512, default="")
    created_at = Timestamptz(default=_now)
    seen_at = Timestamptz(default=_now)
    expires_at = Timestamptz(default=_now)


class Token(Table):
    """A program's credential. `public_id` finds the row, only a hash of the secret is kept."""

    id = _id()
    organization = _owner(Organization)
    public_id = Varchar(32, unique=True)
    secret_hash = Varchar(64)
    name = Varchar(64)
    scopes = Varchar(256)
    expires_at = Timestamptz(null=True, default=None)
    revoked_at = Timestamptz(null=True, default=None)
    used_at = Timestamptz(null=True, default=None)
    created_at = Timestamptz(default=_now)


class Message(Table):
    """One left message. The first of its kind has `repeat_of` NULL and counts the others.

    `shown_reference` is what the visitor was told: the first one's for a repeat. `external_id` is
    who the host page vouched for, by its signature. `fields` are the answers by key; `labels` says
    how they were asked, `consents` what was agreed to, `form_version` which form it was: 0 for the
    built-in one, NULL when none was shown. `spam_reason` is why it was set aside on arrival.
    """

    id = _id()
    organization = _owner(Organization)
    reference = Varchar(16)
    shown_reference = Varchar(16)
    submission_id = Varchar(64)
    fingerprint = Varchar(64, default="")
    repeat_of = UUID(null=True, default=None)
    repeats = Integer(default=1)
    told_at = Timestamptz(null=True, default=None)
    name = Varchar(64, default="")
    phone = Varchar(32, default="")
    email = Varchar(254, default="")
    content = Text(default="")
    category = Varchar(64, default="")
    fields = Text(default="{}")
    labels = Text(default="{}")
    consents = Text(default="[]")
    form_version = Integer(null=True, default=None)
    source = Varchar(32, default="web_chat")
    page_url = Text(default="")
    referrer = Text(default="")
    external_id = Varchar(128, default="")
    ip = Varchar(64, default="")
    user_agent = Text(default="")
    language = Varchar(64, default="")
    search = Text(default="")
    status = Varchar(16, default="pending")
    spam_reason = Varchar(32, default="")
    outcome = Varchar(16, default="")
    note = Text(default="")
    read_at = Timestamptz(null=True, default=None)
    handled_at = Timestamptz(null=True, default=None)
    handled_by = Varchar(254, default="")
    solved = Varchar(4, default="")
    created_at = Timestamptz(default=_now)


class Remark(Table):
    """What was said about a message after it was left: by an agent, for colleagues or `visible` to
    the visitor too, or (`author` is empty) by the visitor."""

    id = _id()
    organization = _owner(Organization)
    message = _owner(Message)
    author = Varchar(254, default="")
    text = Text()
    visible = Boolean(default=False)
    created_at = Timestamptz(default=_now)


class Channel(Table):
    """A configured destination. `config` is encrypted; `bucket` says whose platform limit it
    shares."""

    id = _id()
    organization = _owner(Organization)
    kind = Varchar(16)
    name = Varchar(64, default="")
    config = Text()
    target = Varchar(64)
    bucket = Varchar(64)
    enabled = Boolean(default=True)
    archived_at = Timestamptz(null=True, default=None)
    position = Integer(default=0)
    priority = Varchar(8, default="normal")
    rate_limit_per_minute = Integer(null=True, default=None)
    template = Text(default="")
    fallback_for = UUID(null=True, default=None)
    fallback_after_seconds = Integer(default=600)
    paused_until = Timestamptz(null=True, default=None)
    stopped_at = Timestamptz(null=True, default=None)
    failures = Integer(default=0)
    failed_dispatch = UUID(null=True, default=None)
    failing_since = Timestamptz(null=True, default=None)
    announced_at = Timestamptz(null=True, default=None)
    ok_at = Timestamptz(null=True, default=None)
    error_at = Timestamptz(null=True, default=None)
    error_code = Varchar(64, default="")
    error = Text(default="")
    hint = Text(default="")
    facts = Text(default="{}")
    tested_at = Timestamptz(null=True, default=None)
    created_at = Timestamptz(default=_now)
    updated_at = Timestamptz(default=_now)


class Dispatch(Table):
    """One outbound send carrying one or more deliveries of a channel; its id is what receivers
    see. `template` is the one in force when it was planned: every try says the same."""

    id = _id()
    organization = _owner(Organization)
    channel = _owner(Channel)
    kind = Varchar(8, default="single")
    state = Varchar(16, default="sending")
    reason = Varchar(64, default="")
    attempts = Integer(default=0)
    tries = Integer(default=0)
    unknowns = Integer(default=0)
    rendering = Varchar(16, default="normal")
    accepted = Text(default="[]")
    template = Text(default="")
    size = Integer(default=1)
    lease_until = Timestamptz(null=True, default=None)
    retry_at = Timestamptz(null=True, default=None)
    created_at = Timestamptz(default=_now)
    finished_at = Timestamptz(null=True, default=None)


class Delivery(Table):
    """One message owed to one channel. `message` is NULL for an alert about the channel `about`.

    After a replay `earlier` names the dispatches before, and `template` is the one to use again.
    """

    id = _id()
    organization = _owner(Organization)
    message = _owner(Message, null=True)
    channel = _owner(Channel)
    purpose = Varchar(8, default="new")
    about = UUID(null=True, default=None)
    state = Varchar(16, default="pending")
    rank = Timestamptz(default=_now)
    due_at = Timestamptz(default=_now)
    dispatch = UUID(null=True, default=None)
    reason = Varchar(64, default="")
    created_at = Timestamptz(default=_now)
    done_at = Timestamptz(null=True, default=None)
    replayed_at = Timestamptz(null=True, default=None)
    earlier = Text(default="[]")
    template = Text(null=True, default=None)


class Attempt(Table):
    """One try of a dispatch, or of a test. It takes a place of its bucket until `blocks_until`."""

    id = _id()
    organization = _owner(Organization)
    channel = _owner(Channel)
    bucket = Varchar(64)
    dispatch = UUID(null=True, default=None)
    number = Integer(default=1)
    started_at = Timestamptz(default=_now)
    finished_at = Timestamptz(null=True, default=None)
    blocks_until = Timestamptz(default=_now)
    outcome = Varchar(24, default="")
    code = Varchar(64, default="")
    message = Text(default="")
    hint = Text(default="")
    facts = Text(default="{}")
    http_status = Integer(null=True, default=None)
    duration_ms = Integer(null=True, default=None)
    response = Text(default="")


class TemplateVersion(Table):
    """A template as it was saved once; the newest of its place is in force. `channel` is NULL
    for the
    organization's own template of a kind."""

    id = _id()
    organization = _owner(Organization)
    channel = UUID(null=True, default=None)
    kind = Varchar(16)
    text = Text(default="")
    saved_by = Varchar(254, default="")
    created_at = Timestamptz(default=_now)


class FormVersion(Table):
    """The visitor's form as it was published once; the highest number is in force. The one without
    `published_at` is the draft."""

    id = _id()
    organization = _owner(Organization)
    number = Integer(default=1)
    form = Text(default="{}")
    published_at = Timestamptz(null=True, default=None)
    published_by = Varchar(254, default="")
    created_at = Timestamptz(default=_now)


class PresenceRule(Table):
    """When an organization counts as online, one row each: its rule, its office hours as JSON, and
    what was set by hand."""

    id = _id()
    organization = _owner(Organization)
    rule = Varchar(24, default="agents")
    schedule = Text(default="")
    override = Varchar(8, default="")
    override_until = Timestamptz(null=True, default=None)
    override_by = Varchar(254, default="")
    updated_at = Timestamptz(default=_now)


class PresenceReport(Table):
    """What somebody last said of who is online. `source` is "console" or a token's id; `who` is one
    agent, or empty for all of the source together."""

    id = _id()
    organization = _owner(Organization)
    source = Varchar(64)
    who = Varchar(64, default="")
    name = Varchar(254, default="")
    online = Integer(default=0)
    until = Timestamptz(default=_now)
    overloaded_until = Timestamptz(null=True, default=None)
    at = Timestamptz(default=_now)


class Widget(Table):
    """The visitor's widget of an organization, one row each. `embedding` says who may frame the
    form: "open" (nobody has decided), "any", or "listed" for `hosts`. `identity` is encrypted."""

    id = _id()
    organization = _owner(Organization)
    embedding = Varchar(8, default="open")
    hosts = Text(default="[]")
    label = Varchar(32, default="")
    label_en = Varchar(32, default="")
    side = Varchar(8, default="right")
    accent = Varchar(8, default="")
    theme = Varchar(8, default="auto")
    show = Varchar(8, default="offline")
    online = Varchar(8, default="hide")
    chat_link = Text(default="")
    phone = Varchar(32, default="")
    email = Varchar(254, default="")
    context = Text(default="[]")
    identity = Text(default="")
    updated_at = Timestamptz(default=_now)


class WidgetHost(Table):
    """A site that loaded the widget, and in how many minutes. Nothing of its visitors."""

    id = _id()
    organization = _owner(Organization)
    origin = Varchar(255)
    minutes = Integer(default=1)
    first_at = Timestamptz(default=_now)
    at = Timestamptz(default=_now)


class Audit(Table):
    """Who did what to which thing, when. Holds no secret and no visitor's words."""

    id = _id()
    organization = _owner(Organization)
    at = Timestamptz(default=_now)
    actor = Varchar(254)
    action = Varchar(48)
    target = Varchar(64, default="")
    detail = Text(default="")


ALL: tuple[type[Table], ...] = (
    Organization,
    Agent,
    Session,
    Token,
    Message,
    Remark,
    Channel,
    Dispatch,
    Delivery,
    Attempt,
    TemplateVersion,
    FormVersion,
    PresenceRule,
    PresenceReport,
    Widget,
    WidgetHost,
    Audit,
)
