"""System settings, response times (系统设置 → 回复时限): within how much office time messages
should be handled first, what visitors read of it, and who is told when it goes wrong."""

from __future__ import annotations

from typing import Any

from litestar import Response, get, post

from app import presence
from app.channel_settings.read import read as read_channels
from app.channels.kinds import told_only
from app.errors import Invalid
from app.targets import change
from web.console import target_form, undo
from web.console.act_form import categories
from web.console.auth import ADMINS, AtDesk, Desk, console
from web.console.channel_list import name_of
from web.console.frame import frame
from web.console.target_form import OWN, UNITS, Row
from web.http import words
from web.http.bodies import form_of
from web.http.render import answer, see
from web.http.request import Incoming
from web.http.words import N_

HERE = "/settings/targets"
DONE = {"saved": N_("Saved. It counts for messages from now on.")}
VISITORS = {
    "time": N_("By when their message is answered, on the receipt and in the confirmation"),
    "kept": N_("What was really kept in the last 30 days, already on the form"),
    "nothing": N_("Nothing"),
}


@get("/")
async def page(request: Incoming, desk: AtDesk) -> Response[str]:
    targets = await change.read(desk.org.id)
    known = await categories(desk.org, words.locale_of(request))
    rows = target_form.rows_of(targets, known)
    return await _page(request, desk, target_form.values_of(targets), rows, [])


@post("/", status_code=200)
async def save(request: Incoming, desk: AtDesk) -> Response[Any]:
    form = form_of(request)
    raw, inputs = target_form.raw(form)
    try:
        await change.save(desk.org.id, raw, by=desk.by)
    except Invalid as error:
        locale = words.locale_of(request)
        problems = words.of_inputs(locale, error.problems, inputs)
        known = await categories(desk.org, locale)
        values = {name: form.get(name, "") for name in ("minutes", "unit", "visitors", "warn")}
        rows = target_form.typed_rows(form, known)
        return await _page(request, desk, values, rows, problems)
    return see(f"{HERE}?done=saved")


async def _page(
    request: Incoming,
    desk: Desk,
    values: dict[str, str],
    rows: list[Row],
    problems: list[tuple[str, str]],
) -> Response[str]:
    locale = words.locale_of(request)
    channels = told_only((await read_channels(desk.org.id))["notifications"])

    def said(texts: dict[str, str]) -> list[tuple[str, str]]:
        return [(name, words.say(locale, text)) for name, text in texts.items()]

    context = {
        **await frame(request, desk),
        "values": values,
        "rows": rows,
        "shown": await categories(desk.org, locale),
        "units": said(UNITS),
        "own_units": said(OWN),
        "visitors": said(VISITORS),
        "channels": [(each["uid"], name_of(locale, each)) for each in channels],
        "channel_uids": {each["uid"] for each in channels},
        "has_hours": await presence.schedule_of(desk.org) is not None,
        "problems": problems,
        "faults": dict(reversed(problems)),
        "flash": await undo.done(request, desk, DONE, "targets", "hours"),
    }
    return answer(request, "targets/page.html", context, status=422 if problems else 200)


router = console(HERE, [page, save], readers=ADMINS, writers=ADMINS)
