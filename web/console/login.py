"""Signing in and out, and the page at /."""

from __future__ import annotations

from typing import Any

from litestar import Response, Router, get, post

from app import presence, setup
from app.errors import Invalid, TooMany
from app.people import agents, devices, sessions
from app.tables import Agent
from web.console import auth, kept, login_form
from web.http import told
from web.http.address import client_ip
from web.http.bodies import form_of
from web.http.render import PACKED, answer, see
from web.http.request import Incoming

# The sign-in carries the form that web.console.kept keeps.
KEPT_LIMIT = 256 * 1024


@get("/")
async def home(request: Incoming) -> Response[Any]:
    """To the inbox; before the first account exists, a page that says how to create it."""
    if not await setup.is_open():
        return see(auth.HOME)
    return answer(request, "closed.html", {"languages": login_form.languages(request, "/")})


@get("/login")
async def form(request: Incoming) -> Response[Any]:
    if await setup.is_open():
        return see("/")
    return login_form.draw(request, auth.safe_next(request.query_params.get("next", "")))


@post("/login", status_code=200, request_max_body_size=KEPT_LIMIT)
async def sign_in(request: Incoming) -> Response[Any]:
    values = form_of(request)
    next_page = auth.safe_next(request.query_params.get("next", ""))
    email, carried = values.get("email", ""), values.get(kept.FIELD, "")
    place = auth.place_of(request)
    try:
        agent = await agents.sign_in(email, values.get("password", ""), place)
    except Invalid as error:
        return login_form.draw(request, next_page, email=email, error=error, kept=carried)
    except TooMany as error:
        return login_form.draw(request, next_page, email=email, after=error.after, kept=carried)
    raw = await fresh_session(request, agent)
    unsent = kept.unpacked(carried)
    entered = kept.resume(request, unsent, sessions.csrf(raw), 200) if unsent else see(next_page)
    return enter(request, raw, entered, devices.marked(place.device, agent.email))


@post("/", status_code=200)
async def sign_out(request: Incoming, desk: auth.AtDesk) -> Response[Any]:
    await presence.leave(desk.agent)
    await sessions.end(auth.cookie_value(request))
    return enter(request, "", see("/login"))


async def fresh_session(request: Incoming, agent: Agent) -> str:
    """Starts a new session and ends the browser's old one. Returns the cookie's value."""
    if old := auth.cookie_value(request):
        await sessions.end(old)
    return await sessions.start(
        agent, address=client_ip(request), user_agent=told.line(request, "user-agent")
    )


def enter(request: Incoming, raw: str, response: Response[Any], device: str = "") -> Response[Any]:
    """The answer with the cookies of the session and of the device."""
    response.cookies.append(auth.session_cookie(raw))
    if device:
        response.cookies.append(auth.device_cookie(device))
    return response


router = Router(
    "/", route_handlers=[home, form, sign_in], guards=[auth.from_our_own_pages], middleware=[PACKED]
)
out = auth.console("/logout", [sign_out], writers=auth.EVERYBODY, anywhere=True)
