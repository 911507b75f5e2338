"""System settings, providers (系统设置 → 登录方式 → 登录平台): who else signs members in."""

from __future__ import annotations

from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath

from app import settings
from app.single_sign_on import change, providers
from app.single_sign_on.kinds import KINDS
from web.console import login_form
from web.console.auth import ADMINS, AtDesk, console
from web.console.flash import flash
from web.console.frame import frame
from web.console.gone import unless_gone
from web.console.provider_words import LOGOS, NAMES, PURPOSES
from web.http import words
from web.http.bodies import form_of
from web.http.render import answer, see
from web.http.request import Incoming
from web.http.words import N_

HERE = "/settings/sign-in/providers"
DONE = {
    "saved": N_("Saved. It holds at once."),
    "removed": N_("Removed. Nobody can sign in by it any more."),
    "on": N_("On: it has a button on the sign-in page."),
    "off": N_("Off: nobody can sign in by it. Who is signed in stays so."),
}


@get("/")
async def page(request: Incoming, desk: AtDesk) -> Response[str]:
    locale = words.locale_of(request)
    context = {
        **await frame(request, desk),
        "flash": flash(request, DONE),
        "providers": await providers.of(desk.org.id),
        "kinds": [(kind, *named(locale, kind)) for kind in KINDS],
        "names": {kind: words.say(locale, name) for kind, name in NAMES.items()},
        "logos": LOGOS,
        "address": sign_in_address(desk.org.slug),
    }
    return answer(request, "single_sign_on/page.html", context)


@post("/{uid:str}/switch", status_code=200)
async def switch(request: Incoming, desk: AtDesk, uid: FromPath[str]) -> Response[Any]:
    on = form_of(request).get("on") == "yes"
    await change.switch(desk.org.id, uid, on=on, by=desk.by)
    return see(f"{HERE}?done={'on' if on else 'off'}")


@post("/{uid:str}/remove", status_code=200)
async def remove(desk: AtDesk, uid: FromPath[str]) -> Response[Any]:
    removing = change.remove(desk.org.id, uid, by=desk.by)
    return await unless_gone(removing, f"{HERE}?done=removed", HERE)


def named(locale: str, kind: str) -> tuple[str, str]:
    """Name and purpose of a kind."""
    return words.say(locale, NAMES[kind]), words.say(locale, PURPOSES[kind])


def sign_in_address(slug: str) -> str:
    """Of the sign-in page with this organization's buttons."""
    return settings.current().base_url + login_form.page_of(slug)


router = console(HERE, [page, switch, remove], readers=ADMINS, writers=ADMINS)
