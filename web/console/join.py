"""Joining by an invitation's link. It works without any script, and says so when it is over."""

from __future__ import annotations

from typing import Any

from litestar import Response, Router, get, post
from litestar.params import FromPath

from app.errors import Invalid
from app.languages import LANGUAGES
from app.people import account_links, agents, devices, passwords
from app.people.account_links import Invitation
from app.people.organizations import by_id
from web.console import auth, hours_form, link_over, role_words
from web.console.entrance import enter, fresh_session
from web.console.login_form import languages
from web.http import words
from web.http.bodies import form_of
from web.http.render import PACKED, answer, see
from web.http.request import Incoming

FIELDS = ("name", "email", "locale", "timezone")


@get("/{code:str}")
async def form(request: Incoming, code: FromPath[str]) -> Response[Any]:
    invitation = await account_links.invited(code)
    if invitation is None:
        return link_over.page(request, f"/join/{code}")
    return await draw(request, code, invitation)


@post("/{code:str}", status_code=200)
async def join(request: Incoming, code: FromPath[str]) -> Response[Any]:
    invitation, typed = await account_links.invited(code), form_of(request)
    if invitation is None:
        return link_over.page(request, f"/join/{code}")
    values = {name: typed.get(name, "") for name in FIELDS}
    zone = (await by_id(invitation.organization)).timezone
    if values["timezone"] == zone or values["timezone"] not in hours_form.zones():
        # Theirs is the organization's, also when it moves.
        values["timezone"] = ""
    if values["locale"] not in LANGUAGES:
        values["locale"] = words.locale_of(request)
    try:
        agent = await account_links.join(code, **values, password=typed.get("password", ""))
    except Invalid as error:
        if error.problems[0].pointer == "/code":
            return link_over.page(request, f"/join/{code}")
        return await draw(request, code, invitation, values, error)
    raw = await fresh_session(request, agent)
    mark = devices.marked(auth.device_of(request), agent.email)
    return enter(request, raw, see(auth.HOME), mark)


async def draw(
    request: Incoming,
    code: str,
    invitation: Invitation,
    values: dict[str, str] | None = None,
    error: Invalid | None = None,
) -> Response[str]:
    locale = words.locale_of(request)
    problems = words.of_fields(locale, error.problems if error else [])
    org = await by_id(invitation.organization)
    first = {"name": "", "email": "", "locale": locale, "timezone": org.timezone}
    context = {
        "desk": await auth.desk_or_none(request),
        "code": code,
        "org": org,
        "action": f"/join/{code}?lang={locale}",
        "invitation": invitation,
        "role": role_words.names(locale)[invitation.role],
        "may": role_words.may(locale)[invitation.role],
        "values": values or first,
        "problems": problems,
        "faults": dict.fromkeys((*FIELDS, "password"), "") | dict(problems),
        "name_max": agents.NAME_MAX,
        "min": passwords.MIN,
        "locales": list(LANGUAGES.items()),
        "zones": [(name, name) for name in hours_form.zones()],
        "languages": languages(request, f"/join/{code}"),
    }
    return answer(request, "members/join.html", context, status=422 if problems else 200)


router = Router(
    "/join",
    route_handlers=[form, join],
    guards=[auth.from_our_own_pages],
    middleware=[PACKED],
)
