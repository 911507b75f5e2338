"""My account, signing in (我的账号 → 登录保护): authenticator app, passkeys, recovery codes, and
browsers that are remembered. It is changed only soon after a sign-in."""

from __future__ import annotations

import datetime as dt
from typing import Any

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath
from markupsafe import Markup

from app import settings
from app.errors import Invalid, NotFound
from app.people import devices, sign_in_policy
from app.people.factors import change, held, passkeys, remembered, totp
from app.people.factors.remembered import Device
from app.reading import uids
from web.console import auth
from web.console.auth import EVERYBODY, FACTORS, AtDesk, Desk, console
from web.console.flash import flash
from web.console.frame import frame
from web.console.phone import drawn
from web.http import browsers, told, words
from web.http.bodies import form_of
from web.http.render import answer, see
from web.http.request import Incoming
from web.http.words import N_

HERE = FACTORS
DONE = {
    "app": N_("The authenticator app is set up. You are asked for its code at the next sign-in."),
    "app-off": N_("The authenticator app is removed"),
    "passkey": N_("The passkey is added"),
    "passkey-off": N_("The passkey is removed"),
    "renamed": N_("Renamed"),
    "device-off": N_("This browser is asked for the second factor again"),
    "devices-off": N_("Every browser is asked for the second factor again"),
}


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """A remembered browser in the list."""

    uid: str
    name: str
    location: str
    device: Device
    here: bool


@get("/")
async def page(request: Incoming, desk: AtDesk) -> Response[str]:
    return await _draw(request, desk)


@post("/app", status_code=200)
async def begin_app(desk: AtDesk) -> Response[Any]:
    if not held.is_fresh(desk.since):
        return see(HERE)
    await totp.begin(desk.account.id)
    return see(f"{HERE}/app")


@get("/app")
async def app_page(request: Incoming, desk: AtDesk) -> Response[Any]:
    """The QR code, shown until its first code is typed."""
    return await _app(request, desk)


@post("/app/confirm", status_code=200)
async def confirm_app(request: Incoming, desk: AtDesk) -> Response[Any]:
    if not held.is_fresh(desk.since):
        return see(HERE)
    try:
        made = await change.confirm_app(desk.agent, form_of(request).get("code", ""), desk.session)
    except Invalid as error:
        return await _app(request, desk, error)
    return await _shown_once(request, desk, made, "app")


@post("/app/remove", status_code=200)
async def remove_app(desk: AtDesk) -> Response[Any]:
    if not held.is_fresh(desk.since):
        return see(HERE)
    await change.remove_app(desk.agent)
    return see(f"{HERE}?done=app-off")


@post("/codes", status_code=200)
async def renew_codes(request: Incoming, desk: AtDesk) -> Response[Any]:
    if not held.is_fresh(desk.since):
        return see(HERE)
    return await _shown_once(request, desk, await change.renew_codes(desk.agent), "codes")


@post("/passkeys", status_code=200)
async def add_passkey(request: Incoming, desk: AtDesk) -> Response[Any]:
    if not held.is_fresh(desk.since):
        return see(HERE)
    form = form_of(request)
    name = form.get("name", "").strip() or browsers.name(told.line(request, "user-agent"))
    try:
        made = await change.add_passkey(desk.agent, form.get("response", ""), name, desk.session)
    except Invalid as error:
        return await _draw(request, desk, error)
    return await _shown_once(request, desk, made, "passkey")


@post("/passkeys/{uid:str}", status_code=200)
async def rename_passkey(request: Incoming, desk: AtDesk, uid: FromPath[str]) -> Response[Any]:
    name = form_of(request).get("name", "")
    await passkeys.rename(desk.account.id, uids.uid(uid), name)
    return see(f"{HERE}?done=renamed#passkeys")


@post("/passkeys/{uid:str}/remove", status_code=200)
async def remove_passkey(desk: AtDesk, uid: FromPath[str]) -> Response[Any]:
    if not held.is_fresh(desk.since):
        return see(HERE)
    await change.remove_passkey(desk.agent, uids.uid(uid))
    return see(f"{HERE}?done=passkey-off#passkeys")


