"""My account, own working hours: when rules give one something, and when mail comes."""

from __future__ import annotations

from typing import Any

from litestar import Response, get, post

from app.errors import Invalid
from app.hours.schedule import Schedule
from app.people import working_hours
from web.console import hours_form, hours_view
from web.console.auth import EVERYBODY, AtDesk, Desk, console
from web.console.frame import frame
from web.console.hours_form import Week
from web.http import words
from web.http.bodies import form_of
from web.http.render import answer, see, wants_fragment
from web.http.request import Incoming

HERE = "/account/hours"


@get("/")
async def page(request: Incoming, desk: AtDesk) -> Response[str]:
    found = working_hours.of(desk.agent) or Schedule(timezone=desk.zone)
    return await _draw(request, desk, hours_form.shown(found, ""))


@post("/", status_code=200)
async def save(request: Incoming, desk: AtDesk) -> Response[Any]:
    """The hours are of one's own zone as it is now."""
    week = hours_form.typed(form_of(request))
    if wish := request.query_params.get("do", ""):
        return await _draw(request, desk, hours_form.edited(week, wish), unsaved=True)
    try:
        await working_hours.save(desk.agent, hours_form.raw(week), timezone=desk.zone, by=desk.by)
    except Invalid as error:
        return await _draw(request, desk, week, error=error)
    return see("/account?done=saved#hours")


async def _draw(
    request: Incoming,
    desk: Desk,
    week: Week,
    *,
    unsaved: bool = False,
    error: Invalid | None = None,
) -> Response[str]:
    locale = words.locale_of(request)
    problems = hours_view.said(locale, hours_form.faults(week, error.problems if error else ()))
    context = {
        "week": week,
        "weekdays": hours_view.weekdays(locale),
        "unsaved": unsaved,
        "problems": problems,
        "faults": dict(problems),
        "desk": desk,
    }
    if unsaved and wants_fragment(request):
        return answer(request, "account/week.html", context)
    context |= await frame(request, desk)
    return answer(request, "account/hours.html", context, status=422 if problems else 200)


router = console(HERE, [page, save], writers=EVERYBODY)
