"""Signing in by a provider: to it, and back. Also for somebody who is signed in and links it."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from litestar import Response, Router, get
from litestar.params import FromPath

from app.errors import Invalid
from app.people import sessions
from app.single_sign_on import enter, flow, pending
from app.single_sign_on.faults import NotSignedIn, again
from app.single_sign_on.pending import Pending
from app.single_sign_on.shape import Person, Provider
from web.console import auth, identity, provider_buttons
from web.console.departure import cookie, depart, kept, provider_of
from web.console.entrance import admit, welcome
from web.http.address import on_record
from web.http.render import PACKED, see
from web.http.request import Incoming

QUIET = frozenset({"sign_in_over", "sign_in_denied"})
"""Not recorded: anybody can send such a request, as often as they like."""


@get("/{uid:str}")
async def begin(request: Incoming, uid: FromPath[str]) -> Response[Any]:
    """A link, not a form: forms may lead to ourselves only, also by way of a redirect."""
    next_page = auth.safe_next(request.query_params.get("next", ""))
    if request.headers.get("sec-fetch-site") == "cross-site":
        return see(f"/login?{urlencode({'next': next_page})}")
    try:
        return await depart(request, uid, next_page)
    except NotSignedIn as error:
        return await _refused(request, next_page, error)


@get("/{uid:str}/back")
async def back(request: Incoming, uid: FromPath[str]) -> Response[Any]:
    waiting = pending.opened(kept(request))
    if waiting is not None:
        request.scope["state"]["locale"] = waiting.lang
    try:
        response = await _came_back(request, uid)
    except NotSignedIn as error:
        response = await _refused(request, waiting.next_page if waiting else auth.HOME, error)
    response.cookies.append(cookie(""))
    return response


async def _came_back(request: Incoming, uid: str) -> Response[Any]:
    """Raises NotSignedIn."""
    provider = await provider_of(uid)
    waiting, person = await _known(request, provider)
    if waiting.session is not None:
        return await _ask_to_link(request, provider, waiting, person)
    agent = await enter.enter(provider, person, network=on_record(request))
    follow = admit if provider.config.asks_second else welcome
    return await follow(
        request, agent, waiting.next_page, how=provider.config.name, provider=provider.uid
    )


async def _known(request: Incoming, provider: Provider) -> tuple[Pending, Person]:
    said = {name: request.query_params.get(name, "") for name in request.query_params}
    try:
        return await flow.finish(request.app.state.egress, provider, kept(request), said)
    except NotSignedIn as error:
        if error.code not in QUIET:
            await enter.failed(provider, error, on_record(request))
        raise


async def _ask_to_link(
    request: Incoming, provider: Provider, waiting: Pending, person: Person
) -> Response[Any]:
    """Asks whoever began it whether to link. Raises NotSignedIn for anybody else."""
    signed = await sessions.find(auth.cookie_value(request))
    if signed is None or signed.id != waiting.session or signed.org.id != provider.organization:
        raise again("session")
    return await identity.ask(request, await auth.desk(request), provider, person)


async def _refused(request: Incoming, next_page: str, error: NotSignedIn) -> Response[Any]:
    """Why not, on the page where one signs in; for who is signed in, at their account."""
    told = Invalid.at("", error.code, error.detail, **error.facts)
    if await sessions.find(auth.cookie_value(request)) is not None:
        return await identity.refused(request, await auth.desk(request), told)
    wait = int(error.facts.get("n", "0"))
    return await provider_buttons.draw(request, next_page, error=told, wait=wait)


router = Router("/login/with", route_handlers=[begin, back], middleware=[PACKED])
