"""What goes on while a page is open: a stream that rings, and the news that the page then asks
for. Pages without a stream ask every half a minute."""

from __future__ import annotations

import contextlib
from typing import Any

import msgspec
from litestar import Response, get
from litestar.response import Stream as Streamed

from app import messages
from app.messages import Row, events, mentions, news
from app.messages.filter import Filter
from app.messages.news import News
from app.people import memberships
from app.reading import uids
from web.console import streams
from web.console.auth import AtDesk, Desk, console, cookie_value
from web.console.inbox import count_context, list_context
from web.console.inbox_filter import filter_of
from web.console.looking import looking
from web.http import render, words
from web.http.etag import polled, unchanged
from web.http.render import answer
from web.http.request import Incoming
from web.http.words import N_

NUMBER_DIGITS = 18
# Seconds after which a page without a stream may ask for one again.
LATER = 60
# Larger numbers are shown as "more than".
NEW_MAX = 50
# What others did with the message that is open, for whoever reads it.
MEANWHILE = {
    "handled": N_("{name} has just marked this as handled."),
    "spam": N_("{name} has just marked this as spam."),
    "reopened": N_("{name} has just opened this again."),
    "claimed": N_("{name} now takes care of this."),
    "noted": N_("{name} has just written a note."),
    "replied": N_("{name} has just replied to the visitor."),
    "added": N_("The visitor has just added something."),
    "corrected": N_("The visitor has just corrected how to reach them."),
    "erasure_asked": N_("The visitor has just asked to have this erased."),
    "withdrawn": N_("The visitor has just withdrawn this message."),
    "resumed": N_("The visitor has just taken the withdrawal back."),
    "solved": N_("The visitor says: solved"),
    "unsolved": N_("The visitor says: not solved"),
}
CHANGED = N_("{name} has just changed this.")


@get("/stream", opt={render.UNPACKED: True})
async def stream(request: Incoming, desk: AtDesk) -> Response[Any]:
    """Rings for what comes after Last-Event-ID, or after the number that the page was made with."""
    if request.query_params.get("of", desk.agent.id.hex) != desk.agent.id.hex:
        # Another tab has opened another organization: this page's stream has nothing to say.
        return Response(None, status_code=204)
    running: streams.Streams = request.app.state.streams
    if not running.has_room(desk.agent.id):
        return Response(None, status_code=429, headers={"Retry-After": str(LATER)})
    after = request.headers.get("last-event-id", "") or request.query_params.get("after", "")
    told = _number(after, desk.org.wakes)
    opened = streams.Stream(desk.org.id, desk.agent.id, cookie_value(request), told)
    return Streamed(
        running.events(opened),
        media_type="text/event-stream",
        # For nginx, which would else wait until a buffer is full.
        headers={"Cache-Control": render.PRIVATE, "X-Accel-Buffering": "no"},
    )


@get("/news")
async def asked(request: Incoming, desk: AtDesk) -> Response[str]:
    """What a page does not show yet: `after` is the number of what it was told, `listed` that of
    its list, `open` the message beside it. 304 while nothing has changed."""
    query = request.query_params
    after = _number(query.get("after", ""), desk.org.wakes)
    found = await news.since(desk.org.id, after)
    chosen = filter_of(request)
    new = await _new(desk, chosen, query.get("listed", ""))
    whole = bool(new and query.get("at_top") == "yes")
    context_of = list_context if whole else count_context
    page = await context_of(request, desk, chosen)
    opened = uids.uid_or_none(query.get("open", ""))
    context = {
        **page,
        "news": found,
        "number": found.number,
        "arrived": found.arrived,
        "calling": (calling := await _for_me(words.locale_of(request), desk, found, after)),
        "shop": await _named(desk) if found.arrived or calling else "",
        "new": new,
        "listed": "listed" in query,
        "fresh": f"/inbox{chosen.query()}",
        "whole": whole,
        "opened": query.get("open", ""),
        "looking": await looking(request, desk, str(opened), page["names"]) if opened else "",
        "meanwhile": await _meanwhile(request, desk, found, query.get("open", "")),
        "shown": None,
    }
    said = repr((context["counts"].unread, new, found.number, words.locale_of(request))).encode()
    headers = {**polled(said), "Vary": render.VARY}
    known = unchanged(request, headers)
    return known or answer(request, "inbox/news.html", context, headers=headers)


async def _named(desk: Desk) -> str:
    """The organization, for who belongs to several."""
    return desk.org.name if len(await memberships.of(desk.account.id)) > 1 else ""


async def _for_me(locale: str, desk: Desk, found: News, after: int) -> tuple[Row, str] | None:
    """The latest change that is somebody's in particular, and what it is: for a notice on their
    desktop."""
    called = await mentions.unseen(desk.org.id, desk.agent.id, after=after)
    for row in found.rows:
        if row.uid in called:
            return row, words.say(locale, N_("A note mentions you"))
        if row.assignee == str(desk.agent.id) and await _was_given(desk, row, after):
            return row, words.say(locale, N_("A message was assigned to you"))
    return None


async def _was_given(desk: Desk, row: Row, after: int) -> bool:
    """Whether somebody else, or a rule, has assigned it to them."""
    since = await events.since(desk.org.id, uids.uid(row.uid), after, but=desk.by)
    return any(each.now.get("assignee") == str(desk.agent.id) for each in since)


async def _new(desk: Desk, chosen: Filter, listed: str) -> int:
    """How many messages have come since the list was made that belong into it, at most
    NEW_MAX."""
    if not listed:
        return 0
    after = _number(listed, desk.org.wakes)
    which = msgspec.structs.replace(chosen.wanted(desk.zone, desk.agent.id), after=after)
    page = await messages.inbox(desk.org.id, which, limit=NEW_MAX, by_activity=True)
    return len(page.items)


async def _meanwhile(request: Incoming, desk: Desk, found: News, opened: str) -> str:
    """What somebody else did last with the message that is open; empty if nobody did anything."""
    row = next((row for row in found.rows if row.uid == opened), None)
    if row is None:
        return ""
    after = _number(request.query_params.get("seen", ""), row.changed)
    return await _last_act(words.locale_of(request), desk, row, after)


async def _last_act(locale: str, desk: Desk, row: Row, after: int) -> str:
    story = await events.of(desk.org.id, uids.uid(row.uid))
    others = [each for each in story if each.number > after and each.actor != desk.by]
    if not others:
        return ""
    last = others[-1]
    return words.say(locale, MEANWHILE.get(last.action, CHANGED), {"name": last.actor})


def _number(text: str, otherwise: int) -> int:
    with contextlib.suppress(ValueError):
        if text.isascii() and len(text) <= NUMBER_DIGITS:
            return int(text)
    return otherwise


router = console("/inbox", [stream, asked])
