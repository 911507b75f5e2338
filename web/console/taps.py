"""What the links in a notice open: one act on one message, without sign-in. Only the button does
it, so that a platform's preview of a link changes nothing."""

from __future__ import annotations

import contextlib
import uuid
from typing import Any
from urllib.parse import quote, unquote

from litestar import Response, Router, get, post
from litestar.datastructures import Cookie
from litestar.params import FromPath

from app import limits, settings
from app.errors import Conflict, Invalid, NotFound
from app.mail.replies import where
from app.messages import acts, outcomes, tapped
from app.messages.tapped import Link, Tapper
from app.people import colleagues, memberships
from app.signed.tap import ACTS
from app.single_sign_on.enter import allow_password
from web.console import auth, replying
from web.http import words
from web.http.address import client_ip
from web.http.bodies import form_of
from web.http.render import answer
from web.http.request import Incoming
from web.http.words import N_

COOKIE = "tap_name"
A_YEAR = 365 * 86400
# Referrer-Policy is that of all pages: with "no-referrer" a browser without Sec-Fetch-Site says
# that our own form comes from "null".
HEADERS = {"X-Robots-Tag": "noindex"}
QUESTIONS = {
    "claim": N_("Take care of {reference}?"),
    "handle": N_("How was {reference} handled?"),
    "reply": N_("Reply to {reference}"),
    "spam": N_("Is {reference} spam?"),
}
DONE = {
    "claim": N_("{name} takes care of it now."),
    "handle": N_("Marked as handled by {name}."),
    "reply": N_("Your reply was sent."),
    "spam": N_("Marked as spam by {name}."),
}
BEFORE = N_("This was done already. Nothing was changed.")
FASTER = N_("{name} was faster. Nothing was changed.")


@get("/{code:str}")
async def page(request: Incoming, code: FromPath[str]) -> Response[Any]:
    link = await _opened(request, code)
    return await _page(request, link) if link else _over(request)


@post("/{code:str}", status_code=200)
async def act(request: Incoming, code: FromPath[str]) -> Response[Any]:
    link = await _opened(request, code)
    if link is None:
        return _over(request)
    form = form_of(request)
    try:
        who = await _who(request, link, form.get("name"))
        name = await tapped.act(
            link,
            who,
            outcome=form.get("outcome", ""),
            text=form.get("text", ""),
            once=form.get("once", ""),
        )
    except Invalid as error:
        if error.problems[0].code == "unknown_agent":
            # Names of members are guessed like links.
            await limits.wrong_tap(client_ip(request))
        return await _page(request, link, error=error, typed=form, status=422)
    except Conflict:
        return await _too_late(request, await tapped.open_link(code))
    except NotFound:
        return _over(request)
    made = await _page(request, await tapped.open_link(code), said=DONE[link.act], name=name)
    if who.agent is None:
        made.set_cookie(_remembered(who.name))
    return made


async def _too_late(request: Incoming, link: Link) -> Response[Any]:
    row = link.message
    if link.act == "claim" and row.status in acts.OPEN and row.assignee is not None:
        name = await _called(link, row.assignee)
        return await _page(request, link, said=FASTER, name=name, status=409)
    return await _page(request, link, said=BEFORE, status=409)


def _remembered(name: str) -> Cookie:
    return Cookie(
        key=COOKIE,
        value=quote(name),
        path="/t",
        max_age=A_YEAR,
        httponly=True,
        samesite="lax",
        secure=settings.current().secure_cookies,
    )


async def _opened(request: Incoming, code: str) -> Link | None:
    """Guesses are counted. Raises TooMany."""
    ip = client_ip(request)
    await limits.allow_tap(ip)
    try:
        return await tapped.open_link(code)
    except NotFound:
        await limits.wrong_tap(ip)
        return None


