"""Keys in links: signed for one thing, and valid until a moment that they say themselves."""

from __future__ import annotations

import datetime as dt

from app import secrets


def key(purpose: str, thing: str, lifetime: dt.timedelta, *, now: dt.datetime | None = None) -> str:
    until = int(((now or dt.datetime.now(dt.UTC)) + lifetime).timestamp())
    return f"{until}.{secrets.sign(purpose, f'{thing}.{until}')}"


def opens(purpose: str, thing: str, given: str) -> bool:
    """Whether it was made for this and is not over. Anything may be given."""
    until, _, signature = given.partition(".")
    if not secrets.signed(purpose, f"{thing}.{until}", signature):
        return False
    return int(until) > dt.datetime.now(dt.UTC).timestamp()
