"""System settings, organization (系统设置 → 团队信息): its name, language and time zone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from litestar import Response, get, post

from app.brands.shape import NAME_MAX
from app.errors import Invalid
from app.languages import LANGUAGES
from app.people import organization_change
from web.console import hours_form, undo
from web.console.auth import ADMINS, AtDesk, Desk, console
from web.console.frame import frame
from web.http import words
from web.http.bodies import form_of
from web.http.render import answer, see
from web.http.request import Incoming
from web.http.words import N_

HERE = "/settings/organization"
DONE = {"saved": N_("Saved")}


@get("/")
async def page(request: Incoming, desk: AtDesk) -> Response[str]:
    return await _draw(request, desk)


@post("/", status_code=200)
async def save(request: Incoming, desk: AtDesk) -> Response[Any]:
    form = form_of(request)
    chosen = {name: form.get(name, "") for name in ("name", "locale", "timezone")}
    try:
        await organization_change.change(desk.org, **chosen, by=desk.by)
    except Invalid as error:
        return await _draw(request, desk, chosen, error)
    return see(f"{HERE}?done=saved")


async def _draw(
    request: Incoming,
    desk: Desk,
    typed: Mapping[str, str] | None = None,
    error: Invalid | None = None,
) -> Response[str]:
    org = desk.org
    problems = words.of_fields(words.locale_of(request), error.problems if error else [])
    context = {
        **await frame(request, desk),
        "values": typed or {"name": org.name, "locale": org.locale, "timezone": org.timezone},
        "problems": problems,
        "faults": dict(problems),
        "name_max": NAME_MAX,
        "locales": list(LANGUAGES.items()),
        "zones": [(name, name) for name in hours_form.zones()],
        "flash": await undo.done(request, desk, DONE, "shop"),
    }
    status = 422 if problems else 200
    return answer(request, "organizations/settings.html", context, status=status)


router = console(HERE, [page, save], readers=ADMINS, writers=ADMINS)
