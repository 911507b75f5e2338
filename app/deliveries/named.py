"""The channels of an organization by name, also those that were removed."""

from __future__ import annotations

import datetime as dt
import uuid

import msgspec

from app import database
from app.tables import Channel


class Named(msgspec.Struct, frozen=True):
    """A channel that the log may speak of, also one that was removed."""

    uid: str
    name: str
    kind: str
    removed: bool


class _Channel(msgspec.Struct):
    id: uuid.UUID
    name: str
    kind: str
    archived_at: dt.datetime | None


async def channels(organization: uuid.UUID) -> list[Named]:
    query = Channel.select(Channel.id, Channel.name, Channel.kind, Channel.archived_at)
    query = query.where(Channel.organization == organization)
    found = await database.rows(_Channel, query.order_by(Channel.position, Channel.id))
    named = [
        Named(str(each.id), each.name, each.kind, each.archived_at is not None) for each in found
    ]
    return sorted(named, key=lambda each: each.removed)
