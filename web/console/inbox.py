"""The inbox (留言管理): the list, its filters and the count of unread messages."""

from __future__ import annotations

import datetime as dt
from typing import Any
from urllib.parse import urlencode

import msgspec
from litestar import Response, get

from app import messages, settings
from app.reading import dates
from web.console.auth import AtDesk, Desk, console
from web.console.frame import frame
from web.http import render, words
from web.http.etag import polled, unchanged
from web.http.render import answer, wants_fragment
from web.http.request import Incoming
from web.http.words import N_

TABS = {
    "pending": N_("Waiting"),
    "handled": N_("Handled"),
    "spam": N_("Spam"),
    "all": N_("All"),
}
OUTCOMES = {
    "phone": N_("Called back"),
    "email": N_("Answered by email"),
    "wechat": N_("Answered on WeChat"),
    "none": N_("Nothing to do"),
}
# Labels for the unified format's `source`.
SOURCES = {"web_chat": N_("Website form or API")}
ROWS = 50
QUERY_MAX = messages.QUERY_MAX
# Larger numbers are shown as "more than".
NEW_MAX = 50


class Filter(msgspec.Struct, frozen=True):
    """The filter in the page's address."""

    status: str = "pending"
    q: str = ""
    since: str = ""
    until: str = ""

    def query(self, **changes: str) -> str:
        """ "?q=…", without default values; empty when all are."""
        usual = msgspec.structs.asdict(Filter())
        mine = {**msgspec.structs.asdict(self), **changes}
        unusual = {name: value for name, value in mine.items() if value != usual.get(name, "")}
        return f"?{urlencode(unusual)}" if unusual else ""


@get("/")
async def listing(request: Incoming, desk: AtDesk) -> Response[str]:
    chosen = filter_of(request)
    cursor = request.query_params.get("cursor", "")
    context = await list_context(request, desk, chosen, cursor=cursor)
    if not wants_fragment(request):
        return answer(request, "inbox/page.html", {**context, "shown": None})
    if cursor:
        return answer(request, "inbox/rows.html", context)
    # Typing a search changes the page's address without adding to the history.
    came_from_search = request.headers.get("hx-source", "").startswith("form")
    headers = {"HX-Replace-Url": f"/inbox{chosen.query()}"} if came_from_search else None
    return answer(request, "inbox/list.html", context, headers=headers)


@get("/badge")
async def badge(request: Incoming, desk: AtDesk) -> Response[str]:
    """Polled every 30 seconds; 304 while nothing has changed."""
    newest = request.query_params.get("newest", "")
    counts = await messages.counts(desk.org.id)
    new = await _newer(desk, newest) if newest else 0
    context = {"counts": counts, "new": new, "asked": bool(newest), "fresh": "/inbox"}
    said = repr((counts.unread, new, words.locale_of(request))).encode()
    headers = {**polled(said), "Vary": render.VARY}
    known = unchanged(request, headers)
    return known or answer(request, "inbox/poll.html", context, headers=headers)


async def _newer(desk: Desk, newest: str) -> int:
    """How many messages came after the newest on the screen, at most NEW_MAX."""
    since = dates.moment(newest, None)
    if since is None:
        return 0
    waiting = messages.Wanted(status="pending", since=since)
    page = await messages.inbox(desk.org.id, waiting, limit=NEW_MAX)
    return sum(row.created_at > since for row in page.items)


def filter_of(request: Incoming) -> Filter:
    asked = request.query_params
    status = asked.get("status", "")
    return Filter(
        status=status if status in TABS else "pending",
        q=asked.get("q", "").strip()[:QUERY_MAX],
        since=dates.shown(asked.get("since", "")),
        until=dates.shown(asked.get("until", "")),
    )


async def list_context(
    request: Incoming, desk: Desk, chosen: Filter, *, cursor: str = ""
) -> dict[str, Any]:
    """The context of the list."""
    wanted = messages.Wanted(
        status="" if chosen.status == "all" else chosen.status,
        repeats=False,
        q=chosen.q,
        since=dates.midnight(dates.iso_day(chosen.since), desk.org.timezone),
        until=dates.midnight(dates.iso_day(chosen.until), desk.org.timezone, days=1),
    )
    page = await messages.inbox(desk.org.id, wanted, limit=ROWS, cursor=cursor, by_activity=True)
    newest = page.items[0].created_at if page.items else dt.datetime.now(dt.UTC)
    return {
        **await count_context(request, desk, chosen),
        "rows": page.items,
        "next_cursor": page.next_cursor,
        "more": f"/inbox{chosen.query(cursor=page.next_cursor or '')}",
        "newest": newest.isoformat(),
        "form_address": f"{settings.current().base_url}/w/{desk.org.slug}",
        "shown": None,
    }


async def count_context(request: Incoming, desk: Desk, chosen: Filter) -> dict[str, Any]:
    """The context of the tabs, the badge and a single row."""
    locale = words.locale_of(request)
    around = await frame(request, desk)
    return {
        **around,
        "filter": chosen,
        "query": chosen.query(),
        "tabs": [
            (
                name,
                words.say(locale, text),
                getattr(around["counts"], name, None),
                f"/inbox{chosen.query(status=name)}",
            )
            for name, text in TABS.items()
        ],
        "outcomes": {name: words.say(locale, text) for name, text in OUTCOMES.items()},
    }


router = console("/inbox", [listing, badge])
