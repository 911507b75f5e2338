"""Asking for a new password (忘记密码): by mail where an organization has a way, else whom to
ask."""

from __future__ import annotations

from typing import Any

from litestar import Response, Router, get, post

from app.errors import TooMany
from app.people import forgotten
from web.console import auth
from web.console.login_form import languages
from web.http.address import client_ip
from web.http.bodies import form_of
from web.http.render import PACKED, answer
from web.http.request import Incoming

HERE = "/password"


@get("/")
async def page(request: Incoming) -> Response[str]:
    return await _draw(request)


@post("/", status_code=200)
async def ask(request: Incoming) -> Response[Any]:
    """Says the same for every address."""
    try:
        await forgotten.ask(form_of(request).get("email", ""), client_ip(request))
    except TooMany as error:
        return await _draw(request, after=error.after)
    return await _draw(request, asked=True)


async def _draw(request: Incoming, *, asked: bool = False, after: int = 0) -> Response[str]:
    context = {
        "offered": await forgotten.is_offered(),
        "asked": asked,
        "after": after,
        "languages": languages(request, HERE),
    }
    headers = {"Retry-After": str(after)} if after else None
    return answer(request, "forgot.html", context, status=429 if after else 200, headers=headers)


router = Router(
    HERE, route_handlers=[page, ask], guards=[auth.from_our_own_pages], middleware=[PACKED]
)
