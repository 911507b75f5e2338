"""What a plan hands to the courier and to the record."""

from __future__ import annotations

import datetime as dt
import uuid

import msgspec

from app.channels.sender import REMINDER
from app.deliveries.rows import ChannelRow


class Load(msgspec.Struct, kw_only=True):
    """What one dispatch carries, and how it is rendered."""

    dispatch: uuid.UUID
    organization: uuid.UUID
    locale: str
    timezone: str
    kind: str
    size: int = 1
    number: int = 1
    maybe_repeat: bool = False
    rendering: str = "normal"
    template: str = ""
    accepted: list[str] = []
    refused: list[str] = []
    agent: uuid.UUID | None = None
    """The only one whom it goes to."""
    calls: bool = True
    """Whether the organization has a rota, whose people a notice may call."""
    one_tap: bool = False
    """Whether its notices have links that act. Who only looks at it gets none that do."""
    shows: str = "all"
    """What the channel may say of a message, see app.notices.disclosed."""


class Planned(Load, kw_only=True):
    """One granted attempt: everything that sending needs, and the fence for its record."""

    attempt: uuid.UUID
    channel: ChannelRow
    lease_until: dt.datetime
    delay: float
    """Seconds to wait before the send, so that a platform that counts by the second is not hit."""
    granted: float
    """By the monotonic clock, which a change of the wall clock does not move."""


def kind_of(purpose: str) -> str:
    """The kind of a dispatch that carries one delivery alone."""
    return {"new": "single", "fallback": "single"}.get(purpose, shown(purpose))


def step(purpose: str) -> int:
    """Which reminder of a chain it is, from 1; 0 for other purposes."""
    number = purpose.removeprefix("remind")
    return int(number) if number != purpose else 0


def shown(purpose: str) -> str:
    """Every step of a chain of reminders has a purpose of its own; people read one word."""
    return REMINDER if purpose.startswith("remind") else purpose
