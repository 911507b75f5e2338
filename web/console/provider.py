"""System settings, one provider: added, changed and tried."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from litestar import Response, get, post
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from app.errors import Invalid
from app.people.members import GIVEN
from app.single_sign_on import change, entered, flow, providers
from app.single_sign_on.faults import NotSignedIn
from app.single_sign_on.kinds import KINDS
from app.single_sign_on.providers import Listed
from app.single_sign_on.shape import Config
from web.console import role_words
from web.console.auth import ADMINS, AtDesk, Desk, console
from web.console.flash import Banner
from web.console.frame import frame
from web.console.provider_form import config_of, sentences, values_of
from web.console.provider_words import said
from web.console.providers import HERE, named, sign_in_address
from web.http import words
from web.http.bodies import form_of
from web.http.render import answer, see
from web.http.request import Incoming
from web.http.words import N_

GOOD = N_("The provider answers and accepts what is entered. Now sign in by it once yourself.")
ANSWERS = N_("The provider answers. Whether it accepts ID and secret shows when you sign in.")
BAD = N_("It does not work yet: {why}")
REASONS = {
    "dns_failed": N_("the host name is not known"),
    "connect_failed": N_("nothing answers at this address"),
    "proxy_failed": N_("the outbound proxy does not answer"),
    "proxy_refused": N_("the outbound proxy refuses to connect there"),
    "timeout": N_("there was no answer in time"),
    "tls_failed": N_("its certificate is not valid"),
    "discovery_http_404": N_("there is no OpenID provider at this address"),
    "other_issuer": N_("the provider calls itself by another address"),
    "endpoint_missing": N_("the provider does not say where to sign in"),
    "keys_unreadable": N_("the provider's keys cannot be read"),
    "secret_unreadable": N_("the stored secret cannot be read: enter it again"),
    "40001": N_("the secret is wrong"),
    "40013": N_("the CorpID is wrong"),
    "60020": N_("the platform does not know our address: enter it among the app's trusted IPs"),
    "10003": N_("the App ID is wrong"),
    "10014": N_("the secret is wrong"),
    "invalidClientIdOrSecret": N_("the ID or the secret is wrong"),
    "invalidClientSecret": N_("the secret is wrong"),
}


@get("/new/{kind:str}")
async def new(request: Incoming, desk: AtDesk, kind: FromPath[str]) -> Response[str]:
    _must_exist(kind)
    name = named(words.locale_of(request), kind)[0]
    first = Config(kind=kind, name="" if kind == "openid" else name)
    return await _draw(request, desk, kind, None, values_of(first))


@get("/{uid:str}")
async def edit(request: Incoming, desk: AtDesk, uid: FromPath[str]) -> Response[str]:
    found = await providers.one(desk.org.id, uid)
    return await _draw(request, desk, found.config.kind, found, values_of(found.config))


@post(["/new/{kind:str}", "/{uid:str}"], status_code=200)
async def save(
    request: Incoming, desk: AtDesk, uid: FromPath[str] = "", kind: FromPath[str] = ""
) -> Response[Any]:
    form, before = form_of(request), await _before(desk, uid, kind)
    kind = before.config.kind if before else kind
    try:
        await change.save(
            request.app.state.egress,
            desk.org.id,
            before.uid if before else None,
            config_of(kind, form),
            _secret(desk, form),
            by=desk.by,
        )
    except Invalid as error:
        return await _draw(request, desk, kind, before, form, error=error)
    return see(f"{HERE}?done=saved")


@post(["/new/{kind:str}/test", "/{uid:str}/test"], status_code=200)
async def test(
    request: Incoming, desk: AtDesk, uid: FromPath[str] = "", kind: FromPath[str] = ""
) -> Response[Any]:
    """What is typed is asked about at the provider. Nothing is saved."""
    form, before = form_of(request), await _before(desk, uid, kind)
    kind, egress = before.config.kind if before else kind, request.app.state.egress
    config, secret = config_of(kind, form), _secret(desk, form)
    locale = words.locale_of(request)
    try:
        made = await change.typed(
            egress, desk.org.id, before.uid if before else None, config, secret
        )
        await change.tried(egress, made)
    except Invalid as error:
        return await _draw(request, desk, kind, before, form, error=error)
    except NotSignedIn as error:
        why = words.say(locale, REASONS[error.why]) if error.why in REASONS else error.why
        banner = Banner("err", "circle-alert", words.say(locale, BAD, {"why": why}))
        return await _draw(request, desk, kind, before, form, banner=banner)
    told = words.say(locale, ANSWERS if kind == "openid" else GOOD)
    banner = Banner("ok", "circle-check", told)
    return await _draw(request, desk, kind, before, form, banner=banner)


def _secret(desk: Desk, form: Mapping[str, str]) -> str:
    """The one that was typed, now or before the form came back."""
    typed = form.get("secret", "").strip()
    return typed or entered.opened(form.get("entered", ""), desk.session)


def _must_exist(kind: str) -> None:
    if kind not in KINDS:
        raise NotFoundException


async def _before(desk: Desk, uid: str, kind: str) -> Listed | None:
    """None for a new one."""
    if kind:
        _must_exist(kind)
        return None
    return await providers.one(desk.org.id, uid)


async def _draw(
    request: Incoming,
    desk: Desk,
    kind: str,
    before: Listed | None,
    values: Mapping[str, str],
    *,
    error: Invalid | None = None,
    banner: Banner | None = None,
) -> Response[str]:
    locale = words.locale_of(request)
    problems = sentences(locale, error.problems if error else ())
    uid: uuid.UUID = before.uid if before else await change.next_id(desk.org.id, kind)
    context = {
        **await frame(request, desk),
        "kind": kind,
        "kind_name": named(locale, kind)[0],
        "asked": said(locale, kind),
        "provider": before,
        # A switch that is off is not sent.
        "values": {**dict.fromkeys(values_of(Config(kind=kind, name="")), ""), **values},
        "entered": entered.sealed(desk.session, _secret(desk, values)),
        "problems": problems,
        "faults": dict(problems),
        "banner": banner,
        "action": f"{HERE}/{before.uid if before else f'new/{kind}'}",
        "redirect_uri": flow.redirect_uri(uid),
        "sign_in": sign_in_address(desk.org.slug),
        "roles": [(role, role_words.names(locale)[role]) for role in reversed(GIVEN)],
        "role_names": role_words.names(locale),
    }
    return answer(request, "single_sign_on/edit.html", context, status=422 if problems else 200)


router = console(HERE, [new, edit, save, test], readers=ADMINS, writers=ADMINS)
