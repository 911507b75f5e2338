"""System settings, API tokens (系统设置 → 接口令牌): credentials of programs, each shown once."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence

from litestar import Response, get, post

from app.errors import Invalid, Problem
from app.people import members, token_shape, tokens
from app.reading.characters import plain
from web.console import token_words
from web.console.auth import ADMINS, AtDesk, Desk, console
from web.console.flash import flash
from web.console.frame import frame
from web.http import words
from web.http.bodies import all_of, form_of
from web.http.render import answer
from web.http.request import Incoming

HERE = "/settings/tokens"
DAYS = re.compile("[0-9]{1,4}")
FIRST = {"name": "", "days": str(token_shape.DAYS), "networks": ""}


@get("/")
async def page(request: Incoming, desk: AtDesk) -> Response[str]:
    now, locale = dt.datetime.now(dt.UTC), words.locale_of(request)
    found = await tokens.listed(desk.org.id)
    context = {
        **await frame(request, desk),
        "now": now,
        "living": [each for each in found if each.state(now) == "living"],
        "over": [each for each in found if each.state(now) != "living"],
        "soon": now + token_shape.SOON,
        "may": dict(token_words.may(locale)),
        "states": {key: words.say(locale, text) for key, text in token_words.STATES.items()},
        "by_command": tokens.BY,
        "disabled": {each.id for each in await members.of(desk.org.id) if each.disabled_at},
        "flash": flash(request, token_words.DONE),
    }
    return answer(request, "tokens/page.html", context)


@get("/new")
async def new(request: Incoming, desk: AtDesk) -> Response[str]:
    return await _draw(request, desk, FIRST, token_shape.READ_ONLY)


@post("/new", status_code=200)
async def create(request: Incoming, desk: AtDesk) -> Response[str]:
    form, scopes = form_of(request), all_of(request, "scopes")
    try:
        made = await tokens.create(
            desk.org.id,
            form.get("name", ""),
            scopes,
            days=days_of(form),
            networks=form.get("networks", ""),
            by=desk.by,
            maker=desk.agent.id,
        )
    except Invalid as error:
        return await _draw(request, desk, form, scopes, error.problems)
    return await shown_once(request, desk, made)


def days_of(form: Mapping[str, str]) -> int:
    """0, which no token has, for what is no number."""
    written = plain(form.get("days", "")).strip()
    return int(written) if DAYS.fullmatch(written) else 0


async def shown_once(request: Incoming, desk: Desk, made: str) -> Response[str]:
    context = {
        **await frame(request, desk),
        "token": made,
        "curl": token_words.curl(made),
        "row": await tokens.one(desk.org.id, made.split("_")[1]),
    }
    return answer(request, "tokens/made.html", context)


async def _draw(
    request: Incoming,
    desk: Desk,
    typed: Mapping[str, str],
    chosen: Sequence[str],
    found: Sequence[Problem] = (),
) -> Response[str]:
    locale = words.locale_of(request)
    problems = words.of_fields(locale, found)
    context = {
        **await frame(request, desk),
        "values": {**FIRST, **typed},
        "chosen": set(chosen),
        "may": token_words.may(locale),
        "days_max": token_shape.DAYS_MAX,
        "name_max": tokens.NAME_MAX,
        "problems": problems,
        "faults": dict(problems),
    }
    return answer(request, "tokens/new.html", context, status=422 if problems else 200)


router = console(HERE, [page, new, create], readers=ADMINS, writers=ADMINS)
