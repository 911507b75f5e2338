"""Creating the first account through the one-time link that the server prints at its start."""

from __future__ import annotations

from typing import Any

from litestar import Response, Router, get, post
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from app import settings, setup
from app.errors import Invalid
from app.languages import LANGUAGES
from app.people import devices
from web.console import auth, hours_form
from web.console.frame import CHANNELS
from web.console.login import enter, fresh_session
from web.console.login_form import languages
from web.http import words
from web.http.bodies import form_of
from web.http.render import answer, see
from web.http.request import Incoming

FIELDS = ("email", "password", "site", "locale", "timezone")


@get("/{code:str}")
async def form(request: Incoming, code: FromPath[str]) -> Response[Any]:
    await _must_be_valid(code)
    return _form(request, code, _first_values(request))


@post("/{code:str}", status_code=200)
async def create(request: Incoming, code: FromPath[str]) -> Response[Any]:
    await _must_be_valid(code)
    values = {name: form_of(request).get(name, "") for name in FIELDS}
    if values["timezone"] not in hours_form.zones():
        values["timezone"] = settings.current().timezone
    if values["locale"] not in LANGUAGES:
        values["locale"] = words.locale_of(request)
    try:
        agent = await setup.redeem(code, **values)
    except Invalid as error:
        return _form(request, code, values, error=error)
    raw = await fresh_session(request, agent)
    mark = devices.marked(auth.device_of(request), agent.email)
    return enter(request, raw, see(CHANNELS), mark)


async def _must_be_valid(code: str) -> None:
    if not await setup.valid(code):
        raise NotFoundException


def _first_values(request: Incoming) -> dict[str, str]:
    zone = settings.current().timezone
    return {"email": "", "site": "", "locale": words.locale_of(request), "timezone": zone}


def _form(
    request: Incoming, code: str, values: dict[str, str], *, error: Invalid | None = None
) -> Response[Any]:
    locale = words.locale_of(request)
    problems = [
        (each.pointer.removeprefix("/"), words.say(locale, each.detail, each.facts))
        for each in (error.problems if error else [])
    ]
    context = {
        "action": f"/setup/{code}?lang={locale}",
        "values": values,
        "problems": problems,
        "faults": dict.fromkeys(FIELDS, "") | dict(problems),
        "locales": list(LANGUAGES.items()),
        "zones": [(name, name) for name in hours_form.zones()],
        "languages": languages(request, f"/setup/{code}"),
    }
    return answer(request, "setup.html", context, status=422 if problems else 200)


router = Router("/setup", route_handlers=[form, create], guards=[auth.from_our_own_pages])
