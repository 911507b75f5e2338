"""System settings, on duty (系统设置 → 值班表): who is on duty when, and whom notices mention."""

from __future__ import annotations

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
from litestar import Response, get, post

from app import presence
from app.channels.handles import Handles
from app.errors import Invalid
from app.rota import calling, change
from app.rota.calling import Person
from app.rota.shape import Duty
from web.console import hours_view, rota_form, undo
from web.console.auth import ADMINS, AtDesk, Desk, console
from web.console.frame import frame
from web.console.rota_form import Typed
from web.http import words
from web.http.bodies import form_of
from web.http.render import answer, see, wants_fragment
from web.http.request import Incoming
from web.http.words import N_

HERE = "/settings/rota"
DONE = {"saved": N_("Saved. It counts at once.")}
NOBODY = "–"
GONE = N_("Somebody who is gone")


@get("/")
async def page(request: Incoming, desk: AtDesk) -> Response[str]:
    found = await change.read(desk.org.id)
    return await _page(request, desk, rota_form.shown(found, _today(desk)), [])


@post("/", status_code=200)
async def save(request: Incoming, desk: AtDesk) -> Response[Any]:
    typed = rota_form.typed(form_of(request))
    if more := request.query_params.get("do", ""):
        return await _page(request, desk, rota_form.with_more(typed, more), [], more=more)
    kept = rota_form.shown(await change.read(desk.org.id), _today(desk)).over
    raw, inputs = rota_form.raw(msgspec.structs.replace(typed, over=kept))
    try:
        await change.save(desk.org.id, raw, by=desk.by)
    except Invalid as error:
        locale = words.locale_of(request)
        problems = words.of_inputs(locale, error.problems, inputs)
        return await _page(request, desk, typed, problems)
    return see(f"{HERE}?done=saved")


def _today(desk: Desk) -> dt.date:
    return dt.datetime.now(ZoneInfo(desk.org.timezone)).date()


async def _page(
    request: Incoming,
    desk: Desk,
    rota: Typed,
    problems: list[tuple[str, str]],
    *,
    more: str = "",
) -> Response[str]:
    """`more`: the part of the form that gets a row; nothing is saved."""
    locale = words.locale_of(request)
    duty, people = await calling.now(desk.org.id)
    context = {
        **await frame(request, desk),
        "rota": rota,
        "people": _options(locale, rota, people),
        "weekdays": hours_view.weekdays(locale),
        "names_nobody": not any(_named(rota)),
        "on_duty": _names(duty.now, people),
        "then": _names(duty.then, people),
        "silent": _silent(desk, rota, duty, people),
        "has_hours": await presence.schedule_of(desk.org) is not None,
        "problems": problems,
        "faults": dict(reversed(problems)),
        "most": {"shifts": change.SHIFTS_MAX, "swaps": change.SWAPS_MAX},
        "flash": await undo.done(request, desk, DONE, "rota"),
    }
    part = more in {"shifts", "swaps"} and wants_fragment(request)
    page = f"rota/{more}.html" if part else "rota/page.html"
    return answer(request, page, context, status=422 if problems else 200)


def _named(rota: Typed) -> set[str]:
    named = {uid for row in rota.shifts for uid in row.agents} | set(rota.backups)
    return named | {uid for each in rota.swaps for uid in (each.agent, each.instead_of)}


def _options(locale: str, rota: Typed, people: dict[str, Person]) -> list[tuple[str, str]]:
    """Those who work here, and who is still named and does not."""
    named = _named(rota)
    gone = words.say(locale, GONE)
    return [
        ("", NOBODY),
        *((uid, each.name) for uid, each in people.items()),
        *((uid, gone) for uid in sorted(named) if uid and uid not in people),
    ]


def _names(uids: tuple[str, ...], people: dict[str, Person]) -> list[str]:
    return [people[uid].name for uid in uids if uid in people]


def _silent(
    desk: Desk, rota: Typed, duty: Duty, people: dict[str, Person]
) -> list[tuple[str, str]]:
    """(address, name) of those on the rota whom no robot can mention."""
    mine = str(desk.agent.id)
    named = dict.fromkeys(uid for row in rota.shifts for uid in row.agents)
    named |= dict.fromkeys([*rota.backups, *duty.now, *duty.then])
    return [
        ("/account" if uid == mine else f"/settings/members/{uid}", people[uid].name)
        for uid in named
        if uid in people and people[uid].handles == Handles()
    ]


router = console(HERE, [page, save], readers=ADMINS, writers=ADMINS)
