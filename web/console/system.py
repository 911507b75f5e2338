"""System settings, the installation (系统设置 → 系统): what works, what to do about the rest."""

from __future__ import annotations

import asyncio
import datetime as dt
import platform
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from litestar import Response, get, post

from app import outside, settings
from app.diagnosis import address, files, incoming, parts
from app.diagnosis import outside as way_out
from app.diagnosis.address import Came
from app.diagnosis.finding import Finding, within
from app.errors import Invalid, Problem
from app.rotation import due, policy
from web.console import due_words, undo
from web.console.auth import ADMINS, AtDesk, Desk, console
from web.console.frame import frame
from web.http import words
from web.http.address import peer_of
from web.http.bodies import form_of
from web.http.render import answer, see
from web.http.request import Incoming
from web.http.words import N_

HERE = "/settings/system"
HOST_MAX = 100
DONE = {"saved": N_("Saved")}
ABOUT = {
    "folder": N_("Data folder"),
    "files": N_("Files"),
    "database": N_("Database"),
    "durability": N_("Power cut"),
    "key": N_("Secret key"),
    "channel": N_("Channel"),
    "worker": N_("Worker"),
    "queue": N_("Queue"),
    "redis": N_("Redis"),
    "clock": N_("Clocks"),
    "address": N_("Address"),
    "proxy": N_("Proxy"),
    "egress": N_("Outbound proxy"),
    "certificate": N_("Certificate"),
    "outbound": N_("Outbound"),
    "mail": N_("Mail server"),
    "mailbox": N_("Mailbox"),
    "store": N_("Visitors' files"),
    "backup": N_("Backup"),
    "maintenance": N_("Maintenance"),
    "scanner": N_("Virus scanner"),
}
STATES = {"ok": N_("Works"), "warn": N_("Wants a look"), "fail": N_("Does not work")}
WORST = ("fail", "warn", "ok")


@get("/")
async def page(request: Incoming, desk: AtDesk) -> Response[str]:
    return await _draw(request, desk)


@post("/rotation", status_code=200)
async def rotation(request: Incoming, desk: AtDesk) -> Response[Any]:
    form = form_of(request)
    try:
        await policy.save(desk.org, form, by=desk.by)
    except Invalid as error:
        return await _draw(request, desk, form, error.problems)
    return see(f"{HERE}?done=saved#due")


async def _draw(
    request: Incoming,
    desk: Desk,
    typed: Mapping[str, str] | None = None,
    faults: Sequence[Problem] = (),
) -> Response[str]:
    locale, found = words.locale_of(request), await _look(request, desk)
    now, problems = dt.datetime.now(dt.UTC), words.of_fields(locale, faults)
    days = {name: str(n) for name, n in msgspec.to_builtins(policy.of(desk.org)).items()}
    found = sorted(found, key=lambda each: WORST.index(each.state))
    context = {
        **await frame(request, desk),
        "found": found,
        "about": {key: words.say(locale, text) for key, text in ABOUT.items()},
        "states": {key: words.say(locale, text) for key, text in STATES.items()},
        "troubles": sum(each.state != "ok" for each in found),
        "version": settings.VERSION,
        "python": platform.python_version(),
        "report": "\n".join([_versions(), *(each.line() for each in found)]),
        "due": due_words.lines(locale, desk, await due.of(desk.org, now)),
        "values": {**days, **(typed or {})},
        "problems": problems,
        "faults": dict(problems),
        "days_max": policy.DAYS_MAX,
        "flash": await undo.done(request, desk, DONE, "rotation"),
    }
    return answer(request, "system/page.html", context, status=422 if problems else 200)


@post("/", status_code=200)
async def again(desk: AtDesk) -> Response[Any]:
    """Asks what is outside anew."""
    way_out.forget(desk.org.id)
    return see(HERE)


async def _look(request: Incoming, desk: Desk) -> list[Finding]:
    """All at once, and none of it for longer than a few seconds."""
    current, way = settings.current(), outside.egress()
    found = await asyncio.gather(
        parts.look(current, desk.org.id),
        within("folder", asyncio.to_thread(files.look, current)),
        within("outbound", way_out.look(desk.org.id, way)),
        within("certificate", way_out.base(current, way)),
        within("egress", way_out.proxy(current, way)),
        within("mailbox", incoming.look(desk.org.id)),
    )
    here = [*address.look(current), *address.of_request(current, _came(request))]
    return [*found[0], *found[1], *here, *found[4], *found[2], *found[5], *found[3]]


def _came(request: Incoming) -> Came:
    headers = request.headers
    return Came(
        host=headers.get("host", "")[:HOST_MAX],
        peer=str(peer_of(request.scope)),
        forwarded="x-forwarded-for" in headers,
        scheme=headers.get("x-forwarded-proto", "").partition(",")[0].strip().lower()[:HOST_MAX],
    )


def _versions() -> str:
    return f"Leavemsg {settings.VERSION}, Python {platform.python_version()}"


router = console(HERE, [page, again, rotation], readers=ADMINS, writers=ADMINS)
