"""System settings, one API token: what it may do, its last requests, rotation and revoking."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from litestar import Response, get, post
from litestar.params import FromPath

from app.errors import Conflict, Invalid, Problem
from app.people import members, token_log, token_shape, tokens
from app.reading import dates
from web.console import token_words
from web.console.auth import ADMINS, AtDesk, Desk, console
from web.console.flash import flash
from web.console.frame import frame
from web.console.tokens import HERE, days_of, shown_once
from web.http import words
from web.http.bodies import form_of
from web.http.render import answer, see
from web.http.request import Incoming
from web.http.words import N_

NO_TIME = N_("Enter a time")


@get("/{uid:str}")
async def page(request: Incoming, desk: AtDesk, uid: FromPath[str]) -> Response[str]:
    return await _draw(request, desk, uid)


@post("/{uid:str}/rotate", status_code=200)
async def rotate(request: Incoming, desk: AtDesk, uid: FromPath[str]) -> Response[str]:
    form = form_of(request)
    until = dates.moment(form.get("until", ""), desk.zone)
    try:
        if until is None:
            raise Invalid([Problem("/until", "required", NO_TIME)])
        days = days_of(form)
        made = await tokens.rotate(
            desk.org.id, uid, until=until, days=days, by=desk.by, maker=desk.agent.id
        )
    except Invalid as error:
        return await _draw(request, desk, uid, error.problems, form)
    except Conflict as error:
        return await _draw(request, desk, uid, [Problem("", error.code, error.detail)], status=409)
    return await shown_once(request, desk, made)


@post("/{uid:str}/end-old", status_code=200)
async def end_old(desk: AtDesk, uid: FromPath[str]) -> Response[Any]:
    await tokens.one(desk.org.id, uid)
    await tokens.end_old(desk.org.id, uid, by=desk.by)
    return see(f"{HERE}/{uid}?done=ended")


@post("/{uid:str}/revoke", status_code=200)
async def revoke(desk: AtDesk, uid: FromPath[str]) -> Response[Any]:
    """Twice is as once: another tab has done it."""
    await tokens.one(desk.org.id, uid)
    await tokens.revoke(desk.org.id, uid, by=desk.by)
    return see(f"{HERE}?done=revoked")


async def _draw(
    request: Incoming,
    desk: Desk,
    uid: str,
    found: Sequence[Problem] = (),
    typed: Mapping[str, str] | None = None,
    status: int = 422,
) -> Response[str]:
    now, locale = dt.datetime.now(dt.UTC), words.locale_of(request)
    row = await tokens.one(desk.org.id, uid)
    problems = words.of_fields(locale, found)
    context = {
        **await frame(request, desk),
        "row": row,
        "now": now,
        "state": row.state(now),
        "states": {key: words.say(locale, text) for key, text in token_words.STATES.items()},
        "may": token_words.sentences(locale, row.scopes),
        "old_works": row.old_works(now),
        "requests": await token_log.of(row.id),
        "kept": token_log.KEPT,
        "values": {
            "until": _typed(desk.zone, now + token_shape.OVERLAP),
            "days": str(token_shape.DAYS),
            **(typed or {}),
        },
        "days_max": token_shape.DAYS_MAX,
        "overlap_max": token_shape.OVERLAP_MAX.days,
        "by_command": tokens.BY,
        "disabled": {each.id for each in await members.of(desk.org.id) if each.disabled_at},
        "problems": problems,
        "faults": dict(problems),
        "flash": flash(request, token_words.DONE),
    }
    return answer(request, "tokens/token.html", context, status=status if problems else 200)


def _typed(zone: str, moment: dt.datetime) -> str:
    """As the field of a browser has it."""
    return moment.astimezone(ZoneInfo(zone)).strftime("%Y-%m-%dT%H:%M")


router = console(HERE, [page, rotate, end_old, revoke], readers=ADMINS, writers=ADMINS)
