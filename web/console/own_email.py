"""My account, another address (我的账号 → 登录邮箱): asking for it, confirming it by the link that
the new one gets, and stopping it by the link that the old one gets."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from litestar import Response, Router, get, post
from litestar.params import FromPath

from app.deliveries.personal import letter
from app.errors import Invalid, Problem, TooMany
from app.people import agents, devices, own_email
from app.people.factors import held
from app.people.own_email import CONFIRM, OBJECT
from web.console import auth, link_over
from web.console.account import TOO_OFTEN
from web.console.auth import EVERYBODY, AtDesk, Desk, console, place_of
from web.console.flash import flash
from web.console.frame import frame
from web.console.login_form import languages
from web.http import words
from web.http.bodies import form_of
from web.http.render import PACKED, answer, see
from web.http.request import Incoming
from web.http.words import N_

HERE = "/account/email"
STOP = "/address"
DONE = {
    "sent": N_("The link is on its way. Open it in the new mailbox."),
    "withdrawn": N_("Taken back. Your address stays as it is."),
}


@get("/")
async def page(request: Incoming, desk: AtDesk) -> Response[str]:
    return await _draw(request, desk)


@post("/", status_code=200)
async def ask(request: Incoming, desk: AtDesk) -> Response[Any]:
    if not held.is_fresh(desk.since):
        return see(HERE)
    form = form_of(request)
    try:
        await own_email.ask(
            desk.agent,
            form.get("email", ""),
            form.get("current", ""),
            place_of(request),
            proven=desk.provider is not None,
        )
    except Invalid as error:
        return await _draw(request, desk, form, error.problems)
    except TooMany as error:
        told = Problem("/current", "too_many", TOO_OFTEN, {"n": str(error.after)})
        return await _draw(request, desk, form, [told], status=429)
    return see(f"{HERE}?done=sent")


@post("/withdraw", status_code=200)
async def withdraw(desk: AtDesk) -> Response[Any]:
    await own_email.withdraw(desk.agent)
    return see(f"{HERE}?done=withdrawn")


@get("/{code:str}")
async def asked(request: Incoming, desk: AtDesk, code: FromPath[str]) -> Response[Any]:
    """A page with a button: what looks at links before people do changes nothing."""
    return await _confirm(request, desk, code)


@post("/{code:str}", status_code=200)
async def confirm(request: Incoming, desk: AtDesk, code: FromPath[str]) -> Response[Any]:
    try:
        address = await own_email.confirm(code, desk.agent)
    except Invalid as error:
        return await _confirm(request, desk, code, error)
    response = see("/account?done=email")
    if devices.known(mark := auth.device_of(request), desk.agent.email):
        # Who is known in this browser still is.
        response.cookies.append(auth.device_cookie(devices.marked(mark, address)))
    return response


async def _confirm(
    request: Incoming, desk: Desk, code: str, error: Invalid | None = None
) -> Response[str]:
    found = await own_email.found(code, CONFIRM)
    context = {
        **await frame(request, desk),
        "asked": found,
        "mine": found is not None and found.account == desk.account.id,
        "code": code,
        "problems": words.of_fields(
            words.locale_of(request), error.problems if error and found else []
        ),
    }
    status = 422 if error and found else 200
    return answer(request, "account/confirm.html", context, status=status if found else 404)


async def _draw(
    request: Incoming,
    desk: Desk,
    typed: Mapping[str, str] | None = None,
    found: list[Problem] | None = None,
    status: int = 422,
) -> Response[str]:
    problems = words.of_fields(words.locale_of(request), found or [])
    context = {
        **await frame(request, desk),
        "waiting": await own_email.waiting(desk.account.id),
        "possible": await letter.possible(desk.org.id),
        "fresh": held.is_fresh(desk.since),
        "again": auth.sign_in_address(HERE),
        "email_max": agents.ADDRESS_MAX,
        "values": typed or {"email": ""},
        "problems": problems,
        "faults": dict(problems),
        "flash": flash(request, DONE),
    }
    return answer(request, "account/email.html", context, status=status if problems else 200)


@get("/{code:str}")
async def objection(request: Incoming, code: FromPath[str]) -> Response[Any]:
    """For the old address, also where nobody is signed in."""
    found = await own_email.found(code, OBJECT)
    if found is None:
        return link_over.page(request, f"{STOP}/{code}", about="address")
    return _stop(request, code, found.new)


@post("/{code:str}", status_code=200)
async def object_to(request: Incoming, code: FromPath[str]) -> Response[Any]:
    try:
        await own_email.object_to(code)
    except Invalid:
        return link_over.page(request, f"{STOP}/{code}", about="address")
    return _stop(request, code)


def _stop(request: Incoming, code: str, new: str = "") -> Response[str]:
    """`new`: the address that is asked for; empty when it is stopped."""
    here = f"{STOP}/{code}"
    context = {"new": new, "action": here, "languages": languages(request, here)}
    return answer(request, "account/stop.html", context)


router = console(HERE, [page, ask, withdraw, asked, confirm], writers=EVERYBODY)
stop = Router(
    STOP,
    route_handlers=[objection, object_to],
    guards=[auth.from_our_own_pages],
    middleware=[PACKED],
)
