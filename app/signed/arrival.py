"""The link in a test message, by which whoever reads it says that it arrived: signed, for one
channel as it is configured now."""

from __future__ import annotations

import datetime as dt

from app import settings
from app.signed import lasting

PURPOSE = "arrival"
LIFETIME = dt.timedelta(days=7)


def key(channel: str, target: str, *, now: dt.datetime | None = None) -> str:
    """`target` is the hash of where the channel leads: what arrived elsewhere says nothing."""
    return lasting.key(PURPOSE, f"{channel}.{target}", LIFETIME, now=now)


def opens(channel: str, target: str, given: str) -> bool:
    return lasting.opens(PURPOSE, f"{channel}.{target}", given)


def address(channel: str, target: str) -> str:
    """The absolute URL."""
    return f"{settings.current().base_url}/arrived/{channel}?k={key(channel, target)}"
