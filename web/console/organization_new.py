"""Another organization, made by an owner of one where the installation allows it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from litestar import Response, get, post

from app.brands.shape import NAME_MAX
from app.errors import Invalid, NotFound
from app.people import memberships, organization_change
from web.console.auth import OWNERS, AtDesk, Desk, console
from web.console.frame import frame
from web.http import words
from web.http.bodies import form_of
from web.http.render import answer, see
from web.http.request import Incoming


@get("/")
async def page(request: Incoming, desk: AtDesk) -> Response[str]:
    _allow(desk)
    return await _draw(request, desk)


@post("/", status_code=200)
async def begin(request: Incoming, desk: AtDesk) -> Response[Any]:
    """It is open at once, at its first steps."""
    _allow(desk)
    form = form_of(request)
    typed = {"name": form.get("name", ""), "slug": form.get("slug", "")}
    try:
        org = await organization_change.begin(
            **typed,
            owner=desk.agent,
            like=desk.org,
            most=organization_change.OWNED_MAX,
            by=desk.by,
        )
    except Invalid as error:
        return await _draw(request, desk, typed, error)
    found = await memberships.of(desk.account.id)
    [own] = [each for each in found if each.organization == org.id]
    await memberships.open_for(desk.session, desk.account.id, own.agent)
    return see("/start")


def _allow(desk: Desk) -> None:
    """A sign-in by a provider opens its organization alone. Raises NotFound."""
    if not organization_change.may_begin(desk.agent.role) or desk.provider is not None:
        raise NotFound


async def _draw(
    request: Incoming,
    desk: Desk,
    typed: Mapping[str, str] | None = None,
    error: Invalid | None = None,
) -> Response[str]:
    problems = words.of_fields(words.locale_of(request), error.problems if error else [])
    context = {
        **await frame(request, desk),
        "values": typed or {"name": "", "slug": ""},
        "problems": problems,
        "faults": dict(problems),
        "name_max": NAME_MAX,
    }
    return answer(request, "organizations/new.html", context, status=422 if problems else 200)


router = console("/organizations/new", [page, begin], readers=OWNERS, writers=OWNERS, anywhere=True)
