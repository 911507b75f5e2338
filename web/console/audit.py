"""System settings, audit (系统设置 → 审计): who did what to which thing, when, from where."""

from __future__ import annotations

from urllib.parse import urlencode

import msgspec
from litestar import Response, get, post
from litestar.response import Stream

from app import limits
from app.errors import Invalid, NotFound, TooMany
from app.people.audit import listed, taken
from app.people.audit.acts import AREAS
from app.people.audit.things import things
from app.reading import dates
from web.console import audit_words
from web.console.auth import ADMINS, AtDesk, Desk, console
from web.console.export_form import too_often
from web.console.frame import frame
from web.http import words
from web.http.bodies import form_of
from web.http.download import saved
from web.http.render import UNPACKED, answer, wants_fragment
from web.http.request import Incoming

HERE = "/settings/audit"
ROWS = 50
TARGET_MAX = 64


class Filter(msgspec.Struct, frozen=True):
    """The filter in the page's address."""

    who: str = ""
    area: str = ""
    thing: str = ""
    since: str = ""
    until: str = ""

    def query(self, **changes: str) -> str:
        """ "?area=…", without empty values; empty when all are."""
        wanted = {**msgspec.structs.asdict(self), **changes}
        given = {name: value for name, value in wanted.items() if value}
        return f"?{urlencode(given)}" if given else ""


@get("/")
async def page(request: Incoming, desk: AtDesk) -> Response[str]:
    cursor = request.query_params.get("cursor", "")
    return await _draw(request, desk, filter_of(request), cursor)


@post("/export", status_code=200, opt={UNPACKED: True})
async def export(request: Incoming, desk: AtDesk) -> Stream | Response[str]:
    chosen, locale = filter_of(request), words.locale_of(request)
    kind = form_of(request).get("format", "")
    try:
        await limits.allow_export(desk.agent.id)
        file = await taken.take(desk.org, _wanted(desk, chosen), kind, locale=locale, by=desk.by)
        return saved(file)
    except Invalid:
        raise NotFound from None  # The page offers no other.
    except TooMany as error:
        return await _draw(request, desk, chosen, error=error)


def filter_of(request: Incoming) -> Filter:
    asked = request.query_params
    area = asked.get("area", "")
    return Filter(
        who=asked.get("who", "").strip()[:TARGET_MAX],
        area=area if area in AREAS else "",
        thing=asked.get("thing", "").strip()[:TARGET_MAX],
        since=dates.shown(asked.get("since", "")),
        until=dates.shown(asked.get("until", "")),
    )


async def _draw(
    request: Incoming,
    desk: Desk,
    chosen: Filter,
    cursor: str = "",
    error: TooMany | None = None,
) -> Response[str]:
    locale = words.locale_of(request)
    found = await listed.listed(desk.org.id, _wanted(desk, chosen), limit=ROWS, cursor=cursor)
    names = await listed.names(desk.org.id)
    called = await things(desk.org.id, found.items)
    context = {
        "desk": desk,
        "filter": chosen,
        "lines": [audit_words.line(locale, each, names, called) for each in found.items],
        "more": f"{HERE}{chosen.query(cursor=found.next_cursor)}" if found.next_cursor else "",
    }
    if cursor and wants_fragment(request):
        return answer(request, "audit/lines.html", context)
    context |= {
        **await frame(request, desk),
        "query": chosen.query(),
        "areas": {key: words.say(locale, text) for key, text in AREAS.items()},
        "people": {
            **names,
            **{key: words.say(locale, text) for key, text in audit_words.OTHERS.items()},
        },
        "banner": too_often(locale, error) if error else None,
    }
    return answer(request, "audit/page.html", context, status=429 if error else 200)


def _wanted(desk: Desk, chosen: Filter) -> listed.Wanted:
    return listed.Wanted(
        who=chosen.who,
        area=chosen.area,
        target=chosen.thing,
        since=dates.midnight(dates.iso_day(chosen.since), desk.zone),
        until=dates.midnight(dates.iso_day(chosen.until), desk.zone, days=1),
    )


router = console(HERE, [page, export], readers=ADMINS, writers=ADMINS)
