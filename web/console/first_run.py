"""The first account and the first channel, through the one-time link that the server prints at its
start: two things are typed, all others have a good default."""

from __future__ import annotations

import contextlib
from typing import Any

from litestar import Response, Router, get, post
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from app import settings, setup
from app.channel_settings.pasted import connect, read_pasted
from app.channels.paste import complete
from app.errors import Invalid, Problem, TooMany
from app.languages import LANGUAGES
from app.people import devices, passwords
from app.tables import Agent
from web.console import auth, hours_form, link_over
from web.console.entrance import enter, fresh_session
from web.console.frame import CHANNELS
from web.console.login_form import languages
from web.http import words
from web.http.bodies import form_of
from web.http.render import answer, see
from web.http.request import Incoming

START = "/start"
FIELDS = ("email", "password", "pasted", "shop", "site", "locale", "timezone")
FURTHER = ("shop", "site", "locale", "timezone")
"""Have a good default, and stand behind the others."""


@get("/{code:str}")
async def form(request: Incoming, code: FromPath[str]) -> Response[Any]:
    if not await setup.valid(code):
        return await _over(request, code)
    return _form(request, code, _first_values(request))


@post("/{code:str}", status_code=200)
async def create(request: Incoming, code: FromPath[str]) -> Response[Any]:
    """Makes the account, adds the channel and tests it."""
    if not await setup.valid(code):
        return await _over(request, code)
    values = {name: form_of(request).get(name, "") for name in FIELDS}
    if values["timezone"] not in hours_form.zones():
        values["timezone"] = settings.current().timezone
    if values["locale"] not in LANGUAGES:
        values["locale"] = words.locale_of(request)
    robot, faults = _robot(values["pasted"])
    try:
        account = {name: values[name] for name in FIELDS if name != "pasted"}
        agent = await setup.redeem(code, **account, faults=faults)
    except Invalid as error:
        return _form(request, code, values, error=error)
    to = await _connect(request, agent, robot)
    raw = await fresh_session(request, agent)
    mark = devices.marked(auth.device_of(request), agent.email)
    return enter(request, raw, see(to), mark)


def _robot(pasted: str) -> tuple[dict[str, Any] | None, list[Problem]]:
    """The channel that the pasted text leads to, and its faults."""
    try:
        return (read_pasted(pasted) if pasted.strip() else None), []
    except Invalid as error:
        return None, error.problems


async def _connect(request: Incoming, agent: Agent, robot: dict[str, Any] | None) -> str:
    """Adds and tests the channel; the address of the page to go on with. What a test says is shown
    there."""
    if robot is None:
        return START
    if not complete(robot["type"], robot):
        return f"{CHANNELS}/new?kind={robot['type']}"
    org = agent.organization
    with contextlib.suppress(TooMany):
        await connect(org, robot, request.app.state.egress, by=agent.name)
    return START


async def _over(request: Incoming, code: str) -> Response[Any]:
    """Whoever presses twice, or opens the link again, is shown where to sign in. Raises
    NotFoundException while nobody has set up."""
    if await setup.is_open():
        raise NotFoundException
    return link_over.page(request, f"/setup/{code}")


def _first_values(request: Incoming) -> dict[str, str]:
    return {
        **dict.fromkeys(FIELDS, ""),
        "password": passwords.suggested(),
        "locale": words.locale_of(request),
        "timezone": settings.current().timezone,
    }


def _form(
    request: Incoming, code: str, values: dict[str, str], *, error: Invalid | None = None
) -> Response[Any]:
    locale = words.locale_of(request)
    problems = words.of_fields(locale, error.problems if error else [])
    faults = dict.fromkeys(FIELDS, "") | dict(problems)
    context = {
        "action": f"/setup/{code}?lang={locale}",
        "values": values,
        "problems": problems,
        "faults": faults,
        "open_further": any(faults[name] for name in FURTHER),
        "locales": list(LANGUAGES.items()),
        "zones": [(name, name) for name in hours_form.zones()],
        "languages": languages(request, f"/setup/{code}"),
    }
    return answer(request, "setup.html", context, status=422 if problems else 200)


router = Router("/setup", route_handlers=[form, create], guards=[auth.from_our_own_pages])
