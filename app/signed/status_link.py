"""The link to a visitor's private page: signed, for one message, valid for 30 days."""

from __future__ import annotations

import datetime as dt
from urllib.parse import urlencode

from app import settings
from app.signed import lasting

PURPOSE = "status"
LIFETIME = dt.timedelta(days=30)


def key(slug: str, uid: str, *, now: dt.datetime | None = None) -> str:
    return lasting.key(PURPOSE, f"{slug}.{uid}", LIFETIME, now=now)


def opens(slug: str, uid: str, given: str) -> bool:
    return lasting.opens(PURPOSE, f"{slug}.{uid}", given)


def address(slug: str, uid: str, *, locale: str, now: dt.datetime | None = None) -> str:
    """The absolute URL, for a mail."""
    query = urlencode({"lang": locale, "k": key(slug, uid, now=now)})
    return f"{settings.current().base_url}/w/{slug}/m/{uid}?{query}"
