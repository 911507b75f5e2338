"""System settings, signing in (系统设置 → 登录方式): what the organization asks of who signs in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
from litestar import Response, get, post

from app.deliveries.personal import letter
from app.errors import Invalid
from app.people import sign_in_policy
from app.people.factors import held
from web.console import undo
from web.console.auth import ADMINS, AtDesk, Desk, console
from web.console.frame import frame
from web.http import words
from web.http.bodies import form_of
from web.http.render import answer, see
from web.http.request import Incoming
from web.http.words import N_

HERE = "/settings/sign-in"
DONE = {"saved": N_("Saved. It holds at once.")}
CHOICES = {
    "nobody": N_("Nobody; everybody may"),
    "admins": N_("Owners and admins"),
    "everybody": N_("Everybody"),
}
SWITCHES = ("passkeys", "mail_reset")


@get("/")
async def page(request: Incoming, desk: AtDesk) -> Response[str]:
    return await _draw(request, desk)


@post("/", status_code=200)
async def save(request: Incoming, desk: AtDesk) -> Response[Any]:
    form = form_of(request)
    try:
        await sign_in_policy.save(desk.org.id, form, by=desk.by)
    except Invalid as error:
        return await _draw(request, desk, form, error)
    return see(f"{HERE}?done=saved")


async def _draw(
    request: Incoming,
    desk: Desk,
    typed: Mapping[str, str] | None = None,
    error: Invalid | None = None,
) -> Response[str]:
    locale = words.locale_of(request)
    problems = words.of_fields(locale, error.problems if error else [])
    own = msgspec.to_builtins(sign_in_policy.of(desk.org))
    stored = {**own, **{name: "yes" if own[name] else "" for name in SWITCHES}}
    # A switch that is off is not sent.
    given = {**dict.fromkeys(SWITCHES, ""), **typed} if typed is not None else {}
    context = {
        **await frame(request, desk),
        "values": {**stored, **given},
        "problems": problems,
        "faults": dict(problems),
        "choices": [(key, words.say(locale, text)) for key, text in CHOICES.items()],
        "without": len(await held.without(desk.org.id)),
        "mails": await letter.possible(desk.org.id),
        "flash": await undo.done(request, desk, DONE, "sign_in"),
    }
    return answer(request, "sign_in/page.html", context, status=422 if problems else 200)


router = console(HERE, [page, save], readers=ADMINS, writers=ADMINS)
