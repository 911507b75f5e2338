"""System settings, office hours and presence (系统设置 → 营业时间与在线状态)."""

from __future__ import annotations

import contextlib
import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
from litestar import Response, get, post

from app import hours, presence, settings
from app.brands.shape import Brand
from app.errors import Invalid, Problem
from app.presence import Facts
from app.reading import dates
from web.console import (
    day_words,
    hours_form,
    hours_import,
    hours_view,
    undo,
)
from web.console.at_brand import brand_of, chooser, see_at
from web.console.auth import (
    ADMINS,
    AtDesk,
    Desk,
    console,
)
from web.console.choice_words import RULES
from web.console.frame import frame
from web.console.hours_form import Week
from web.console.hours_import import Wanted
from web.http import render, words
from web.http.bodies import IMPORT_LIMIT, form_of
from web.http.etag import polled, unchanged
from web.http.render import answer, wants_fragment
from web.http.request import Incoming
from web.http.words import N_

HERE = "/settings/hours"
HOUR = dt.timedelta(hours=1)
DONE = {
    "override": N_("Set. It ends by itself."),
    "release": N_("Back to the rule."),
    "week": N_("Saved. It counts at once."),
    "day": N_("Listed."),
    "removed": N_("Removed."),
    "imported": N_("Imported."),
}
NOT_SAVED = N_("Not saved yet: look it over, then save.")
BAD_HOURS = N_("Write hours like 09:00-12:00 13:30-18:00")
BAD_DATE = N_("Choose a date")
# From a fault's pointer to the field of the small forms.
FIELDS = {"holidays": "name", "makeup_days": "hours", "text": "hours"}


@get("/")
async def page(request: Incoming, desk: AtDesk) -> Response[str]:
    return await draw(request, desk)


@get("/now")
async def now(request: Incoming, desk: AtDesk) -> Response[Any]:
    """Polled every 15 seconds; 304 while nothing has changed."""
    brand = await brand_of(request, desk)
    if not wants_fragment(request):
        return see_at(brand, HERE)
    shown = _now(request, await presence.read(desk.org, brand=brand.id, also_over=True))
    headers = {**polled(repr(shown).encode()), "Vary": render.VARY}
    known = unchanged(request, headers)
    return known or answer(request, "hours/now.html", {"org": desk.org, **shown}, headers=headers)


@post("/override", status_code=200)
async def override(request: Incoming, desk: AtDesk) -> Response[Any]:
    form = form_of(request)
    brand = await brand_of(request, desk)
    facts = await presence.read(desk.org, brand=brand.id)
    until = dates.moment(form.get("until", ""), facts.schedule.timezone)
    try:
        await presence.override(brand.id, state=form.get("state", ""), until=until, by=desk.by)
    except Invalid as error:
        return await draw(request, desk, error=error, form=form)
    return see_at(brand, f"{HERE}?done=override")


@post("/release", status_code=200)
async def release(request: Incoming, desk: AtDesk) -> Response[Any]:
    brand = await brand_of(request, desk)
    await presence.release(brand.id, by=desk.by)
    return see_at(brand, f"{HERE}?done=release")


@post("/week", status_code=200)
async def week(request: Incoming, desk: AtDesk) -> Response[Any]:
    typed = hours_form.typed(form_of(request))
    if wish := request.query_params.get("do", ""):
        return await _redrawn(request, desk, hours_form.edited(typed, wish))
    brand = await brand_of(request, desk)
    weekly = hours_form.raw(typed)
    try:
        await presence.set_week(
            desk.org, timezone=typed.timezone, weekly=weekly, by=desk.by, brand=brand.id
        )
        await presence.set_rule(brand.id, typed.rule, by=desk.by)
    except Invalid as error:
        return await draw(request, desk, week=typed, error=error)
    return see_at(brand, f"{HERE}?done=week")


