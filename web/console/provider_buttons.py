"""The sign-in page with its ways to sign in by a provider."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from litestar import Response

from app.errors import NotFound
from app.people import organizations
from app.single_sign_on import providers
from web.console import login_form
from web.console.login_form import Button
from web.console.provider_words import LOGOS
from web.http import words
from web.http.request import Incoming


async def draw(request: Incoming, next_page: str, **more: Any) -> Response[str]:
    """As `login_form.draw`, with a button for each provider of the organization that `?org=` names,
    else of the first one of the installation."""
    try:
        org = await organizations.by_slug(login_form.slug_of(request) or organizations.FIRST)
    except NotFound:
        return login_form.draw(request, next_page, **more)
    query = urlencode({"next": next_page, "lang": words.locale_of(request)})
    buttons = [
        Button(
            name=each.config.name,
            href=f"/login/with/{each.uid}?{query}",
            logo=LOGOS.get(each.config.kind, ""),
        )
        for each in await providers.offered(org.id)
    ]
    return login_form.draw(request, next_page, buttons=buttons, **more)
