"""What erasing messages means, before it is done."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from litestar import Response

from app.errors import Invalid
from app.messages.filter import Filter
from app.messages.inbox import one
from web.console.auth import Desk
from web.console.frame import frame
from web.http import words
from web.http.bodies import form_of
from web.http.render import answer, wants_fragment
from web.http.request import Incoming


async def asked(
    request: Incoming,
    desk: Desk,
    chosen: Filter,
    messages: Sequence[uuid.UUID],
    *,
    error: Invalid | None = None,
) -> Response[str]:
    """The question, as a page, or with htmx in the place of the list."""
    form, locale = form_of(request), words.locale_of(request)
    everything = bool(form.get("all"))
    problems = words.of_fields(locale, error.problems if error else [])
    context = {
        **await frame(request, desk),
        "query": chosen.query(),
        "only": [] if everything else [str(each) for each in messages],
        "matching": form.get("matching", "") if everything else "",
        "count": len(messages),
        "row": await one(desk.org.id, str(messages[0])) if len(messages) == 1 else None,
        "how": form.get("how", "erased"),
        "problems": problems,
        "faults": dict(problems),
    }
    template = "inbox/erase_form.html" if wants_fragment(request) else "inbox/erase.html"
    return answer(request, template, context, status=422 if problems else 200)