@post("/day", status_code=200)
async def add_day(request: Incoming, desk: AtDesk) -> Response[Any]:
    form, brand = form_of(request), await brand_of(request, desk)
    try:
        day, slots = _day(form)
        name = form.get("name", "").strip()
        await presence.set_day(
            desk.org, day=day, name=name, slots=slots, by=desk.by, brand=brand.id
        )
    except Invalid as error:
        return await draw(request, desk, error=_of_day(error), form=form)
    return see_at(brand, f"{HERE}?done=day#days")


@post("/day/remove", status_code=200)
async def remove_day(request: Incoming, desk: AtDesk) -> Response[Any]:
    day, brand = dates.iso_day(form_of(request).get("day", "")), await brand_of(request, desk)
    if day:
        await presence.forget_day(desk.org, day, by=desk.by, brand=brand.id)
    return see_at(brand, f"{HERE}?done=removed#days")


@post("/import", status_code=200, request_max_body_size=IMPORT_LIMIT)
async def import_days(request: Incoming, desk: AtDesk) -> Response[Any]:
    """At first a preview with questions about unclear days; after confirmation, the import."""
    form, brand = form_of(request), await brand_of(request, desk)
    form["text"] = hours_import.text_of(form)
    wanted = None
    try:
        if form.get("sure") != "yes":
            return await draw(request, desk, form=form, wanted=await _wanted(request, brand, form))
        await _import(desk, brand, form)
    except Invalid as error:
        # The preview and answers stay, unless the text itself is wrong.
        with contextlib.suppress(Invalid):
            wanted = await _wanted(request, brand, form)
        return await draw(request, desk, error=error, form=form, wanted=wanted)
    return see_at(brand, f"{HERE}?done=imported#days")


async def _wanted(request: Incoming, brand: Brand, form: dict[str, str]) -> Wanted:
    """The preview of an import. Raises Invalid at /text."""
    days = await presence.preview_days(brand.org, form["text"], brand=brand.id)
    return hours_import.shown(words.locale_of(request), days)


async def _import(desk: Desk, brand: Brand, form: dict[str, str]) -> None:
    await presence.import_days(
        desk.org,
        form["text"],
        by=desk.by,
        answers=hours_import.answers(form),
        until=hours_import.until(form),
        brand=brand.id,
    )


@post("/china", status_code=200)
async def china(request: Incoming, desk: AtDesk) -> Response[Any]:
    """A preview of importing China's public holidays."""
    locale = words.locale_of(request)
    brand = await brand_of(request, desk)
    calendar = await presence.public_days(desk.org, locale, brand=brand.id)
    form = {"text": hours.table(calendar.days)}
    return await draw(request, desk, form=form, wanted=hours_import.of_china(locale, calendar))


def _day(form: dict[str, str]) -> tuple[dt.date, tuple[hours.Slot, ...] | None]:
    """Raises Invalid at /day or /hours."""
    day = dates.iso_day(form.get("day", ""))
    if day is None:
        raise Invalid.at("/day", "date_format", BAD_DATE)
    if form.get("kind") != "makeup":
        return day, None
    slots = hours.slots_in(form.get("hours", ""))
    if slots is None:
        raise Invalid.at("/hours", "time_format", BAD_HOURS)
    return day, slots


def _of_day(error: Invalid) -> Invalid:
    """The same faults at the fields of the small form."""
    moved = []
    for problem in error.problems:
        root = problem.pointer.strip("/").split("/")[0]
        place = "day" if problem.code == "date_format" else FIELDS.get(root, root)
        moved.append(msgspec.structs.replace(problem, pointer=f"/{place}"))
    return Invalid(moved)


async def _redrawn(request: Incoming, desk: Desk, week: Week) -> Response[str]:
    """The form of the week with another row or copied slots; nothing is saved."""
    if not wants_fragment(request):
        return await draw(request, desk, week=week, unsaved=True)
    brand = await brand_of(request, desk)
    at = await chooser(desk, brand, HERE)
    context = {**_week(request, week, []), **at, "desk": desk, "org": desk.org}
    return answer(request, "hours/week.html", {**context, "unsaved": _unsaved(request, True)})


