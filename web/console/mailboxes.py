"""System settings, mailboxes (系统设置 → 收信邮箱): where mail comes in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath

from app import settings
from app.brands import stored as brands
from app.errors import Invalid
from app.mail import fetch, mailbox_change, mailboxes, waiting
from app.mail.faults import FAULTS
from app.mail.imap import MailboxFault
from app.mail.mailboxes import Config
from app.mail.posted import providers, take
from app.single_sign_on import entered
from web.console import mailbox_words, undo
from web.console.auth import ADMINS, AtDesk, Desk, console
from web.console.flash import Banner
from web.console.frame import frame
from web.console.gone import unless_gone
from web.http import words
from web.http.bodies import form_of
from web.http.render import answer, see
from web.http.request import Incoming
from web.http.words import N_

HERE = "/settings/mail"
NEW, POSTED = "new", "posted"
"""The two forms for one more: that is fetched, and that a provider posts to."""
DONE = {
    "saved": N_("Saved. Mail that comes from now on is fetched."),
    "posted": N_("Saved."),
    "removed": N_("Removed. What came in stays."),
    "on": N_("On: mail is fetched."),
    "off": N_("Off: no mail is fetched. It stays in the mailbox."),
}
TLS = (
    ("implicit", N_("TLS from the start")),
    ("starttls", N_("STARTTLS")),
    ("none", N_("None")),
)
GOOD = N_(
    "It works: signed in, and the folder is open. In the last 7 days {n} mails came. None was "
    "taken."
)
CAME = N_("It works: in the last 7 days {n} mails came.")
NONE = N_("No mail has come yet. Write one to the address, and look here again.")
REFUSED = N_("What was posted last was refused: {why}")
BAD = N_("It does not work yet: {why}")


@get("/")
async def page(request: Incoming, desk: AtDesk) -> Response[str]:
    return await _draw(request, desk)


@post(["/new", "/{uid:str}"], status_code=200)
async def save(request: Incoming, desk: AtDesk, uid: FromPath[str] = "") -> Response[Any]:
    form = form_of(request)
    config, secret = _config(form), _secret(desk, form)
    made = "" if uid or not providers.has_our_secret(config.provider) else providers.drawn()
    way = request.app.state.egress
    try:
        saved = await mailbox_change.save(
            way, desk.org.id, uid or None, config, made or secret, by=desk.by
        )
    except Invalid as error:
        return await _draw(request, desk, uid or _form(config), form, error=error)
    if made:
        return await _shown_once(request, desk, saved, made)
    return see(f"{HERE}?done={'saved' if config.is_fetched else 'posted'}")


@post("/{uid:str}/rotate", status_code=200)
async def rotate(request: Incoming, desk: AtDesk, uid: FromPath[str]) -> Response[Any]:
    made = await mailbox_change.rotate(desk.org.id, uid, by=desk.by)
    return await _shown_once(request, desk, uid, made)


@post(["/new/test", "/{uid:str}/test"], status_code=200)
async def test(request: Incoming, desk: AtDesk, uid: FromPath[str] = "") -> Response[Any]:
    """Signs in with what is typed and opens the folder. Nothing is saved or taken."""
    form, egress = form_of(request), request.app.state.egress
    locale = words.locale_of(request)
    if uid and not _config(form).is_fetched:
        return await _heard(request, desk, uid)
    try:
        config, secret = await mailbox_change.typed(
            egress, desk.org.id, uid or None, _config(form), _secret(desk, form)
        )
        n = await fetch.tried(egress, config, secret)
    except Invalid as error:
        return await _draw(request, desk, uid or NEW, form, error=error)
    except MailboxFault as fault:
        why = _why(locale, fault.code, fault.words)
        banner = Banner("err", "circle-alert", words.say(locale, BAD, {"why": why}))
        return await _draw(request, desk, uid or NEW, form, banner=banner)
    banner = Banner("ok", "circle-check", words.say(locale, GOOD, {"n": str(n)}))
    return await _draw(request, desk, uid or NEW, form, banner=banner)


async def _heard(request: Incoming, desk: Desk, uid: str) -> Response[str]:
    """What has come from a provider: nobody can make it post something."""
    locale = words.locale_of(request)
    found = await take.heard(await mailboxes.one(desk.org.id, uid))
    facts = {"n": str(found.mails), "why": _why(locale, found.fault, found.fault_words)}
    text = REFUSED if found.fault else CAME if found.last else NONE
    banner = Banner(
        "ok" if found.is_well else "warn" if text == NONE else "err",
        "circle-check" if found.is_well else "circle-alert",
        words.say(locale, text, facts),
    )
    return await _draw(request, desk, banner=banner)


async def _shown_once(request: Incoming, desk: Desk, uid: object, secret: str) -> Response[str]:
    box = await mailboxes.one(desk.org.id, uid)
    provider, base_url = box.config.provider, settings.current().base_url
    context = {
        **await frame(request, desk),
        "box": box,
        "provider": providers.NAMES[provider],
        "step": words.say(words.locale_of(request), mailbox_words.STEPS[provider]),
        "address": mailbox_words.address(base_url, box.path, provider, secret),
        "secret": secret,
        "unreached": mailbox_words.warning(words.locale_of(request), base_url),
    }
    return answer(request, "mailboxes/made.html", context)


def _form(config: Config) -> str:
    return NEW if config.is_fetched else POSTED


@post("/{uid:str}/switch", status_code=200)
async def switch(request: Incoming, desk: AtDesk, uid: FromPath[str]) -> Response[Any]:
    on = form_of(request).get("on") == "yes"
    await mailbox_change.switch(desk.org.id, uid, on=on, by=desk.by)
    return see(f"{HERE}?done={'on' if on else 'off'}")


@post("/{uid:str}/remove", status_code=200)
async def remove(desk: AtDesk, uid: FromPath[str]) -> Response[Any]:
    removing = mailbox_change.remove(desk.org.id, uid, by=desk.by)
    return await unless_gone(removing, f"{HERE}?done=removed", HERE)


def _secret(desk: Desk, form: Mapping[str, str]) -> str:
    """The one that was typed, now or before the form came back."""
    return form.get("secret", "") or entered.opened(form.get("entered", ""), desk.session)


def _config(form: Mapping[str, str]) -> Config:
    port = form.get("port", "").strip()
    tls, provider = form.get("tls", ""), form.get("provider", "")
    return Config(
        name=form.get("name", ""),
        provider=provider if provider in providers.PROVIDERS else "imap",  # type: ignore[arg-type]
        public_key=form.get("public_key", ""),
        host=form.get("host", ""),
        port=int(port) if port.isascii() and port.isdigit() and len(port) < 6 else 0,
        tls=tls if tls in {"starttls", "none"} else "implicit",  # type: ignore[arg-type]
        user=form.get("user", ""),
        address=form.get("address", ""),
        folder=form.get("folder", ""),
        source=form.get("source") == "yes",
        brand=form.get("brand", ""),
        trusted=form.get("trusted", ""),
        move_to=form.get("move_to", ""),
    )


def _values(config: Config) -> dict[str, str]:
    shown = {name: str(value) for name, value in msgspec.structs.asdict(config).items()}
    return {**shown, "source": "yes" if config.source else ""}


def _why(locale: str, code: str, said: str) -> str:
    known = words.say(locale, FAULTS[code]) if code in FAULTS else code
    return f"{known} ({said})" if said else known


async def _draw(
    request: Incoming,
    desk: Desk,
    at: str = "",
    form: Mapping[str, str] | None = None,
    *,
    error: Invalid | None = None,
    banner: Banner | None = None,
) -> Response[str]:
    locale = words.locale_of(request)
    # A switch that is off is not sent.
    typed = {**dict.fromkeys(_values(Config(name="")), ""), **(form or {})}
    faults = {
        f"{at}-{each.pointer.removeprefix('/')}": words.say(locale, each.detail, each.facts)
        for each in (error.problems if error else ())
    }
    boxes = [
        {
            "uid": str(each.uid),
            "config": each.config,
            "is_off": each.is_off,
            "fault_at": each.fault_at,
            "provider": providers.NAMES[each.config.provider],
            "step": words.say(locale, mailbox_words.STEPS.get(each.config.provider, "")),
            "address": mailbox_words.address(
                settings.current().base_url, each.path, each.config.provider, ""
            ),
            "has_ours": providers.has_our_secret(each.config.provider),
            "looked_at": each.looked_at,
            "fault": _why(locale, each.fault, each.fault_words) if each.fault else "",
            "values": typed if at == str(each.uid) else _values(each.config),
        }
        for each in await mailboxes.of(desk.org.id)
    ]
    fresh = _values(Config(name=""))
    context = {
        **await frame(request, desk),
        "flash": None if at else await undo.done(request, desk, DONE, "mailboxes"),
        "boxes": boxes,
        "unreached": mailbox_words.warning(locale, settings.current().base_url),
        "new": typed if at == NEW else fresh,
        "posted": typed if at == POSTED else {**fresh, "provider": ""},
        "providers": mailbox_words.choices(locale),
        "at": at,
        "entered": entered.sealed(desk.session, _secret(desk, form)) if form else "",
        "faults": faults,
        "problems": list(faults.items()),
        "banner": banner,
        "tls": [(key, words.say(locale, text)) for key, text in TLS],
        "brands": [("", words.say(locale, N_("The first one"))), *await _brands(desk)],
        "waiting": await waiting.count(desk.org.id),
        "full": len(boxes) >= mailbox_change.MOST,
    }
    return answer(request, "mailboxes/page.html", context, status=422 if faults else 200)


async def _brands(desk: Desk) -> list[tuple[str, str]]:
    _, *others = await brands.all_now(desk.org)
    return [(str(each.id), each.name) for each in others if not each.archived]


router = console(HERE, [page, save, rotate, test, switch, remove], readers=ADMINS, writers=ADMINS)
