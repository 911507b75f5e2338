"""An organization and who may act for it."""

from __future__ import annotations

from piccolo.columns import UUID, Boolean, Integer, Text, Timestamptz, Varchar
from piccolo.table import Table

from app.tables.base import Organization, now, own_id, owner


class Account(Table):
    """Somebody who signs in to the console, whatever organizations they belong to. `locale` is
    empty for the browser's, `timezone` for the organization's."""

    id = own_id()
    email = Varchar(254, unique=True)
    password_hash = Varchar(256)
    password_at = Timestamptz(null=True, default=None)
    locale = Varchar(16, default="")
    timezone = Varchar(64, default="")
    created_at = Timestamptz(default=now)


class Agent(Table):
    """An account in one organization: what they may do there, and how they are called. `email` is
    their account's, and changes with it. `assigned_at`: when a rule last gave them a message.
    `seen_at`: when they last had this organization open. They are mailed what is given to them and
    what mentions them, if they want."""

    id = own_id()
    organization = owner(Organization)
    account = owner(Account)
    email = Varchar(254)
    name = Varchar(64, default="")
    role = Varchar(16, default="agent")
    disabled_at = Timestamptz(null=True, default=None)
    created_at = Timestamptz(default=now)
    seen_at = Timestamptz(null=True, default=None)
    assigned_at = Timestamptz(null=True, default=None)
    mail_assigned = Boolean(default=True)
    mail_mentions = Boolean(default=True)
    hours = Text(default="")
    """When they work, as the JSON of a schedule; empty: at any time."""
    handles = Text(default="")
    """How they are called in group chats, sealed; empty: nobody has said."""


class Session(Table):
    """An account's sign-in; `agent` is who they are in the organization that is open. Only a hash
    of the cookie is kept. `provider` signed them in; NULL: they themselves."""

    id = own_id()
    account = owner(Account)
    agent = owner(Agent)
    token_hash = Varchar(64, unique=True)
    address = Varchar(64, default="")
    user_agent = Varchar(512, default="")
    created_at = Timestamptz(default=now)
    seen_at = Timestamptz(default=now)
    expires_at = Timestamptz(default=now)
    provider = UUID(null=True, default=None)


class AccountLink(Table):
    """A link that works once: to become a member, or for an `agent` to choose a new password. Only
    a hash of its code is kept. `email` may be empty: who joins names their own. With a `purpose` it
    is about another address for an agent's account, which is `email` then: "confirm" makes it so,
    "object" stops it. `maker` is the agent who made it; NULL: the operator."""

    id = own_id()
    organization = owner(Organization)
    agent = owner(Agent, null=True)
    code_hash = Varchar(64, unique=True)
    email = Varchar(254, default="")
    role = Varchar(16, default="")
    purpose = Varchar(16, default="")
    created_by = Varchar(254, default="")
    created_at = Timestamptz(default=now)
    expires_at = Timestamptz(default=now)
    maker = UUID(null=True, default=None)


class Token(Table):
    """A program's credential. `public_id` finds the row, only a hash of the secret is kept, which
    `ends` so. `networks` are from where it may be used; empty: from anywhere. `old_hash` is the
    secret before the last rotation, which works until `old_until`. `maker` is the agent to whom the
    secret was shown, `old_maker` to whom the one before; NULL: the operator, or nobody knows.
    `through` is the token to which the secret was shown, `old_through` to which the one before;
    NULL: to a person. They end with it."""

    id = own_id()
    organization = owner(Organization)
    public_id = Varchar(32, unique=True)
    secret_hash = Varchar(64)
    ends = Varchar(4, default="")
    secret_at = Timestamptz(null=True, default=None)
    name = Varchar(64)
    scopes = Varchar(256)
    networks = Text(default="")
    created_by = Varchar(254, default="")
    maker = UUID(null=True, default=None)
    expires_at = Timestamptz(null=True, default=None)
    revoked_at = Timestamptz(null=True, default=None)
    used_at = Timestamptz(null=True, default=None)
    used_from = Varchar(64, default="")
    old_hash = Varchar(64, default="")
    old_ends = Varchar(4, default="")
    old_until = Timestamptz(null=True, default=None)
    old_used_at = Timestamptz(null=True, default=None)
    old_maker = UUID(null=True, default=None)
    through = UUID(null=True, default=None)
    old_through = UUID(null=True, default=None)
    created_at = Timestamptz(default=now)


class TokenRequest(Table):
    """One of the last requests of a token: the route's pattern, never a path or a body."""

    id = own_id()
    token = owner(Token)
    at = Timestamptz(default=now)
    method = Varchar(8)
    route = Varchar(128)
    status = Integer(default=0)
    address = Varchar(64, default="")