async def _member(request: Incoming, link: Link) -> Tapper | None:
    """Who is signed in, if they may act in the message's organization, whichever is open. A
    provider vouches for them in its own alone."""
    desk = await auth.desk_or_none(request)
    if desk is None:
        return None
    if desk.org.id == link.org.id:
        return Tapper(desk.by, desk.agent.id) if desk.may_act else None
    for agent in [] if desk.provider else await memberships.agents_of(desk.account.id):
        if agent.organization == link.org.id and agent.role in auth.AGENTS:
            with contextlib.suppress(Invalid):
                await allow_password(agent)
                return Tapper(agent.name or agent.email, agent.id)
    return None


async def _who(request: Incoming, link: Link, typed: str | None) -> Tapper:
    if me := await _member(request, link):
        return me
    return Tapper(tapped.name_of(_known(request) if typed is None else typed))


def _known(request: Incoming) -> str:
    """The name that this browser was told."""
    return unquote(request.cookies.get(COOKIE, ""))


async def _page(
    request: Incoming,
    link: Link,
    *,
    said: str = "",
    name: str = "",
    error: Invalid | None = None,
    typed: dict[str, str] | None = None,
    status: int = 200,
) -> Response[Any]:
    """Nothing of what the visitor wrote: who has the link may have it from anywhere."""
    # Whoever opens it reads the organization's language, unless the address asks for another.
    request.scope["state"].setdefault("default_locale", link.org.locale)
    me = await _member(request, link)
    locale, reference = words.locale_of(request), link.message.shown_reference
    known, values = _known(request), typed or {}
    problems = [
        words.say(locale, each.detail, each.facts) for each in (error.problems if error else [])
    ]
    context = {
        "question": words.say(locale, QUESTIONS[link.act], {"reference": reference}),
        "said": words.say(locale, said, {"name": name}) if said else "",
        "problems": problems,
        "state": await _state(link, locale),
        "act": link.act,
        "button": words.say(locale, ACTS[link.act]),
        "outcomes": _choices(link, locale) if link.act == "handle" else [],
        "is_open": link.is_open,
        "me": me.name if me else "",
        "name": values.get("name", known),
        "text": values.get("text", ""),
        "goes": await _goes(link, locale, by=me.name if me else known),
        "asks_name": me is None and (not known or bool(problems)),
        "console": f"/inbox/{link.message.id}",
        "org": link.org,
    }
    return answer(request, "tap.html", context, status=status, headers=HEADERS)


async def _goes(link: Link, locale: str, *, by: str) -> str:
    """Where a reply goes, without the address."""
    if link.act != "reply":
        return ""
    return replying.sentence(locale, await where(link.org.id, link.message.id, by=by), names=False)


def _choices(link: Link, locale: str) -> list[tuple[str, str]]:
    known = outcomes.of(link.org)
    named = known.choices(locale)
    offered = [key for key in known.offered if key != outcomes.NOTHING or not known.reasons]
    return [(key, named[key]) for key in [*offered, *known.buttons_of_reasons]]


async def _state(link: Link, locale: str) -> str:
    """Who has done something with it."""
    row = link.message
    if row.status == "handled":
        facts = {"name": row.handled_by}
        return words.say(locale, N_("{name} has handled it"), facts)
    if row.status == "spam":
        return words.say(locale, N_("Marked as spam"))
    if row.trashed_at is not None:
        return words.say(locale, N_("In the trash"))
    if row.assignee is not None:
        facts = {"name": await _called(link, row.assignee)}
        return words.say(locale, N_("{name} takes care of it"), facts)
    return words.say(locale, N_("Nobody takes care of it yet"))


async def _called(link: Link, agent: uuid.UUID) -> str:
    names = {each.uid: each.name for each in await colleagues.of(link.org.id)}
    return names.get(str(agent), "")


def _over(request: Incoming) -> Response[Any]:
    return answer(request, "tap_over.html", {}, status=404, headers=HEADERS)


router = Router("/t", route_handlers=[page, act], guards=[auth.from_our_own_pages])
