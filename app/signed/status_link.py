"""The link to a visitor's private page: signed, for one message, valid for 30 days."""

from __future__ import annotations

import datetime as dt
from urllib.parse import urlencode

from app import secrets, settings

PURPOSE = "status"
LIFETIME = dt.timedelta(days=30)


def key(slug: str, uid: str, *, now: dt.datetime | None = None) -> str:
    until = int(((now or dt.datetime.now(dt.UTC)) + LIFETIME).timestamp())
    return f"{until}.{secrets.sign(PURPOSE, f'{slug}.{uid}.{until}')}"


def opens(slug: str, uid: str, given: str) -> bool:
    until, _, signature = given.partition(".")
    if not secrets.signed(PURPOSE, f"{slug}.{uid}.{until}", signature):
        return False
    return int(until) > dt.datetime.now(dt.UTC).timestamp()


def address(slug: str, uid: str, *, locale: str, now: dt.datetime | None = None) -> str:
    """The absolute URL, for a mail."""
    query = urlencode({"lang": locale, "k": key(slug, uid, now=now)})
    return f"{settings.current().base_url}/w/{slug}/m/{uid}?{query}"
