"""One's own account, identities: providers by which one signs in, linked and unlinked."""

from __future__ import annotations

import uuid
from typing import Any

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath

from app.errors import Invalid, NotFound
from app.single_sign_on import identities, offers, providers
from app.single_sign_on.faults import NotSignedIn
from app.single_sign_on.identities import Identity
from app.single_sign_on.shape import Person, Provider
from web.console.auth import EVERYBODY, AtDesk, Desk, console
from web.console.departure import depart
from web.console.frame import frame
from web.console.provider_words import LOGOS
from web.http import words
from web.http.bodies import form_of
from web.http.render import answer, see
from web.http.request import Incoming
from web.http.words import N_

HERE = "/account/identities"
BACK = "/account"
OVER = N_("This page was open for too long. Link the provider once more.")


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """A provider, and who they are there."""

    uid: str
    name: str
    logo: str
    linked: list[Identity]

    @property
    def pair(self) -> tuple[str, str]:
        """As a choice among others."""
        return self.uid, self.name


async def lines(organization: uuid.UUID, account: uuid.UUID) -> list[Line]:
    """The organization's providers, each with the account's identities there."""
    own = await identities.of(organization, account)
    return [
        Line(
            uid=str(each.uid),
            name=each.config.name,
            logo=LOGOS.get(each.config.kind, ""),
            linked=[one for one in own if one.provider == each.uid],
        )
        for each in await providers.of(organization)
        if each.enabled or any(one.provider == each.uid for one in own)
    ]


@get("/{uid:str}/link")
async def link(request: Incoming, desk: AtDesk, uid: FromPath[str]) -> Response[Any]:
    """To the provider. What comes back is linked when they say so on our page."""
    await providers.one(desk.org.id, uid)
    try:
        return await depart(request, uid, BACK, desk.session)
    except NotSignedIn as error:
        told = Invalid.at("", error.code, error.detail, **error.facts)
        return await refused(request, desk, told)


async def ask(request: Incoming, desk: Desk, provider: Provider, person: Person) -> Response[Any]:
    """The page that asks: a link from elsewhere could have begun this, with somebody else signed in
    at the provider."""
    context = {
        **await frame(request, desk),
        "name": provider.config.name,
        "person": person,
        "offer": offers.sealed(provider.uid, desk.session, person),
        "faults": [],
    }
    return answer(request, "account/identity.html", context)


async def refused(request: Incoming, desk: Desk, error: Invalid) -> Response[Any]:
    """Why nothing was linked."""
    locale = words.locale_of(request)
    context = {
        **await frame(request, desk),
        "name": "",
        "person": None,
        "offer": "",
        "faults": [words.say(locale, each.detail, each.facts) for each in error.problems],
    }
    return answer(request, "account/identity.html", context, status=422)


@post("/link", status_code=200)
async def confirm(request: Incoming, desk: AtDesk) -> Response[Any]:
    offer = offers.opened(form_of(request).get("offer", ""), desk.session)
    if offer is None:
        return await refused(request, desk, Invalid.at("", "link_over", OVER))
    try:
        found = await providers.one(desk.org.id, offer.provider)
        await identities.link(
            desk.org.id, found.uid, found.config, offer.person, desk.agent, own=True, by=desk.by
        )
    except NotFound:
        return await refused(request, desk, Invalid.at("", "link_over", OVER))
    except Invalid as error:
        return await refused(request, desk, error)
    return see(f"{BACK}?done=linked#identities")


@post("/{uid:str}/unlink", status_code=200)
async def unlink(desk: AtDesk, uid: FromPath[str]) -> Response[Any]:
    await identities.unlink(desk.org.id, desk.agent, uid, by=desk.by)
    return see(f"{BACK}?done=unlinked#identities")


router = console(HERE, [link, confirm, unlink], readers=EVERYBODY, writers=EVERYBODY)
