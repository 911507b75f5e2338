"""How messages are to be taken out: the question before the file."""

from __future__ import annotations

import math
import uuid
from collections.abc import Sequence

from litestar import Response

from app.errors import Conflict, Invalid, TooMany
from app.messages.filter import Filter
from app.messages.inbox import count
from app.messages.wanted import Wanted
from web.console import inbox_filter
from web.console.auth import Desk
from web.console.flash import Banner
from web.console.frame import frame
from web.http import words
from web.http.bodies import form_of
from web.http.render import answer, wants_fragment
from web.http.request import Incoming
from web.http.words import N_

FORMATS = {
    "xlsx": N_("Excel (xlsx)"),
    "csv": N_("CSV, for Excel and other programs"),
    "jsonl": N_("JSON lines, for programs"),
}


async def asked(
    request: Incoming,
    desk: Desk,
    chosen: Filter,
    only: Sequence[uuid.UUID] = (),
    *,
    error: Invalid | Conflict | TooMany | None = None,
) -> Response[str]:
    """The question how, as a page, or with htmx in the place of the list. `only` are messages that
    were ticked; without them it is about all that the filter finds."""
    locale = words.locale_of(request)
    try:
        found = await count(desk.org.id, wanted(desk, chosen, only))
    except Invalid as unfit:
        found, error = 0, error or unfit
    context = {
        **await frame(request, desk),
        "filter": chosen,
        "query": chosen.query(),
        "only": [str(each) for each in only],
        "count": found,
        "formats": {name: words.say(locale, text) for name, text in FORMATS.items()},
        "chosen_format": form_of(request).get("format", "") if error else "",
        "banner": _banner(locale, error) if error else None,
    }
    template = "inbox/export_form.html" if wants_fragment(request) else "inbox/export.html"
    status = {Invalid: 422, Conflict: 409, TooMany: 429}[type(error)] if error else 200
    later = {"Retry-After": str(error.after)} if isinstance(error, TooMany) else None
    return answer(request, template, context, status=status, headers=later)


def _banner(locale: str, error: Invalid | Conflict | TooMany) -> Banner:
    if not isinstance(error, TooMany):
        return inbox_filter.refusal(locale, error)
    return too_often(locale, error)


def too_often(locale: str, error: TooMany) -> Banner:
    text = words.say_many(
        locale,
        "You have exported very often. Try again in about {n} minute.",
        "You have exported very often. Try again in about {n} minutes.",
        math.ceil(error.after / 60),
    )
    return Banner("warn", "triangle-alert", text)


def wanted(desk: Desk, chosen: Filter, only: Sequence[uuid.UUID]) -> Wanted:
    """Ticked messages are wanted whatever has become of them since."""
    if only:
        return Wanted(only=tuple(only))
    return chosen.wanted(desk.zone, desk.agent.id)
