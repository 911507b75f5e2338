"""One's own account (我的账号): what everybody changes about themselves, and where they are signed
in."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath

from app import settings
from app.deliveries.personal.owe import way
from app.errors import Invalid, Problem, TooMany
from app.hours.at_work import works_at
from app.languages import LANGUAGES
from app.people import account, agents, handles, own_email, passwords, sessions
from app.people.factors import held
from app.people.sessions import SignIn
from app.reading import uids
from app.rotation import due
from app.single_sign_on import providers
from web.console import hours_form, identity, role_words
from web.console.auth import EVERYBODY, AtDesk, Desk, console, place_of
from web.console.entrance import enter, fresh_session
from web.console.flash import flash
from web.console.frame import frame
from web.http import browsers, words
from web.http.bodies import form_of
from web.http.render import answer, see
from web.http.request import Incoming
from web.http.words import N_

HERE = "/account"
DONE = {
    "saved": N_("Saved"),
    "password": N_("Your password is changed. You are signed out everywhere else."),
    "email": N_("Your address is changed. Sign in with it from now on."),
    "ended": N_("Signed out there"),
    "others": N_("Signed out everywhere else"),
    "linked": N_("Linked. You can sign in by it from now on."),
    "unlinked": N_("No longer linked"),
}
TOO_OFTEN = N_("Too many wrong passwords. Try again in {n} s.")


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """A sign-in in the list. `by`: the provider that signed them in."""

    uid: str
    device: str
    location: str
    sign_in: SignIn
    here: bool
    by: str


@get("/")
async def page(request: Incoming, desk: AtDesk) -> Response[str]:
    return await _draw(request, desk)


@post("/", status_code=200)
async def save(request: Incoming, desk: AtDesk) -> Response[Any]:
    form = form_of(request)
    try:
        await account.change(
            desk.agent,
            name=form.get("name", ""),
            locale=form.get("locale", ""),
            timezone=form.get("timezone", ""),
        )
    except Invalid as error:
        return await _draw(request, desk, form, error.problems)
    return see(f"{HERE}?done=saved")


@post("/mail", status_code=200)
async def choose_mail(request: Incoming, desk: AtDesk) -> Response[Any]:
    form = form_of(request)
    assigned, mentions = (form.get(name) == "yes" for name in ("assigned", "mentions"))
    await account.choose_mail(desk.agent, assigned=assigned, mentions=mentions)
    return see(f"{HERE}?done=saved#mail")


@post("/handles", status_code=200)
async def change_handles(request: Incoming, desk: AtDesk) -> Response[Any]:
    form = form_of(request)
    try:
        await handles.save(desk.org.id, desk.agent.id, form, by=desk.by)
    except Invalid as error:
        return await _draw(request, desk, form, error.problems)
    return see(f"{HERE}?done=saved#handles")


@post("/password", status_code=200)
async def change_password(request: Incoming, desk: AtDesk) -> Response[Any]:
    form, place = form_of(request), place_of(request)
    current, new = form.get("current", ""), form.get("password", "")
    try:
        await account.change_password(desk.agent, current, new, place)
    except Invalid as error:
        return await _draw(request, desk, {}, error.problems)
    except TooMany as error:
        told = Problem("/current", "too_many", TOO_OFTEN, {"n": str(error.after)})
        return await _draw(request, desk, {}, [told], status=429)
    raw = await fresh_session(request, desk.agent)
    return enter(request, raw, see(f"{HERE}?done=password"))


@post("/sessions/others/end", status_code=200)
async def end_others(desk: AtDesk) -> Response[Any]:
    await account.end_other_sessions(desk.agent, desk.session)
    return see(f"{HERE}?done=others#sessions")


@post("/sessions/{uid:str}/end", status_code=200)
async def end(desk: AtDesk, uid: FromPath[str]) -> Response[Any]:
    await account.end_session(desk.agent, uids.uid(uid))
    return see(f"{HERE}?done=ended#sessions")


async def _draw(
    request: Incoming,
    desk: Desk,
    typed: Mapping[str, str] | None = None,
    found: list[Problem] | None = None,
    status: int = 422,
) -> Response[str]:
    locale, own = words.locale_of(request), desk.account
    problems = words.of_fields(locale, found or [])
    kept = {"name": desk.agent.name, "locale": own.locale, "timezone": own.timezone}
    browser, organization = N_("As the browser says"), N_("As the organization: {zone}")
    zone = {"zone": desk.org.timezone}
    context = {
        **await frame(request, desk),
        "values": {**kept, **(typed or {})},
        "handles": {**await _handles(desk), **(typed or {})},
        "problems": problems,
        "faults": dict(problems),
        "locales": [("", words.say(locale, browser)), *LANGUAGES.items()],
        "zones": [
            ("", words.say(locale, organization, zone)),
            *((name, name) for name in hours_form.zones()),
        ],
        "roles": role_words.names(locale),
        "name_max": agents.NAME_MAX,
        "min": passwords.MIN,
        "factors": await held.of(desk.account.id),
        "lines": await _lines(locale, desk),
        "asked": await own_email.waiting(desk.account.id),
        "password_at": await due.password_at(desk.agent),
        "identities": await identity.lines(desk.org.id, desk.agent.account),
        "at_work": works_at(desk.agent.hours, dt.datetime.now(dt.UTC)),
        "way": await way(desk.org.id, desk.org.confirm_channel),
        "flash": flash(request, DONE),
    }
    return answer(request, "account/page.html", context, status=status if problems else 200)


async def _handles(desk: Desk) -> dict[str, str]:
    found: dict[str, str] = msgspec.to_builtins(await handles.of(desk.org.id, desk.agent.id))
    return found


async def _lines(locale: str, desk: Desk) -> list[Line]:
    regions, unknown = settings.current().regions, words.say(locale, N_("unknown"))
    names = {each.uid: each.config.name for each in await providers.of(desk.org.id)}
    return [
        Line(
            uid=str(each.id),
            device=browsers.name(each.user_agent) or unknown,
            location=regions.find(each.address).words,
            sign_in=each,
            here=each.id == desk.session,
            by=names.get(each.provider, "") if each.provider else "",
        )
        for each in await sessions.of(desk.account.id)
    ]


router = console(
    HERE,
    [page, save, choose_mail, change_handles, change_password, end_others, end],
    writers=EVERYBODY,
)
