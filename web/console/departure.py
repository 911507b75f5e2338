"""On the way to a provider, and what the browser keeps meanwhile."""

from __future__ import annotations

import uuid
from typing import Any

from litestar import Response
from litestar.datastructures import Cookie

from app import limits, settings
from app.errors import NotFound, TooMany
from app.single_sign_on import flow, pending, providers
from app.single_sign_on.faults import NotSignedIn
from app.single_sign_on.shape import Provider
from web.http import words
from web.http.address import client_ip
from web.http.render import see
from web.http.request import Incoming
from web.http.words import N_

OFF = N_("This way to sign in is off. Choose another.")
OFTEN = N_("Too many sign-ins from your network. Try again in {n} s.")


async def depart(
    request: Incoming, uid: object, next_page: str, session: uuid.UUID | None = None
) -> Response[Any]:
    """`session`: of whoever links an identity. Raises NotSignedIn."""
    try:
        await limits.allow_provider(client_ip(request))
    except TooMany as error:
        raise NotSignedIn("too_many", OFTEN, n=str(error.after)) from None
    where, kept = await flow.begin(
        request.app.state.egress,
        await provider_of(uid),
        next_page=next_page,
        lang=words.locale_of(request),
        session=session,
    )
    response = see(where)
    response.cookies.append(cookie(kept))
    return response


async def provider_of(uid: object) -> Provider:
    """Raises NotSignedIn when there is none by which people can sign in."""
    try:
        return await providers.living(uid)
    except NotFound:
        raise NotSignedIn("off", OFF) from None


def kept(request: Incoming) -> str:
    return request.cookies.get(cookie("").key, "")


def cookie(kept: str) -> Cookie:
    """An empty one is deleted."""
    secure = settings.current().secure_cookies
    return Cookie(
        key="__Host-provider" if secure else "provider",
        value=kept,
        max_age=pending.LIFETIME if kept else 0,
        path="/",
        httponly=True,
        secure=secure,
        # Not "strict": they come back from another site.
        samesite="lax",
    )
