"""Choosing a new password by the link that an admin has made."""

from __future__ import annotations

from typing import Any

from litestar import Response, Router, get, post
from litestar.params import FromPath

from app.errors import Invalid
from app.people import account_links, passwords
from app.tables import Agent
from web.console import auth, link_over
from web.console.entrance import admit
from web.console.login_form import languages
from web.http import words
from web.http.bodies import form_of
from web.http.render import PACKED, answer
from web.http.request import Incoming


@get("/{code:str}")
async def form(request: Incoming, code: FromPath[str]) -> Response[Any]:
    agent = await account_links.forgetful(code)
    return _form(request, code, agent) if agent else link_over.page(request, f"/password/{code}")


@post("/{code:str}", status_code=200)
async def renew(request: Incoming, code: FromPath[str]) -> Response[Any]:
    agent = await account_links.forgetful(code)
    if agent is None:
        return link_over.page(request, f"/password/{code}")
    try:
        agent = await account_links.renew(code, form_of(request).get("password", ""))
    except Invalid as error:
        if error.problems[0].pointer == "/code":
            return link_over.page(request, f"/password/{code}")
        return _form(request, code, agent, error)
    return await admit(request, agent, auth.HOME, how="link")


def _form(
    request: Incoming, code: str, agent: Agent, error: Invalid | None = None
) -> Response[str]:
    locale = words.locale_of(request)
    problems = words.of_fields(locale, error.problems if error else [])
    context = {
        "action": f"/password/{code}?lang={locale}",
        "email": agent.email,
        "problems": problems,
        "faults": dict(problems),
        "min": passwords.MIN,
        "languages": languages(request, f"/password/{code}"),
    }
    return answer(request, "members/password.html", context, status=422 if problems else 200)


router = Router(
    "/password",
    route_handlers=[form, renew],
    guards=[auth.from_our_own_pages],
    middleware=[PACKED],
)
