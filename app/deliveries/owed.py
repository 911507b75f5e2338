"""The rows of what is owed."""

from __future__ import annotations

import datetime as dt
import uuid

import msgspec

from app.tables.deliveries import Delivery


class Owed(msgspec.Struct, frozen=True):
    """A row of `delivery`, as it begins."""

    id: uuid.UUID
    organization: uuid.UUID
    message: uuid.UUID | None
    channel: uuid.UUID
    purpose: str
    about: uuid.UUID | None
    rank: dt.datetime
    due_at: dt.datetime
    created_at: dt.datetime
    state: str = "pending"
    reason: str = ""
    agent: uuid.UUID | None = None


OWED = (
    Delivery.id,
    Delivery.organization,
    Delivery.message,
    Delivery.channel,
    Delivery.purpose,
    Delivery.about,
    Delivery.state,
    Delivery.rank,
    Delivery.due_at,
    Delivery.reason,
    Delivery.created_at,
    Delivery.agent,
)
