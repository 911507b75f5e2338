"""Rows of the feed, as structs."""

from __future__ import annotations

import datetime as dt
import uuid

import msgspec

from app.tables.feed import FeedEvent
from app.tables.messages import Message

ENDPOINT = "events"
"""The kind of channel that they are sent to, and no notices."""


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """An event, as it is kept."""

    id: uuid.UUID
    organization: uuid.UUID
    number: int
    type: str
    at: dt.datetime
    message: uuid.UUID | None
    channel: uuid.UUID | None
    data: str


ROW = (
    FeedEvent.id,
    FeedEvent.organization,
    FeedEvent.number,
    FeedEvent.type,
    FeedEvent.at,
    FeedEvent.message,
    FeedEvent.channel,
    FeedEvent.data,
)


class About(msgspec.Struct, frozen=True, kw_only=True):
    """What an event says of its message."""

    id: uuid.UUID
    reference: str
    status: str
    category: str
    priority: str
    brand: uuid.UUID | None
    assignee: uuid.UUID | None
    source: str
    repeat_of: uuid.UUID | None
    created_at: dt.datetime


ABOUT = (
    Message.id,
    Message.reference,
    Message.status,
    Message.category,
    Message.priority,
    Message.brand,
    Message.assignee,
    Message.source,
    Message.repeat_of,
    Message.created_at,
)