async def draw(
    request: Incoming,
    desk: Desk,
    *,
    week: Week | None = None,
    form: dict[str, str] | None = None,
    error: Invalid | None = None,
    unsaved: bool = False,
    wanted: Wanted | None = None,
) -> Response[str]:
    locale = words.locale_of(request)
    brand = await brand_of(request, desk)
    facts = await presence.read(desk.org, brand=brand.id, also_over=True)
    shown_week = week or hours_form.shown(facts.schedule, facts.rule)
    problems = hours_form.faults(shown_week, error.problems) if error else []
    days, over = hours_view.unusual_days(locale, facts.schedule, _today(facts))
    context = {
        **await frame(request, desk),
        **await chooser(desk, brand, HERE),
        **_now(request, facts),
        **_week(request, shown_week, problems),
        **_small_forms(facts, form or {}, wanted),
        "unsaved": _unsaved(request, unsaved),
        "wanted": wanted,
        "flash": await undo.done(request, desk, DONE, "hours", "brands"),
        "days": days,
        "days_over": over,
        "calendar": day_words.calendar(locale, facts.schedule, facts.now),
        "calendar_ends": hours.calendar_ends(facts.schedule, facts.now),
        "reports": hours_view.reports(facts),
        "now": facts.now,
        "looks_at_hours": facts.rule != "agents",
        "preview": hours_view.preview(locale, facts.schedule, facts.now),
        "address": f"{settings.current().base_url}/w/{brand.slug}/presence",
        "api": f"{settings.current().base_url}/api/v1/leavemsg/presence",
    }
    return answer(request, "hours/page.html", context, status=422 if error else 200)


def _now(request: Incoming, facts: Facts) -> dict[str, Any]:
    """What visitors see and why; drawn alone every 15 seconds."""
    locale = words.locale_of(request)
    found = presence.decide(facts)
    return {
        "state": found.state,
        "state_words": hours_view.state_words(locale, facts, found),
        "lines": hours_view.lines(locale, facts),
        "overridden": facts.forced_until is not None,
    }


def _week(request: Incoming, week: Week, problems: list[tuple[str, Problem]]) -> dict[str, Any]:
    locale = words.locale_of(request)
    said = hours_view.said(locale, problems)
    zones = hours_form.zones()
    known = week.timezone in zones
    return {
        "week": week,
        "weekdays": hours_view.weekdays(locale),
        "rules": {rule: words.say(locale, text) for rule, text in RULES.items()},
        "zones": [(name, name) for name in (zones if known else [week.timezone, *zones])],
        "problems": said,
        "faults": dict(reversed(said)),
    }


def _small_forms(facts: Facts, form: dict[str, str], wanted: Wanted | None) -> dict[str, Any]:
    """The values of the forms beside the week: typed or initial ones."""
    zone = ZoneInfo(facts.schedule.timezone)
    until = form.get("until") or (facts.now + HOUR).astimezone(zone).strftime("%Y-%m-%dT%H:%M")
    first = {"state": "online", "until": until, "day": "", "kind": "holiday", "name": ""}
    reached = [facts.schedule.calendar_until, wanted.until if wanted else None]
    first["calendar_until"] = max((day.isoformat() for day in reached if day), default="")
    return {"form": {**first, "hours": "", "text": "", **form}, "zone": facts.schedule.timezone}


def _today(facts: Facts) -> dt.date:
    return facts.now.astimezone(ZoneInfo(facts.schedule.timezone)).date()


def _unsaved(request: Incoming, unsaved: bool) -> str:
    return words.say(words.locale_of(request), NOT_SAVED) if unsaved else ""


router = console(
    HERE,
    [page, now, override, release, week, add_day, remove_day, import_days, china],
    readers=ADMINS,
    writers=ADMINS,
)
