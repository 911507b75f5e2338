"""What an organization does with messages by itself."""

from __future__ import annotations

from piccolo.columns import Boolean, Integer, Text, Timestamptz, Varchar
from piccolo.table import Table

from app.tables.base import Organization, now, own_id, owner


class MessageRule(Table):
    """A rule for new messages. `wanted` says which, `effects` what it does with them, both as JSON.
    A removed one can be brought back."""

    id = own_id()
    organization = owner(Organization)
    position = Integer(default=0)
    name = Varchar(64)
    enabled = Boolean(default=True)
    wanted = Text(default="{}")
    effects = Text(default="{}")
    removed_at = Timestamptz(null=True, default=None)
    created_at = Timestamptz(default=now)
