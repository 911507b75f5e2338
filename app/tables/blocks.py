"""Whose messages are set aside."""

from __future__ import annotations

from piccolo.columns import UUID, Text, Timestamptz, Varchar
from piccolo.table import Table

from app.tables.base import Organization, now, own_id, owner


class BlockEntry(Table):
    """An entry of the block list. `text` is as it was written: of kind `words`, one a line. Without
    `expires_at` it holds for ever. `act` has put it there, with many others, and takes it back."""

    id = own_id()
    organization = owner(Organization)
    kind = Varchar(8)
    text = Text()
    reason = Varchar(200, default="")
    expires_at = Timestamptz(null=True, default=None)
    created_at = Timestamptz(default=now)
    created_by = Varchar(254, default="")
    act = UUID(null=True, default=None)
