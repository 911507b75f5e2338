"""The organizations of an account: which there are, and opening another."""

from __future__ import annotations

from typing import Any

from litestar import Response, get, post

from app.people import memberships, sessions
from web.console import auth, kept, role_words
from web.console.auth import AtDesk, console
from web.console.frame import frame
from web.http import words
from web.http.bodies import form_of
from web.http.render import answer, see
from web.http.request import Incoming

HERE = "/organizations"
# A form that was refused in another organization comes along.
KEPT_LIMIT = 256 * 1024


@get("/")
async def page(request: Incoming, desk: AtDesk) -> Response[str]:
    locale = words.locale_of(request)
    context = {**await frame(request, desk), "roles": role_words.names(locale)}
    return answer(request, "organizations/page.html", context)


@post("/open", status_code=200, request_max_body_size=KEPT_LIMIT)
async def open_one(request: Incoming, desk: AtDesk) -> Response[Any]:
    """The session has it open from now on, in every tab."""
    form = form_of(request)
    await memberships.open_for(desk.session, desk.account.id, form.get("agent", ""))
    unsent = kept.unpacked(form.get(kept.FIELD, ""))
    if unsent:
        return kept.resume(request, unsent, sessions.csrf(auth.cookie_value(request)), 200)
    return see(auth.safe_next(form.get("next", "")))


router = console(HERE, [page, open_one], writers=auth.EVERYBODY, anywhere=True)
