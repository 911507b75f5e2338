"""Signing in and out, and the page at /."""

from __future__ import annotations

from typing import Any

from litestar import Response, Router, get, post

from app import presence, setup
from app.errors import Invalid, Problem, TooMany
from app.people import agents, sessions, sign_in_policy
from app.people.factors import second
from web.console import auth, kept, login_form, provider_buttons, second_form
from web.console.entrance import admit, enter, welcome
from web.http.bodies import form_of
from web.http.render import PACKED, answer, see
from web.http.request import Incoming
from web.http.words import N_

# The sign-in carries the form that web.console.kept keeps.
KEPT_LIMIT = 256 * 1024
ASKED = N_("Your organization asks for your password first; the passkey comes after it.")
OVER = N_("That took too long. Sign in again.")


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
    return await provider_buttons.draw(request, _next(request))


@post("/login", status_code=200, request_max_body_size=KEPT_LIMIT)
async def sign_in(request: Incoming) -> Response[Any]:
    values, place = form_of(request), auth.place_of(request)
    email, carried = values.get("email", ""), values.get(kept.FIELD, "")
    code = values.get("code", "")
    proven = await second.is_proven(email, code, address=place.address)
    try:
        agent = await agents.sign_in(email, values.get("password", ""), place, proven=proven)
    except Invalid as error:
        return await _again(request, email=email, error=error, kept=carried)
    except TooMany as error:
        return await _again(request, email=email, after=error.after, kept=carried)
    if proven:
        return await welcome(request, agent, _next(request), carried, how="code")
    return await admit(request, agent, _next(request), carried)


@post("/login/second", status_code=200, request_max_body_size=KEPT_LIMIT)
async def prove(request: Incoming) -> Response[Any]:
    """The second factor: a code, or what a passkey has signed."""
    values, place = form_of(request), auth.place_of(request)
    half, carried = values.get("half", ""), values.get(kept.FIELD, "")
    agent = await second.whole(half)
    if agent is None:
        over = Invalid([Problem("", "over", OVER)])
        return await _again(request, error=over, kept=carried)
    try:
        how = await second.prove(
            agent,
            code=values.get("code", "").strip() or values.get("recovery", ""),
            response=values.get("response", ""),
            place=place,
        )
    except Invalid as error:
        return await second_form.draw(
            request, agent, half, _next(request), kept=carried, error=error
        )
    except TooMany as error:
        return await second_form.draw(
            request, agent, half, _next(request), kept=carried, after=error.after
        )
    remember = values.get("remember") == "yes"
    provider = second.provider_in(half)
    return await welcome(
        request, agent, _next(request), carried, how=how, remember=remember, provider=provider
    )


@post("/login/passkey", status_code=200, request_max_body_size=KEPT_LIMIT)
async def with_passkey(request: Incoming) -> Response[Any]:
    """Without a password: the passkey says who it is, and its device has verified that it is
    them."""
    values, place = form_of(request), auth.place_of(request)
    carried = values.get(kept.FIELD, "")
    try:
        agent = await second.owner_of(values.get("response", ""), place)
    except Invalid as error:
        return await _again(request, error=error, kept=carried)
    except TooMany as error:
        return await _again(request, after=error.after, kept=carried)
    if not (await sign_in_policy.for_account(agent.account)).passkeys:
        asked = Invalid([Problem("", "password_first", ASKED)])
        return await _again(request, email=agent.email, error=asked, kept=carried)
    return await welcome(request, agent, _next(request), carried, how="passkey alone")


@post("/login/resume", status_code=200, request_max_body_size=KEPT_LIMIT)
async def resume(request: Incoming) -> Response[Any]:
    """Goes on with what was being written, once they have signed in in another tab."""
    carried = form_of(request).get(kept.FIELD, "")
    unsent, raw = kept.unpacked(carried), auth.cookie_value(request)
    if unsent is None:
        return see(auth.HOME)
    if await sessions.find(raw) is None:
        return await _again(request, kept=carried)
    return kept.resume(request, unsent, sessions.csrf(raw), 200)


@post("/", status_code=200)
async def sign_out(request: Incoming, desk: auth.AtDesk) -> Response[Any]:
    await presence.leave(desk.agent)
    await sessions.end(auth.cookie_value(request))
    # A provider's button is on the page of its organization.
    back = login_form.page_of(desk.org.slug) if desk.provider else "/login"
    return enter(request, "", see(back))


def _next(request: Incoming) -> str:
    return auth.safe_next(request.query_params.get("next", ""))


async def _again(request: Incoming, **more: Any) -> Response[Any]:
    return await provider_buttons.draw(request, _next(request), **more)


router = Router(
    "/",
    route_handlers=[home, form, sign_in, prove, with_passkey, resume],
    guards=[auth.from_our_own_pages],
    middleware=[PACKED],
)
out = auth.console("/logout", [sign_out], writers=auth.EVERYBODY, anywhere=True)
