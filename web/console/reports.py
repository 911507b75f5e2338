"""System settings, reports (系统设置 → 定期报告): how it goes, told to a channel every so often."""

from __future__ import annotations

import datetime as dt
from typing import Any

import msgspec
from babel.dates import get_day_names
from litestar import Response, get, post
from litestar.params import FromPath

from app.channel_settings.read import read as read_channels
from app.channels.kinds import told_only
from app.errors import Invalid
from app.languages import unicode
from app.reports import change, look
from app.reports.look import Last
from app.reports.shape import REPORTS_MAX, Stored
from web.console import report_form, undo
from web.console.auth import ADMINS, AtDesk, Desk, console
from web.console.channel_list import name_of
from web.console.frame import frame
from web.console.gone import unless_gone
from web.http import moments, words
from web.http.bodies import form_of
from web.http.render import answer, see
from web.http.request import Incoming
from web.http.words import N_

HERE = "/settings/reports"
NEW = "new"
DONE = {
    "added": N_("The report is set up."),
    "saved": N_("Saved."),
    "removed": N_("The report is removed."),
    "off": N_("Not sent: the channel is off or removed."),
}
EVERY_DAY, EVERY_WEEK = N_("Every day"), N_("Every week on {day}")
SKIPPED = {
    "empty": N_("Not sent: there was nothing to tell."),
    "no_channel": N_("Not sent: the channel was off or removed."),
}


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """A report on the page. `last` is what became of the last one, with its link."""

    uid: str
    values: dict[str, str]
    channel: str
    next: str = ""
    last: str = ""
    last_link: str = ""
    broken: bool = False


@get("/")
async def page(request: Incoming, desk: AtDesk) -> Response[str]:
    return await _page(request, desk)


@get("/{uid:str}")
async def preview(request: Incoming, desk: AtDesk, uid: FromPath[str]) -> Response[str]:
    """What it would say now."""
    channel, text = await look.preview(desk.org.id, uid)
    context = {
        **await frame(request, desk),
        "uid": uid,
        "channel": channel or words.say(words.locale_of(request), N_("Removed channel")),
        "text": text,
    }
    return answer(request, "reports/preview.html", context)


@post("/new", status_code=200)
async def add(request: Incoming, desk: AtDesk) -> Response[Any]:
    form = form_of(request)
    try:
        await change.add(desk.org.id, report_form.raw(form), by=desk.by)
    except Invalid as error:
        return await _page(request, desk, NEW, form, error)
    return see(f"{HERE}?done=added")


@post("/{uid:str}", status_code=200)
async def save(request: Incoming, desk: AtDesk, uid: FromPath[str]) -> Response[Any]:
    form = form_of(request)
    try:
        await change.change(desk.org.id, uid, report_form.raw(form), by=desk.by)
    except Invalid as error:
        return await _page(request, desk, uid, form, error)
    return see(f"{HERE}?done=saved")


@post("/{uid:str}/remove", status_code=200)
async def remove(desk: AtDesk, uid: FromPath[str]) -> Response[Any]:
    removing = change.remove(desk.org.id, uid, by=desk.by)
    return await unless_gone(removing, f"{HERE}?done=removed", HERE)


@post("/{uid:str}/send", status_code=200)
async def send(desk: AtDesk, uid: FromPath[str]) -> Response[Any]:
    """Leads to its line of the log, which says what became of it."""
    delivery = await look.send_now(desk.org.id, uid, by=desk.by)
    return see(f"/deliveries/{delivery}" if delivery else f"{HERE}?done=off")


async def _page(
    request: Incoming,
    desk: Desk,
    where: str = "",
    form: dict[str, str] | None = None,
    error: Invalid | None = None,
) -> Response[str]:
    locale = words.locale_of(request)
    config = await read_channels(desk.org.id)
    channels = {each["uid"]: name_of(locale, each) for each in told_only(config["notifications"])}
    stored = await change.read(desk.org.id)
    lasts = {each.report: each for each in await look.lasts(desk.org, stored)}
    typed = report_form.typed(form) if form is not None else None
    problems = _problems(locale, where, error)
    context = {
        **await frame(request, desk),
        "lines": [
            _line(
                locale, desk, each, channels, lasts[each.uid], typed if each.uid == where else None
            )
            for each in stored
        ],
        "new": typed if where == NEW and typed else report_form.values_of(None),
        "full": len(stored) >= REPORTS_MAX,
        "channels": list(channels.items()),
        "every": _every(locale),
        "problems": problems,
        "faults": dict(reversed(problems)),
        "zone": desk.org.timezone,
        "flash": await undo.done(request, desk, DONE, "reports"),
    }
    return answer(request, "reports/page.html", context, status=422 if error else 200)


def _problems(locale: str, where: str, error: Invalid | None) -> list[tuple[str, str]]:
    return [
        (
            f"{where}-{each.pointer.strip('/') or 'channel'}",
            words.say(locale, each.detail, each.facts),
        )
        for each in (error.problems if error else [])
    ]


def _every(locale: str) -> list[tuple[str, str]]:
    named = get_day_names("wide", locale=unicode(locale))
    days = [words.say(locale, EVERY_WEEK, {"day": named[day]}) for day in range(7)]
    return list(zip(report_form.EVERY, [words.say(locale, EVERY_DAY), *days], strict=True))


def _line(
    locale: str,
    desk: Desk,
    stored: Stored,
    channels: dict[str, str],
    last: Last,
    typed: dict[str, str] | None,
) -> Line:
    said, now = "", dt.datetime.now(dt.UTC)
    if last.at is not None:
        said = words.short(locale, desk.zone, last.at)
        if last.skipped:
            said = f"{said} · {words.say(locale, SKIPPED[last.skipped])}"
    coming = moments.coming(locale, desk.zone, last.next_at, now) if last.next_at else ""
    return Line(
        uid=stored.uid,
        values=typed or report_form.values_of(stored),
        channel=channels.get(stored.channel, ""),
        next=coming,
        last=said,
        last_link=f"/deliveries/{last.delivery}" if last.delivery else "",
        broken=not last.is_on,
    )


router = console(HERE, [page, preview, add, save, remove, send], readers=ADMINS, writers=ADMINS)
