"""The link in a test message, by which whoever reads it says that it arrived: signed, for one
channel as it is configured now."""

from __future__ import annotations

import datetime as dt

from app import secrets, settings

PURPOSE = "arrival"
LIFETIME = dt.timedelta(days=7)


def key(channel: str, target: str, *, now: dt.datetime | None = None) -> str:
    """`target` is the hash of where the channel leads: what arrived elsewhere says nothing."""
    until = int(((now or dt.datetime.now(dt.UTC)) + LIFETIME).timestamp())
    return f"{until}.{secrets.sign(PURPOSE, f'{channel}.{target}.{until}')}"


def opens(channel: str, target: str, given: str) -> bool:
    until, _, signature = given.partition(".")
    if not secrets.signed(PURPOSE, f"{channel}.{target}.{until}", signature):
        return False
    return int(until) > dt.datetime.now(dt.UTC).timestamp()


def address(channel: str, target: str) -> str:
    """The absolute URL."""
    return f"{settings.current().base_url}/arrived/{channel}?k={key(channel, target)}"
