"""What telling many messages again means, before it is done."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from litestar import Response

from app.messages import notify_again
from app.messages.filter import Filter
from web.console.auth import Desk
from web.console.delivery_words import kind_names
from web.console.frame import frame
from web.http import words
from web.http.bodies import form_of
from web.http.render import answer, wants_fragment
from web.http.request import Incoming


async def asked(
    request: Incoming, desk: Desk, chosen: Filter, messages: Sequence[uuid.UUID]
) -> Response[str]:
    """The question, as a page, or with htmx in the place of the list."""
    form, locale = form_of(request), words.locale_of(request)
    everything = bool(form.get("all"))
    context = {
        **await frame(request, desk),
        "query": chosen.query(),
        "only": [] if everything else [str(each) for each in messages],
        "matching": form.get("matching", "") if everything else "",
        "foreseen": await notify_again.foresee(desk.org.id, messages),
        "kind_names": kind_names(locale),
    }
    template = "inbox/notify_form.html" if wants_fragment(request) else "inbox/notify.html"
    return answer(request, template, context)
