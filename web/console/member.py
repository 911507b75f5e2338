"""System settings, one member: role, access, password link, ownership, and what is assigned to
them."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from typing import Any

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath

from app import messages, presence
from app.errors import Invalid, NotFound, Problem, TooMany
from app.messages import acts, long_acts
from app.messages.long_acts import MESSAGES_MAX
from app.messages.wanted import Wanted
from app.people import account_links, colleagues, handles, members, sessions, tokens
from app.people.factors import change, held
from app.people.members import Member
from app.rules import stored
from web.console import role_words, token_words
from web.console.account import TOO_OFTEN
from web.console.auth import ADMINS, AtDesk, Desk, console, place_of
from web.console.flash import flash
from web.console.frame import frame
from web.console.members import HERE, shown_once
from web.http import words
from web.http.bodies import form_of
from web.http.render import answer, see
from web.http.request import Incoming
from web.http.words import N_

DONE = {
    "role": N_("The role is changed. It holds at once."),
    "off": N_("Disabled, and signed out everywhere."),
    "off-tokens": N_("Disabled, signed out everywhere, and their API tokens withdrawn."),
    "tokens": N_("Their API tokens are withdrawn. Programs that used them are refused now."),
    "on": N_("Enabled again, with the same role and password."),
    "out": N_("Signed out everywhere"),
    "factors": N_("The second factor is removed. They sign in with their password alone."),
    "given": N_("Given away"),
    "handles": N_("Saved"),
    "owner": N_("The member is an owner now."),
}
NOBODY = "nobody"
LEFT = N_("Leave them as they are")


@get("/{uid:str}")
async def page(request: Incoming, desk: AtDesk, uid: FromPath[str]) -> Response[str]:
    return await _draw(request, desk, await members.one(desk.org.id, uid))


@post("/{uid:str}/role", status_code=200)
async def role(request: Incoming, desk: AtDesk, uid: FromPath[str]) -> Response[Any]:
    form = form_of(request)
    try:
        await members.set_role(desk.org.id, uid, form.get("role", ""), by=desk.actor)
    except Invalid as error:
        return await _refused(request, desk, uid, error)
    return see(f"{HERE}/{uid}?done=role")


@post("/{uid:str}/disable", status_code=200)
async def disable(request: Incoming, desk: AtDesk, uid: FromPath[str]) -> Response[Any]:
    member, withdraw = await members.one(desk.org.id, uid), token_words.withdraws(form_of(request))
    has = withdraw and await tokens.known_to(desk.org.id, member.id)
    try:
        gone = await members.disable(desk.org.id, uid, by=desk.actor, withdraw=withdraw)
    except Invalid as error:
        return await _refused(request, desk, uid, error)
    await presence.leave(gone)
    return see(f"{HERE}/{uid}?done={'off-tokens' if has else 'off'}")


@post("/{uid:str}/tokens", status_code=200)
async def withdraw_tokens(desk: AtDesk, uid: FromPath[str]) -> Response[Any]:
    await members.withdraw_tokens(desk.org.id, uid, by=desk.actor)
    return see(f"{HERE}/{uid}?done=tokens")


@post("/{uid:str}/enable", status_code=200)
async def enable(desk: AtDesk, uid: FromPath[str]) -> Response[Any]:
    await members.enable(desk.org.id, uid, by=desk.actor)
    return see(f"{HERE}/{uid}?done=on")


@post("/{uid:str}/sign-out", status_code=200)
async def sign_out(desk: AtDesk, uid: FromPath[str]) -> Response[Any]:
    await members.sign_out(desk.org.id, uid, by=desk.actor)
    return see(f"{HERE}/{uid}?done=out")


@post("/{uid:str}/password", status_code=200)
async def password(request: Incoming, desk: AtDesk, uid: FromPath[str]) -> Response[Any]:
    member = await members.one(desk.org.id, uid)
    try:
        link = await account_links.reset(desk.org.id, uid, by=desk.actor)
    except Invalid as error:
        return await _refused(request, desk, uid, error)
    until = dt.datetime.now(dt.UTC) + account_links.RESET
    return await shown_once(request, desk, link, until, email=member.email, member=member)


@post("/{uid:str}/factors", status_code=200)
async def remove_factors(request: Incoming, desk: AtDesk, uid: FromPath[str]) -> Response[Any]:
    try:
        await change.remove_all(desk.org.id, uid, by=desk.actor)
    except Invalid as error:
        return await _refused(request, desk, uid, error)
    return see(f"{HERE}/{uid}?done=factors")


@post("/{uid:str}/give", status_code=200)
async def give(request: Incoming, desk: AtDesk, uid: FromPath[str]) -> Response[Any]:
    """What is assigned to them and open goes to somebody else, or back to everybody."""
    member, to = await members.one(desk.org.id, uid), form_of(request).get("to", "")
    if not to:
        return see(f"{HERE}/{uid}")
    try:
        worker = None if to == NOBODY else await colleagues.worker(desk.org.id, to)
    except Invalid as error:
        return await _refused(request, desk, uid, error)
    theirs = await messages.ids(desk.org.id, _assigned(member.id), most=MESSAGES_MAX)
    if theirs:
        act = acts.assigned(worker, desk.agent.id)
        done = await long_acts.change_all(desk.org.id, theirs, act, by=desk.by)
        if isinstance(done, uuid.UUID):
            return see(f"/inbox/acts/{done}")
    return see(f"{HERE}/{uid}?done=given")


@post("/{uid:str}/handles", status_code=200)
async def change_handles(request: Incoming, desk: AtDesk, uid: FromPath[str]) -> Response[Any]:
    """How they are called in group chats."""
    member = await members.one(desk.org.id, uid)
    if not desk.actor.may_decide_about(member.id, member.role):
        raise NotFound
    try:
        await handles.save(desk.org.id, member.id, form_of(request), by=desk.by)
    except Invalid as error:
        return await _refused(request, desk, uid, error)
    return see(f"{HERE}/{uid}?done=handles#handles")


@post("/{uid:str}/owner", status_code=200)
async def owner(request: Incoming, desk: AtDesk, uid: FromPath[str]) -> Response[Any]:
    form = form_of(request)
    stays = form.get("stays") == "yes"
    try:
        await members.make_owner(
            desk.org.id,
            uid,
            by=desk.agent,
            password=form.get("current", ""),
            place=place_of(request),
            stays=stays,
        )
    except Invalid as error:
        return await _refused(request, desk, uid, error)
    except TooMany as error:
        told = Problem("/current", "too_many", TOO_OFTEN, {"n": str(error.after)})
        return await _refused(request, desk, uid, Invalid([told]), status=429)
    return see(f"{HERE}/{uid}?done=owner")


def _assigned(member: uuid.UUID) -> Wanted:
    return Wanted(status="pending", assignee=str(member))


async def _refused(
    request: Incoming, desk: Desk, uid: str, error: Invalid, *, status: int = 422
) -> Response[str]:
    member = await members.one(desk.org.id, uid)
    return await _draw(request, desk, member, error.problems, form_of(request), status)


async def _draw(
    request: Incoming,
    desk: Desk,
    member: Member,
    found: list[Problem] | None = None,
    typed: Mapping[str, str] | None = None,
    status: int = 422,
) -> Response[str]:
    locale, actor = words.locale_of(request), desk.actor
    problems = words.of_fields(locale, found or [])
    others = [each for each in await colleagues.of(desk.org.id) if each.works]
    context = {
        **await frame(request, desk),
        "member": member,
        "me": member.id == desk.agent.id,
        "may_decide": actor.may_decide_about(member.id, member.role),
        "may_hand_over": actor.role == "owner" and member.role != "owner",
        "signed_in": await sessions.open_for(member.id),
        "factors": await held.of(member.account),
        "tokens": await tokens.known_to(desk.org.id, member.id),
        "rules": await stored.giving_to(desk.org.id, member.id),
        "open": await messages.count(desk.org.id, _assigned(member.id)),
        "takers": [
            ("", words.say(locale, LEFT)),
            (NOBODY, words.say(locale, N_("Nobody, so that anybody can take them"))),
            *((each.uid, each.name) for each in others if each.uid != str(member.id)),
        ],
        "roles": role_words.names(locale),
        "may": role_words.may(locale),
        "given": members.GIVEN,
        "values": {"role": member.role, "to": "", "stays": "no", **(typed or {})},
        "workers": colleagues.WORKERS,
        "handles": await _handles(desk, member, typed),
        "problems": problems,
        "faults": dict(problems),
        "flash": flash(request, DONE),
    }
    return answer(request, "members/member.html", context, status=status if problems else 200)


async def _handles(desk: Desk, member: Member, typed: Mapping[str, str] | None) -> dict[str, str]:
    kept: dict[str, str] = msgspec.to_builtins(await handles.of(desk.org.id, member.id))
    return {**kept, **(typed or {})}


router = console(
    HERE,
    [
        page,
        role,
        disable,
        withdraw_tokens,
        enable,
        sign_out,
        password,
        remove_factors,
        give,
        change_handles,
        owner,
    ],
    readers=ADMINS,
    writers=ADMINS,
)
