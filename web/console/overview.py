"""The overview (概览): what came, what waits, how fast it is handled, and who was told.

Every number links to the list that it counts.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from litestar import Response, get, post
from litestar.response import Stream

from app.overview import figures, spans
from app.overview.spans import Span
from app.people import audit
from web.console import overview_csv, overview_view
from web.console.auth import AGENTS, AtDesk, Desk, console
from web.console.frame import frame
from web.http import words
from web.http.bodies import form_of
from web.http.download import saved
from web.http.render import UNPACKED, answer
from web.http.request import Incoming
from web.http.words import N_

HERE = "/overview"
RANGES = {
    "today": N_("Today"),
    "7": N_("7 days"),
    "30": N_("30 days"),
    "90": N_("90 days"),
}


@get("/")
async def page(request: Incoming, desk: AtDesk) -> Response[str]:
    span = await _span(desk, dict(request.query_params))
    locale = words.locale_of(request)
    found = await figures.read(desk.org, span)
    context = {
        **await frame(request, desk),
        "span": span,
        "ranges": [
            (name, words.say(locale, text), _address(name)) for name, text in RANGES.items()
        ],
        "view": overview_view.of(locale, found, _zone(desk)),
        "asked": span.query(),
        "may_export": desk.may_act,
    }
    return answer(request, "overview/page.html", context)


@post("/export", status_code=200, opt={UNPACKED: True})
async def export(request: Incoming, desk: AtDesk) -> Stream:
    """The numbers of the page as a table. Nobody's words are in it; who took it is written down."""
    span = await _span(desk, form_of(request))
    locale = words.locale_of(request)
    found = await figures.read(desk.org, span)
    detail = f"{span.first} {span.last}"
    await audit.record(desk.org.id, desk.by, "overview.exported", detail=detail)
    view = overview_view.of(locale, found, _zone(desk))
    return saved(overview_csv.made(locale, view, str(span.first), str(span.last)))


async def _span(desk: Desk, asked: dict[str, Any]) -> Span:
    return spans.read(asked, await figures.today(desk.org))


def _zone(desk: Desk) -> str:
    """Lists have the days of whoever looks, the overview those of the organization."""
    return "" if desk.zone == desk.org.timezone else desk.org.timezone


def _address(name: str) -> str:
    return HERE if name == spans.USUAL else f"{HERE}?{urlencode({'range': name})}"


router = console(HERE, [page, export], writers=AGENTS)
