"""The promised time of an answer in the visitor's language and zone; if unknown, in the shop's zone
with its name."""

from __future__ import annotations

import datetime as dt
from typing import Any

from litestar import Request

from app.brands.shape import Brand
from app.messages.inbox import Row
from app.targets import due
from web.http import moments, words
from web.http.words import N_
from web.visitor import visit


async def sentence(
    request: Request[Any, Any, Any], brand: Brand, row: Row, *, contact: str = ""
) -> str:
    """Empty when nothing is promised, it is handled, or the time is over. Spam looks like a waiting
    message."""
    at = row.due_at if (await due.in_force(brand.org.id, brand.mark)).tells_visitors else None
    now = dt.datetime.now(dt.UTC)
    if at is None or at <= now or row.status == "handled":
        return ""
    locale = words.locale_of(request)
    zone = visit.zone(request)
    told = moments.coming if zone else moments.coming_there
    time = told(locale, zone or brand.org.timezone, at, now)
    if contact:
        said = N_("We will reply by {time}, at {contact}.")
        return words.say(locale, said, {"time": time, "contact": contact})
    return words.say(locale, N_("We will reply by {time}."), {"time": time})
