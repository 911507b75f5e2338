"""System settings, members (系统设置 → 成员): who works here, who is invited, and links that are
shown once."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath

from app.errors import Invalid
from app.people import account_links, members, sign_in_policy
from app.people.factors import held
from app.text import folded
from web.console import role_words
from web.console.auth import ADMINS, AtDesk, Desk, console
from web.console.flash import flash
from web.console.frame import frame
from web.http import words
from web.http.bodies import form_of
from web.http.render import answer, see
from web.http.request import Incoming
from web.http.words import N_

HERE = "/settings/members"
QUERY_MAX = 100
SHOWN_MAX = 200
"""More are found by their names."""
DONE = {"withdrawn": N_("Withdrawn. The link does not work any more.")}
INPUTS = {"/email": "email", "/role": "role"}


@get("/")
async def page(request: Incoming, desk: AtDesk) -> Response[str]:
    return await _draw(request, desk)


@post("/invite", status_code=200)
async def invite(request: Incoming, desk: AtDesk) -> Response[Any]:
    form = form_of(request)
    email, role = form.get("email", ""), form.get("role", "")
    try:
        link = await account_links.invite(desk.org.id, role=role, email=email, by=desk.actor)
    except Invalid as error:
        return await _draw(request, desk, form, error)
    until = dt.datetime.now(dt.UTC) + account_links.INVITED
    return await shown_once(request, desk, link, until, email=email, role=role)


@post("/invitations/{uid:str}/withdraw", status_code=200)
async def withdraw(desk: AtDesk, uid: FromPath[str]) -> Response[Any]:
    await account_links.withdraw(desk.org.id, uid, by=desk.actor)
    return see(f"{HERE}?done=withdrawn")


async def shown_once(
    request: Incoming,
    desk: Desk,
    link: str,
    until: dt.datetime,
    *,
    email: str = "",
    role: str = "",
    member: members.Member | None = None,
) -> Response[str]:
    """The page with a link that cannot be shown again: to join, or for a `member`'s password."""
    context = {
        **await frame(request, desk),
        "link": link,
        "until": until,
        "email": email,
        "role": role_words.names(words.locale_of(request)).get(role, ""),
        "member": member,
    }
    return answer(request, "members/link.html", context)


async def _draw(
    request: Incoming,
    desk: Desk,
    typed: Mapping[str, str] | None = None,
    error: Invalid | None = None,
) -> Response[str]:
    locale, query = words.locale_of(request), request.query_params.get("q", "").strip()[:QUERY_MAX]
    everybody = await members.of(desk.org.id)
    found = [each for each in everybody if each.matches(folded(query))]
    problems = [
        (INPUTS.get(each.pointer, ""), words.say(locale, each.detail, each.facts))
        for each in (error.problems if error else [])
    ]
    context = {
        **await frame(request, desk),
        "now": dt.datetime.now(dt.UTC),
        "query": query,
        "count": len(everybody),
        "found": len(found),
        "members": found[:SHOWN_MAX],
        "unprotected": await _unprotected(desk, everybody),
        "invitations": await account_links.invitations(desk.org.id),
        "roles": role_words.names(locale),
        "may": role_words.may(locale),
        "given": members.GIVEN,
        "values": {"email": "", "role": "agent", **(typed or {})},
        "problems": problems,
        "faults": dict(problems),
        "flash": flash(request, DONE),
    }
    return answer(request, "members/page.html", context, status=422 if problems else 200)


async def _unprotected(desk: Desk, everybody: list[members.Member]) -> set[uuid.UUID]:
    """Those who must have a second factor and have none."""
    policy = sign_in_policy.of(desk.org)
    must = {each.id: each.account for each in everybody if policy.demands(each.role)}
    without = await held.without(desk.org.id) if must else set()
    return {uid for uid, account in must.items() if account in without}


router = console(HERE, [page, invite, withdraw], readers=ADMINS, writers=ADMINS)
