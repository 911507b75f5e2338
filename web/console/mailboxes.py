"""System settings, mailboxes (系统设置 → 收信邮箱): where mail comes in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath

from app.brands import stored as brands
from app.errors import Invalid
from app.mail import fetch, mailbox_change, mailboxes, waiting
from app.mail.faults import FAULTS
from app.mail.imap import MailboxFault
from app.mail.mailboxes import Config
from app.single_sign_on import entered
from web.console import undo
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
NEW = "new"
DONE = {
    "saved": N_("Saved. Mail that comes from now on is fetched."),
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
BAD = N_("It does not work yet: {why}")


@get("/")
async def page(request: Incoming, desk: AtDesk) -> Response[str]:
    return await _draw(request, desk)


@post(["/new", "/{uid:str}"], status_code=200)
async def save(request: Incoming, desk: AtDesk, uid: FromPath[str] = "") -> Response[Any]:
    form = form_of(request)
    try:
        await mailbox_change.save(
            request.app.state.egress,
            desk.org.id,
            uid or None,
            _config(form),
            _secret(desk, form),
            by=desk.by,
        )
    except Invalid as error:
        return await _draw(request, desk, uid or NEW, form, error=error)
    return see(f"{HERE}?done=saved")


@post(["/new/test", "/{uid:str}/test"], status_code=200)
async def test(request: Incoming, desk: AtDesk, uid: FromPath[str] = "") -> Response[Any]:
    """Signs in with what is typed and opens the folder. Nothing is saved or taken."""
    form, egress = form_of(request), request.app.state.egress
    locale = words.locale_of(request)
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
    tls = form.get("tls", "")
    return Config(
        name=form.get("name", ""),
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
    typed = {**dict.fromkeys(_values(Config(name="", host="", user="")), ""), **(form or {})}
    faults = {
        f"{at}-{each.pointer.removeprefix('/')}": words.say(locale, each.detail, each.facts)
        for each in (error.problems if error else ())
    }
    boxes = [
        {
            "uid": str(each.uid),
            "config": each.config,
            "is_off": each.is_off,
            "looked_at": each.looked_at,
            "fault": _why(locale, each.fault, each.fault_words) if each.fault else "",
            "values": typed if at == str(each.uid) else _values(each.config),
        }
        for each in await mailboxes.of(desk.org.id)
    ]
    fresh = _values(Config(name="", host="", user=""))
    context = {
        **await frame(request, desk),
        "flash": None if at else await undo.done(request, desk, DONE, "mailboxes"),
        "boxes": boxes,
        "new": typed if at == NEW else fresh,
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


router = console(HERE, [page, save, test, switch, remove], readers=ADMINS, writers=ADMINS)
