"""Phrases (常用语): the page where they are kept, and, filled, those that can be put into what
somebody writes about a message."""

from __future__ import annotations

import uuid
from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath

from app import messages
from app.errors import Invalid
from app.messages import phrases
from app.messages.phrases import TEXT_MAX, TITLE_MAX, VARIABLES
from app.people import colleagues
from app.text import folded
from web.console import undo
from web.console.auth import AGENTS, AtDesk, Desk, console
from web.console.frame import frame
from web.console.gone import unless_gone
from web.console.views import who
from web.http import words
from web.http.bodies import form_of
from web.http.render import answer, see, wants_fragment
from web.http.request import Incoming
from web.http.words import N_

HERE = "/settings/phrases"
QUERY_MAX = 64
SIDES = ("remark", "note")
DONE = {
    "added": N_("Added to the list"),
    "changed": N_("Saved"),
    "removed": N_("Deleted"),
}


@get("/")
async def page(request: Incoming, desk: AtDesk) -> Response[str]:
    return await _draw(request, desk)


@post("/", status_code=200)
async def add(request: Incoming, desk: AtDesk) -> Response[Any]:
    form = form_of(request)
    shared = form.get("shared") == "yes"
    title, text = form.get("title", ""), form.get("text", "")
    try:
        await phrases.add(desk.org.id, title, text, shared=shared, who=who(desk))
    except Invalid as error:
        return await _draw(request, desk, "new", error)
    return see(f"{HERE}?done=added")


@post("/{uid:str}", status_code=200)
async def change(request: Incoming, desk: AtDesk, uid: FromPath[str]) -> Response[Any]:
    form = form_of(request)
    shared = form.get("shared") == "yes" if "whose" in form else None
    try:
        await phrases.change(
            desk.org.id,
            uid,
            who=who(desk),
            title=form.get("title", ""),
            text=form.get("text", ""),
            shared=shared,
        )
    except Invalid as error:
        return await _draw(request, desk, uid, error)
    return see(f"{HERE}?done=changed")


@post("/{uid:str}/remove", status_code=200)
async def remove(desk: AtDesk, uid: FromPath[str]) -> Response[Any]:
    removing = phrases.remove(desk.org.id, uid, who=who(desk))
    return await unless_gone(removing, f"{HERE}?done=removed", HERE)


async def _draw(
    request: Incoming, desk: Desk, refused: str = "", error: Invalid | None = None
) -> Response[str]:
    """`refused` is the phrase that was, or "new"; what was typed there stays."""
    locale = words.locale_of(request)
    found = error.problems if error else []
    problems = [
        (f"{each.pointer[1:]}-{refused}", words.say(locale, each.detail, each.facts))
        for each in found
    ]
    context = {
        **await frame(request, desk),
        "lines": await phrases.of(desk.org.id, desk.agent.id),
        "me": who(desk),
        "names": {uuid.UUID(each.uid): each.name for each in await colleagues.of(desk.org.id)},
        "variables": VARIABLES,
        "title_max": TITLE_MAX,
        "text_max": TEXT_MAX,
        "refused": refused,
        "typed": form_of(request) if error else {},
        "problems": problems,
        "faults": dict(problems),
        "flash": await undo.done(request, desk, DONE, "phrases"),
    }
    return answer(request, "phrases/page.html", context, status=422 if error else 200)


@get("/{uid:str}/phrases")
async def menu(request: Incoming, desk: AtDesk, uid: FromPath[str]) -> Response[Any]:
    """What may be put into the field that `into` names, filled for this message."""
    if not wants_fragment(request):
        return see(f"/inbox/{uid}")
    row = await messages.one(desk.org.id, uid)
    wanted = folded(request.query_params.get("q", "").strip()[:QUERY_MAX])
    into = request.query_params.get("into", "")
    known = await phrases.of(desk.org.id, desk.agent.id)
    context = {
        "desk": desk,
        "into": into if into in SIDES else SIDES[0],
        "wanted": wanted,
        "found": [
            (each, phrases.filled(each, row, by=desk.by)) for each in known if each.matches(wanted)
        ],
    }
    return answer(request, "phrases/found.html", context)


router = console(HERE, [page, add, change, remove], readers=AGENTS, writers=AGENTS)
filled = console("/inbox", [menu], readers=AGENTS, writers=AGENTS)
