"""The tables, as the product began with them. Frozen: a later migration changes them, never this file.

`app/tables/` says what they hold; docs/schema.md shows them as they are today."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
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

ID = "2026-11-29T04:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "tables"


# The product gives every id and every time. Piccolo knows these two by their names, and the
# database gets no default from them.
def new_id():
    return None


def now():
    return None


def own_id():
    return UUID(primary_key=True, default=new_id)


def owner(table, null=False):
    """The row goes when its owner goes."""
    return ForeignKey(table, null=null, on_delete=OnDelete.cascade)


class Organization(Table):
    id = own_id()
    slug = Varchar(64, unique=True)
    name = Varchar(128)
    locale = Varchar(16, default="zh-CN")
    timezone = Varchar(64, default="Asia/Shanghai")
    rate_limit_per_minute = Integer(default=10)
    rate_limit_total_per_minute = Integer(null=True, default=None)
    dedup_window_seconds = Integer(default=600)
    blocked_words = Text(default="")
    proof_of_work = Boolean(default=True)
    due_at = Timestamptz(null=True, default=None)
    wakes = BigInt(default=0)
    messages = BigInt(default=0)
    reply_hours = Integer(null=True, default=None)
    confirm_channel = UUID(null=True, default=None)
    setup_hash = Varchar(64, default="")
    setup_until = Timestamptz(null=True, default=None)
    created_at = Timestamptz(default=now)


class Agent(Table):
    id = own_id()
    organization = owner(Organization)
    email = Varchar(254, unique=True)
    name = Varchar(64, default="")
    role = Varchar(16, default="agent")
    password_hash = Varchar(256)
    locale = Varchar(16, default="")
    disabled_at = Timestamptz(null=True, default=None)
    created_at = Timestamptz(default=now)


class Session(Table):
    id = own_id()
    agent = owner(Agent)
    token_hash = Varchar(64, unique=True)
    address = Varchar(64, default="")
    user_agent = Varchar(512, default="")
    created_at = Timestamptz(default=now)
    seen_at = Timestamptz(default=now)
    expires_at = Timestamptz(default=now)


class Token(Table):
    id = own_id()
    organization = owner(Organization)
    public_id = Varchar(32, unique=True)
    secret_hash = Varchar(64)
    name = Varchar(64)
    scopes = Varchar(256)
    expires_at = Timestamptz(null=True, default=None)
    revoked_at = Timestamptz(null=True, default=None)
    used_at = Timestamptz(null=True, default=None)
    created_at = Timestamptz(default=now)


class Message(Table):
    id = own_id()
    organization = owner(Organization)
    reference = Varchar(16)
    shown_reference = Varchar(16)
    submission_id = Varchar(64)
    fingerprint = Varchar(64, default="")
    repeat_of = UUID(null=True, default=None)
    repeats = Integer(default=1)
    told_at = Timestamptz(null=True, default=None)
    name = Varchar(64, default="")
    phone = Varchar(64, default="")
    email = Varchar(254, default="")
    content = Text(default="")
    category = Varchar(64, default="")
    fields = Text(default="{}")
    written = Text(default="{}")
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
    created_at = Timestamptz(default=now)


class Remark(Table):
    id = own_id()
    organization = owner(Organization)
    message = owner(Message)
    author = Varchar(254, default="")
    text = Text()
    visible = Boolean(default=False)
    created_at = Timestamptz(default=now)


class Channel(Table):
    id = own_id()
    organization = owner(Organization)
    kind = Varchar(16)
    name = Varchar(64, default="")
    config = Text()
    target = Varchar(64)
    bucket = Varchar(64)
    enabled = Boolean(default=True)
    on_when_tested = Boolean(default=False)
    archived_at = Timestamptz(null=True, default=None)
    position = Integer(default=0)
    priority = Varchar(8, default="normal")
    rate_limit_per_minute = Integer(null=True, default=None)
    template = Text(default="")
    fallback_for = UUID(null=True, default=None)
    fallback_after_seconds = Integer(default=600)
    paused_until = Timestamptz(null=True, default=None)
    blocked_until = Timestamptz(null=True, default=None)
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
    created_at = Timestamptz(default=now)
    updated_at = Timestamptz(default=now)


class Dispatch(Table):
    id = own_id()
    organization = owner(Organization)
    channel = owner(Channel)
    kind = Varchar(8, default="single")
    state = Varchar(16, default="sending")
    reason = Varchar(64, default="")
    attempts = Integer(default=0)
    tries = Integer(default=0)
    unknowns = Integer(default=0)
    rendering = Varchar(16, default="normal")
    accepted = Text(default="[]")
    refused = Text(default="[]")
    template = Text(default="")
    size = Integer(default=1)
    lease_until = Timestamptz(null=True, default=None)
    retry_at = Timestamptz(null=True, default=None)
    created_at = Timestamptz(default=now)
    finished_at = Timestamptz(null=True, default=None)


class Delivery(Table):
    id = own_id()
    organization = owner(Organization)
    message = owner(Message, null=True)
    channel = owner(Channel)
    purpose = Varchar(8, default="new")
    about = UUID(null=True, default=None)
    state = Varchar(16, default="pending")
    rank = Timestamptz(default=now)
    due_at = Timestamptz(default=now)
    dispatch = UUID(null=True, default=None)
    reason = Varchar(64, default="")
    created_at = Timestamptz(default=now)
    done_at = Timestamptz(null=True, default=None)
    replayed_at = Timestamptz(null=True, default=None)
    earlier = Text(default="[]")
    template = Text(null=True, default=None)


class Attempt(Table):
    id = own_id()
    organization = owner(Organization)
    channel = owner(Channel)
    bucket = Varchar(64)
    dispatch = UUID(null=True, default=None)
    number = Integer(default=1)
    started_at = Timestamptz(default=now)
    finished_at = Timestamptz(null=True, default=None)
    blocks_until = Timestamptz(default=now)
    outcome = Varchar(24, default="")
    code = Varchar(64, default="")
    message = Text(default="")
    hint = Text(default="")
    facts = Text(default="{}")
    http_status = Integer(null=True, default=None)
    duration_ms = Integer(null=True, default=None)
    response = Text(default="")


class Bucket(Table):
    id = Varchar(64, primary_key=True)


class Trial(Table):
    id = own_id()
    organization = owner(Organization)
    bucket = Varchar(64)
    started_at = Timestamptz(default=now)
    blocks_until = Timestamptz(default=now)


class TemplateVersion(Table):
    id = own_id()
    organization = owner(Organization)
    channel = UUID(null=True, default=None)
    kind = Varchar(16)
    text = Text(default="")
    saved_by = Varchar(254, default="")
    created_at = Timestamptz(default=now)


class FormVersion(Table):
    id = own_id()
    organization = owner(Organization)
    number = Integer(default=1)
    form = Text(default="{}")
    published_at = Timestamptz(null=True, default=None)
    published_by = Varchar(254, default="")
    created_at = Timestamptz(default=now)


class PresenceRule(Table):
    id = own_id()
    organization = owner(Organization)
    rule = Varchar(24, default="agents")
    schedule = Text(default="")
    override = Varchar(8, default="")
    override_until = Timestamptz(null=True, default=None)
    override_by = Varchar(254, default="")
    updated_at = Timestamptz(default=now)


class PresenceReport(Table):
    id = own_id()
    organization = owner(Organization)
    source = Varchar(64)
    who = Varchar(64, default="")
    name = Varchar(254, default="")
    online = Integer(default=0)
    until = Timestamptz(default=now)
    overloaded_until = Timestamptz(null=True, default=None)
    at = Timestamptz(default=now)


class Widget(Table):
    id = own_id()
    organization = owner(Organization)
    embedding = Varchar(8, default="listed")
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
    updated_at = Timestamptz(default=now)


class WidgetHost(Table):
    id = own_id()
    organization = owner(Organization)
    origin = Varchar(255)
    minutes = Integer(default=1)
    first_at = Timestamptz(default=now)
    at = Timestamptz(default=now)


class Audit(Table):
    id = own_id()
    organization = owner(Organization)
    at = Timestamptz(default=now)
    actor = Varchar(254)
    action = Varchar(48)
    target = Varchar(64, default="")
    detail = Text(default="")


class Instance(Table):
    name = Varchar(32, primary_key=True)
    value = Text(default="")
    at = Timestamptz(default=now)


TABLES = (
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
    Bucket,
    Trial,
    TemplateVersion,
    FormVersion,
    PresenceRule,
    PresenceReport,
    Widget,
    WidgetHost,
    Audit,
    Instance,
)


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="app", description=DESCRIPTION)
    for table in TABLES:
        names = {"class_name": table.__name__, "tablename": table._meta.tablename}
        manager.add_table(**names)
        for column in table._meta.columns:
            manager.add_column(
                table_class_name=names["class_name"],
                tablename=names["tablename"],
                column_name=column._meta.name,
                column_class=type(column),
                params=column._meta.params,
            )
    return manager