@post("/devices/end", status_code=200)
async def end_devices(desk: AtDesk) -> Response[Any]:
    await remembered.end_all(desk.account.id)
    return see(f"{HERE}?done=devices-off#devices")


@post("/devices/{uid:str}/end", status_code=200)
async def end_device(desk: AtDesk, uid: FromPath[str]) -> Response[Any]:
    await remembered.end(desk.account.id, uids.uid(uid))
    return see(f"{HERE}?done=device-off#devices")


async def _shown_once(request: Incoming, desk: Desk, codes: list[str], done: str) -> Response[Any]:
    """The page with new recovery codes; without any, back to the overview."""
    if not codes:
        return see(f"{HERE}?done={done}")
    context = {**await frame(request, desk), "codes": codes, "party": passkeys.relying_party()}
    return answer(request, "factors/codes.html", context)


async def _app(request: Incoming, desk: Desk, error: Invalid | None = None) -> Response[Any]:
    try:
        secret = await totp.begun(desk.account.id)
    except NotFound:
        return see(HERE)
    if not held.is_fresh(desk.since):
        return see(HERE)
    locale = words.locale_of(request)
    problems = words.of_fields(locale, error.problems if error else [])
    context = {
        **await frame(request, desk),
        # In groups of four, which are easier to type.
        "secret": " ".join(secret[at : at + 4] for at in range(0, len(secret), 4)),
        "address": totp.address(secret, desk.agent.email),
        # Made of squares and the address, which is escaped.
        "code": Markup(drawn(totp.address(secret, desk.agent.email))),  # noqa: S704
        "problems": problems,
        "faults": dict(problems),
    }
    return answer(request, "factors/app.html", context, status=422 if problems else 200)


async def _draw(request: Incoming, desk: Desk, error: Invalid | None = None) -> Response[str]:
    locale, account = words.locale_of(request), desk.account.id
    faults = [
        words.say(locale, each.detail, each.facts) for each in (error.problems if error else [])
    ]
    policy, now = sign_in_policy.of(desk.org), dt.datetime.now(dt.UTC)
    demands = policy.demands(desk.agent.role)
    fresh, trouble = held.is_fresh(desk.since), passkeys.trouble()
    options = ""
    if fresh and not trouble:
        options = await passkeys.options_to_add(
            account, desk.agent.email, desk.agent.name, desk.session
        )
    factors = await held.of(account)
    context = {
        **await frame(request, desk),
        "factors": factors,
        "fresh": fresh,
        "again": auth.sign_in_address(HERE),
        "demanded": demands and not factors.any,
        "due": policy.due(desk.agent.created_at),
        "overdue": policy.due(desk.agent.created_at) <= now,
        "trouble": trouble,
        "options": options,
        "party": passkeys.relying_party(),
        "name_max": passkeys.NAME_MAX,
        "days": (await sign_in_policy.for_account(account)).device_days,
        "lines": await _lines(request, desk),
        "told": faults,
        "flash": flash(request, DONE),
    }
    return answer(request, "factors/page.html", context, status=422 if faults else 200)


async def _lines(request: Incoming, desk: Desk) -> list[Line]:
    regions = settings.current().regions
    unknown = words.say(words.locale_of(request), N_("unknown"))
    number = devices.known(auth.device_of(request), desk.agent.email)
    return [
        Line(
            uid=str(each.id),
            name=browsers.name(each.user_agent) or unknown,
            location=regions.find(each.address).words,
            device=each,
            here=each.is_at(number),
        )
        for each in await remembered.of(desk.account.id)
    ]


router = console(
    HERE,
    [
        page,
        begin_app,
        app_page,
        confirm_app,
        remove_app,
        renew_codes,
        add_passkey,
        rename_passkey,
        remove_passkey,
        end_devices,
        end_device,
    ],
    writers=EVERYBODY,
)
