"""Who else signs people in for an organization, and as whom they are known there."""

from __future__ import annotations

from piccolo.columns import Boolean, Text, Timestamptz, Varchar
from piccolo.table import Table

from app.tables.base import Organization, now, own_id, owner
from app.tables.people import Account


class SignInProvider(Table):
    """An OpenID provider or a work platform. `config` is JSON, `secret` encrypted and as old as
    `secret_at`."""

    id = own_id()
    organization = owner(Organization)
    config = Text()
    secret = Text(default="")
    secret_at = Timestamptz(default=now)
    enabled = Boolean(default=True)
    created_at = Timestamptz(default=now)


class LinkedIdentity(Table):
    """An account as a provider knows it: by `subject`, within `realm`, a hash of what the provider
    was set to then. `own`: linked by whoever holds the account, not by an admin or the email."""

    id = own_id()
    organization = owner(Organization)
    provider = owner(SignInProvider)
    account = owner(Account)
    realm = Varchar(64)
    subject = Varchar(255)
    label = Varchar(254, default="")
    own = Boolean(default=False)
    created_at = Timestamptz(default=now)
    used_at = Timestamptz(null=True, default=None)
