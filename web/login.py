"""Signing in and out, and the front door."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from litestar import Request, Response, Router, get, post

from app import agents, presence, sessions, setup
from app.errors import Invalid, TooMany
from app.tables import Agent
from web import auth, told, words
from web.address import client_ip
from web.auth import see
from web.bodies import form_of
from web.render import answer

Incoming = Request[Any, Any, Any]


@get("/")
async def home(request: Incoming) -> Response[Any]:
    """To the inbox; before the first account exists, a page that says how to make it."""
    if not await setup.is_open():
        return see(auth.HOME)
    return answer(request, "closed.html", {"languages": languages(request, "/")})


@get("/login")
async def form(request: Incoming) -> Response[Any]:
    if await setup.is_open():
        return see("/")
    return _form(request, auth.safe_next(request.query_params.get("next", "")))


@post("/login", status_code=200)
async def sign_in(request: Incoming) -> Response[Any]:
    values = form_of(request)
    next_page = auth.safe_next(request.query_params.get("next", ""))
    email = values.get("email", "")
    ip = client_ip(request)
    try:
        agent = await agents.sign_in(email, values.get("password", ""), address=ip)
    except Invalid as error:
        return _form(request, next_page, email=email, error=error)
    except TooMany as error:
        return _form(request, next_page, email=email, after=error.after)
    raw = await fresh_session(request, agent)
    return enter(request, raw, next_page)


@post("/", status_code=200)
async def sign_out(request: Incoming, desk: auth.AtDesk) -> Response[Any]:
    await presence.leave(desk.agent)
    await sessions.end(auth.cookie_value(request))
    return enter(request, "", "/login")


async def fresh_session(request: Incoming, agent: Agent) -> str:
    """A new session at every sign-in; whatever the browser had before is over."""
    if old := auth.cookie_value(request):
        await sessions.end(old)
    return await sessions.start(
        agent, address=client_ip(request), user_agent=told.line(request, "user-agent")
    )


def enter(request: Incoming, raw: str, address: str) -> Response[Any]:
    response = see(address)
    response.cookies.append(auth.session_cookie(request.app.state.settings, raw))
    return response


def _form(
    request: Incoming,
    next_page: str,
    *,
    email: str = "",
    error: Invalid | None = None,
    after: int = 0,
) -> Response[str]:
    locale = words.locale_of(request)
    action = f"/login?{urlencode({'next': next_page, 'lang': locale})}"
    problems = error.problems if error else []
    context = {
        "action": action,
        "email": email,
        "after": after,
        "problems": [("email", words.say(locale, each.detail, each.facts)) for each in problems],
        "languages": languages(request, f"/login?{urlencode({'next': next_page})}"),
    }
    status = 429 if after else 422 if problems else 200
    headers = {"Retry-After": str(after)} if after else None
    return answer(request, "login.html", context, status=status, headers=headers)


def languages(request: Incoming, path: str) -> list[tuple[str, str, str]]:
    mark = "&" if "?" in path else "?"
    return [(tag, name, f"{path}{mark}lang={tag}") for tag, name in words.LOCALES.items()]


router = Router("/", route_handlers=[home, form, sign_in], guards=[auth.from_our_own_pages])
out = auth.console("/logout", [sign_out], writers=auth.EVERYBODY)
