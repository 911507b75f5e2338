"""The organizations of an account: which there are, and opening another."""

from __future__ import annotations

from typing import Any

from litestar import Response, get, post

from app import presence
from app.errors import Conflict, Invalid
from app.people import account_links, members, memberships, sessions, tokens
from app.single_sign_on.enter import allow_password
from web.console import auth, join, kept, link_over, role_words, token_words
from web.console.auth import AtDesk, Desk, console
from web.console.flash import flash
from web.console.frame import frame
from web.http import words
from web.http.bodies import form_of
from web.http.faults import Refused
from web.http.render import answer, see
from web.http.request import Incoming
from web.http.words import N_

HERE = "/organizations"
# A form that was refused in another organization comes along.
KEPT_LIMIT = 256 * 1024
DONE = {"left": N_("You have left it."), "joined": N_("You have joined it.")}


@get("/")
async def page(request: Incoming, desk: AtDesk) -> Response[str]:
    return await _draw(request, desk)


@post("/open", status_code=200, request_max_body_size=KEPT_LIMIT)
async def open_one(request: Incoming, desk: AtDesk) -> Response[Any]:
    """The session has it open from now on, in every tab."""
    form = form_of(request)
    await _open(desk, form.get("agent", ""))
    unsent = kept.unpacked(form.get(kept.FIELD, ""))
    if unsent:
        return kept.resume(request, unsent, sessions.csrf(auth.cookie_value(request)), 200)
    return see(auth.safe_next(form.get("next", "")))


@post("/join", status_code=200)
async def join_as(request: Incoming, desk: AtDesk) -> Response[Any]:
    """By an invitation: somebody who is signed in needs no other account."""
    code = form_of(request).get("code", "")
    invitation = await account_links.invited(code)
    if invitation is None:
        return link_over.page(request, "/organizations")
    try:
        agent = await account_links.join_as(code, desk.agent)
    except Invalid as error:
        if error.problems[0].pointer == "/code":
            return link_over.page(request, "/organizations")
        return await join.draw(request, code, invitation, error=error)
    try:
        await _open(desk, agent.id)
    except Refused:
        return see(f"{HERE}?done=joined")
    return see(auth.HOME)


@post("/leave", status_code=200)
async def leave(request: Incoming, desk: AtDesk) -> Response[Any]:
    """Another one is opened when they leave the one that is open."""
    form = form_of(request)
    me = await memberships.agent_of(desk.account.id, form.get("agent", ""))
    others = [each for each in await memberships.of(desk.account.id) if each.agent != me.id]
    try:
        await members.may_leave(me)
        if me.id == desk.agent.id and others:
            await _open(desk, others[0].agent)
        await members.leave(me, withdraw=token_words.withdraws(form))
    except Invalid as error:
        said = words.say(words.locale_of(request), error.problems[0].detail)
        return await _draw(request, desk, fault=said)
    await presence.leave(me)
    return see(f"{HERE}?done=left" if others else "/login")


async def _open(desk: Desk, agent: object) -> None:
    """Raises NotFound, and Refused where their sign-in is not enough for that organization."""
    me = await memberships.agent_of(desk.account.id, agent)
    try:
        await allow_password(me)
        await memberships.open_for(desk.session, desk.account.id, me.id)
    except Invalid as error:
        [problem] = error.problems
        raise Refused(403, problem.code, problem.detail, facts=problem.facts) from None
    except Conflict as error:
        raise Refused(403, error.code, error.detail) from None


async def _draw(request: Incoming, desk: Desk, fault: str = "") -> Response[str]:
    locale = words.locale_of(request)
    context = {
        **await frame(request, desk),
        "roles": role_words.names(locale),
        "known": {
            each.agent: await tokens.known_to(each.organization, each.agent)
            for each in await memberships.of(desk.account.id)
        },
        "fault": fault,
        "flash": flash(request, DONE),
    }
    return answer(request, "organizations/page.html", context, status=422 if fault else 200)


router = console(HERE, [page, open_one, join_as, leave], writers=auth.EVERYBODY, anywhere=True)
