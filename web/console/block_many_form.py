"""Whom blocking the senders of many messages means, before it is done."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence

from litestar import Response

from app.blocks.change import BLOCKS_MAX
from app.blocks.shape import Block
from app.contacts import sight
from app.contacts.mask import masked
from app.errors import Invalid
from app.messages.filter import Filter
from app.messages.senders import senders
from app.messages.would_catch import would_catch
from web.console.auth import Desk
from web.console.block_form import ends, sentences
from web.console.block_words import KINDS
from web.console.frame import frame
from web.http import words
from web.http.bodies import form_of
from web.http.render import answer, wants_fragment
from web.http.request import Incoming

SHOWN = 10
"""Of each kind; more are only counted."""


async def asked(
    request: Incoming,
    desk: Desk,
    chosen: Filter,
    messages: Sequence[uuid.UUID],
    *,
    values: Mapping[str, str] | None = None,
    error: Invalid | None = None,
) -> Response[str]:
    """The question, as a page, or with htmx in the place of the list."""
    form, locale = form_of(request), words.locale_of(request)
    everything = bool(form.get("all"))
    found = await senders(desk.org.id, messages)
    tried = await would_catch(
        desk.org.id,
        [[Block(kind=kind, text=each) for each in texts] for kind, texts in found.items()],
    )
    usual: dict[str, str] = {kind: "on" for kind in found if kind != "ip"}
    problems = sentences(locale, error.problems if error else ())
    context = {
        **await frame(request, desk),
        "query": chosen.query(),
        "only": [] if everything else [str(each) for each in messages],
        "matching": form.get("matching", "") if everything else "",
        "found": [
            (kind, words.say(locale, KINDS[kind]), _shown(texts), len(texts), each)
            for (kind, texts), each in zip(found.items(), tried, strict=True)
        ],
        "most": BLOCKS_MAX,
        "values": {
            **dict.fromkeys(("until", "day", "reason", "spam"), ""),
            **({**usual, "until": "month", "spam": "on"} if values is None else values),
        },
        "problems": problems,
        "faults": dict(problems),
        "ends": ends(locale, desk.zone),
    }
    template = "inbox/block_form.html" if wants_fragment(request) else "inbox/block.html"
    return answer(request, template, context, status=422 if problems else 200)


def _shown(texts: Sequence[str]) -> list[str]:
    return [masked(each) if sight.masks() else each for each in texts[:SHOWN]]
