"""The command bar: pages, actions, messages and settings by a few letters, also of their pinyin."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import msgspec
from litestar import Response, get

from app import messages
from app.messages import views
from app.messages.views import View
from app.reading.pinyin import spellings
from app.text import folded
from web.console import setting_pages, setting_search
from web.console.auth import AtDesk, Desk, console
from web.http import words
from web.http.render import answer
from web.http.request import Incoming
from web.http.words import N_

QUERY_MAX = 100
MESSAGES = 8
SETTINGS = 6
PAGES = {
    "/inbox": N_("Messages"),
    "/inbox?status=mine": N_("Mine"),
    "/inbox?status=mentioned": N_("Mentions me"),
    "/inbox?status=unassigned": N_("Unassigned"),
    "/inbox?status=later": N_("Later"),
    "/inbox?status=handled": N_("Handled"),
    "/inbox?status=spam": N_("Spam"),
    "/inbox?status=trash": N_("Trash"),
    "/overview": N_("Overview"),
    "/deliveries": N_("Deliveries"),
    "/account": N_("My account"),
}
ACTIONS = {
    "e": N_("Mark as handled"),
    "a": N_("Take it"),
    "s": N_("Mark as spam"),
    "r": N_("Reply to the visitor"),
    "n": N_("Internal note"),
    "z": N_("Undo"),
    "?": N_("Keyboard shortcuts"),
}


class Command(msgspec.Struct, frozen=True):
    """Either an address, or the key of a button on the page."""

    text: str
    href: str = ""
    key: str = ""
    sign: str = "chevron-right"
    more: str = ""


@get("/")
async def found(request: Incoming, desk: AtDesk) -> Response[Any]:
    query = request.query_params.get("q", "").strip()[:QUERY_MAX]
    locale = words.locale_of(request)
    wanted = folded(query)
    saved = await views.of(desk.org.id, desk.agent.id)
    known = [each for each in _known(locale, desk, saved) if _fits(each.text, wanted)]
    if query:
        page = await messages.inbox(desk.org.id, messages.Wanted(q=query), limit=MESSAGES)
        known += [_message(row) for row in page.items]
        hits = setting_search.find(locale, desk, query)[:SETTINGS]
        known += [Command(each.label, each.href, sign="settings", more=each.place) for each in hits]
    return answer(request, "parts/commands.html", {"commands": known})


def _known(locale: str, desk: Desk, views: Sequence[View]) -> Iterator[Command]:
    if desk.may_act:
        for key, text in ACTIONS.items():
            yield Command(words.say(locale, text), key=key)
    for view in views:
        yield Command(view.name, href=f"/inbox{view.chosen.query()}", sign="list-filter")
    for href, text in PAGES.items():
        yield Command(words.say(locale, text), href=href)
    for href, text in setting_pages.named(desk, locale):
        yield Command(text, href=href)


def _fits(text: str, wanted: str) -> bool:
    return wanted in folded(text) or any(way.startswith(wanted) for way in spellings(text))


def _message(row: messages.Row) -> Command:
    name = row.who
    return Command(name, href=f"/inbox/{row.uid}", sign="inbox", more=row.content[:60])


router = console("/commands", [found])
