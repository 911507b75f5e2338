"""An organization and who may act for it."""

from __future__ import annotations

from piccolo.columns import UUID, BigInt, Boolean, Integer, Text, Timestamptz, Varchar
from piccolo.table import Table

from app.tables.base import now, own_id, owner


class Organization(Table):
    """The tenant. `due_at` says when its deliveries want a look; its row is the lock of every
    plan. `confirm_channel` sends visitors a confirmation; NULL: nobody does."""

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
    """Somebody who signs in to the console."""

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
    """An agent's sign-in. Only a hash of the cookie is kept."""

    id = own_id()
    agent = owner(Agent)
    token_hash = Varchar(64, unique=True)
    address = Varchar(64, default="")
    user_agent = Varchar(512, default="")
    created_at = Timestamptz(default=now)
    seen_at = Timestamptz(default=now)
    expires_at = Timestamptz(default=now)


class Token(Table):
    """A program's credential. `public_id` finds the row, only a hash of the secret is kept."""

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
