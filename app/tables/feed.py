"""What happened, for other programs."""

from __future__ import annotations

from piccolo.columns import UUID, BigInt, Text, Timestamptz, Varchar
from piccolo.table import Table

from app.tables.base import Organization, now, own_id, owner


class FeedEvent(Table):
    """What other programs read or are sent: `type` is one of the catalogue. `number` is the
    organization's `wakes` of the transaction that wrote it, so numbers are in the order of the
    commits. It is about a `message` or a `channel`, which may be gone. `data` is JSON without
    personal data: what was so at that time."""

    id = own_id()
    organization = owner(Organization)
    number = BigInt(default=0)
    type = Varchar(32)
    at = Timestamptz(default=now)
    message = UUID(null=True, default=None)
    channel = UUID(null=True, default=None)
    data = Text(default="{}")
