"""The parts of every table, and the table of organizations, which own the rows."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import TypeVar

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

T = TypeVar("T", bound=Table)


def new_id() -> uuid.UUID:
    """UUIDv7: sorts by time of creation."""
    return uuid_utils.compat.uuid7()


def now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


def own_id() -> UUID:
    return UUID(primary_key=True, default=new_id)


def owner(references: type[T], *, null: bool = False) -> ForeignKey[T]:
    return ForeignKey(references, null=null, on_delete=OnDelete.cascade, index=False)


class Organization(Table):
    """A customer of the installation. `due_at` says when its deliveries want a look; its row is
    the lock of every plan. `confirm_channel` sends visitors a confirmation; NULL: nobody does.
    `rule_mode`: whether "all" rules that match a message count, or the "first" only. `reminders`
    are chains as JSON, `rota` who is on duty, `outcomes` how messages are handled, `sign_in` what
    is asked of who signs in. The search index has its messages up to `searched`. The first steps
    are offered until `settled_at`. `targets` are JSON, and so are `replies`: how they were kept
    lately, as a worker last counted, `rotation`: after how long secrets are to be renewed,
    `reply_mail`: how replies are mailed to visitors, `retention`: how long messages are kept, and
    `contacts`: who sees contact data. Events are recorded since the number `feed_from`, and kept
    from there on; NULL: nobody asks for them. `reply_hours` was the one target, and goes with the
    release after the first."""

    id = own_id()
    slug = Varchar(64, unique=True)
    name = Varchar(128)
    locale = Varchar(16, default="zh-CN")
    timezone = Varchar(64, default="Asia/Shanghai")
    rate_limit_per_minute = Integer(default=10)
    rate_limit_total_per_minute = Integer(null=True, default=None)
    dedup_window_seconds = Integer(default=600)
    proof_of_work = Boolean(default=True)
    due_at = Timestamptz(null=True, default=None)
    wakes = BigInt(default=0)
    settled_at = Timestamptz(null=True, default=None)
    messages = BigInt(default=0)
    searched = UUID(null=True, default=None)
    reply_hours = Integer(null=True, default=None)
    confirm_channel = UUID(null=True, default=None)
    rule_mode = Varchar(8, default="all")
    reminders = Text(default="")
    rota = Text(default="")
    outcomes = Text(default="")
    sign_in = Text(default="")
    targets = Text(default="")
    replies = Text(default="")
    rotation = Text(default="")
    reply_mail = Text(default="")
    retention = Text(default="")
    feed_from = BigInt(null=True, default=None)
    contacts = Text(default="")
    disabled_at = Timestamptz(null=True, default=None)
    setup_hash = Varchar(64, default="")
    setup_until = Timestamptz(null=True, default=None)
    created_at = Timestamptz(default=now)
