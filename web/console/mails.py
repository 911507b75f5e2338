"""Mails to be sorted (待归类的邮件): what came in and fits nowhere; one of the team decides."""

from __future__ import annotations

from typing import Any

import msgspec
from litestar import Response, get, post
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from app import messages
from app.errors import Conflict, Invalid, NotFound
from app.mail import attachments, waiting
from app.reading import uids
from web.console import mail_words
from web.console.auth import AtDesk, Desk, console
from web.console.flash import Banner, Flash, flash
from web.console.frame import frame
from web.http import words
from web.http.bodies import form_of
from web.http.download import kept_file
from web.http.render import answer, see
from web.http.request import Incoming
from web.http.words import N_

HERE = "/mail"
DONE = {
    "added": N_("The mail is with its message now."),
    "made": N_("The mail is a message now."),
    "thrown": N_("Thrown away."),
    "kept": N_("The mail waits again."),
    "over": N_("Somebody has settled this mail already"),
}
NO_SUCH = N_("There is no message with this number")


@get("/")
async def page(request: Incoming, desk: AtDesk) -> Response[str]:
    return await _draw(request, desk)


@get("/{uid:str}")
async def whole(request: Incoming, desk: AtDesk, uid: FromPath[str]) -> Response[str]:
    """All of a mail, also of one that is settled."""
    mail = await waiting.one(desk.org.id, uid)
    locale = words.locale_of(request)
    context = {
        **await frame(request, desk),
        "at": "",
        "mail": mail,
        "reason": mail_words.reason(locale, mail),
        "found": mail_words.found(locale, mail),
    }
    return answer(request, "mail/mail.html", context)


@get("/files/{uid:str}")
async def file(desk: AtDesk, uid: FromPath[str]) -> Response[bytes]:
    """Only ever saved, never shown: it is whatever a stranger has sent."""
    name, content = await attachments.content(desk.org.id, uid)
    return kept_file(name, content)


@post("/{uid:str}/assign", status_code=200)
async def assign(request: Incoming, desk: AtDesk, uid: FromPath[str]) -> Response[Any]:
    number = form_of(request).get("number", "").strip()
    try:
        found = await messages.by_reference(desk.org.id, number)
        await waiting.assign(desk.org.id, uid, found.uid, by=desk.by)
    except NotFound:
        if not await _is_there(desk, uid):
            raise NotFoundException from None
        problem = words.say(words.locale_of(request), NO_SUCH)
        return await _draw(request, desk, at=uid, number=number, problem=problem)
    except Invalid as error:
        first = error.problems[0]
        problem = words.say(words.locale_of(request), first.detail, first.facts)
        return await _draw(request, desk, at=uid, number=number, problem=problem)
    except Conflict:
        return see(f"{HERE}?done=over")
    return see(f"{HERE}?done=added")


@post("/{uid:str}/new", status_code=200)
async def make(desk: AtDesk, uid: FromPath[str]) -> Response[Any]:
    try:
        await waiting.make(desk.org.id, uid, by=desk.by)
    except Conflict:
        return see(f"{HERE}?done=over")
    return see(f"{HERE}?done=made")


@post("/{uid:str}/throw", status_code=200)
async def throw(desk: AtDesk, uid: FromPath[str]) -> Response[Any]:
    await waiting.one(desk.org.id, uid)
    thrown = await waiting.throw(desk.org.id, uid, by=desk.by)
    return see(f"{HERE}?done=thrown&mail={uid}" if thrown else f"{HERE}?done=over")


@post("/{uid:str}/keep", status_code=200)
async def keep(desk: AtDesk, uid: FromPath[str]) -> Response[Any]:
    """Takes back that it was thrown away."""
    try:
        await waiting.keep(desk.org.id, uid, by=desk.by)
    except Conflict:
        return see(f"{HERE}?done=over")
    return see(f"{HERE}?done=kept")


async def _is_there(desk: Desk, uid: str) -> bool:
    try:
        await waiting.one(desk.org.id, uid)
    except NotFound:
        return False
    return True


async def _draw(
    request: Incoming, desk: Desk, *, at: str = "", number: str = "", problem: str = ""
) -> Response[str]:
    mails = await waiting.of(desk.org.id)
    context = {
        **await frame(request, desk),
        "flash": None if problem else _flash(request, desk),
        "mails": [(each, mail_words.reason(words.locale_of(request), each)) for each in mails],
        "at": at,
        "number": number,
        "problem": problem,
        "banner": Banner("err", "circle-alert", problem) if problem else None,
    }
    return answer(request, "mail/page.html", context, status=422 if problem else 200)


def _flash(request: Incoming, desk: Desk) -> Flash | None:
    said, query = flash(request, DONE), request.query_params
    thrown = uids.uid_or_none(query.get("mail")) if query.get("done") == "thrown" else None
    if said is None or thrown is None or not desk.may_act:
        return said
    return msgspec.structs.replace(said, undo=f"{HERE}/{thrown}/keep", over="page", back=HERE)


router = console(HERE, [page, whole, file, assign, make, throw, keep])
