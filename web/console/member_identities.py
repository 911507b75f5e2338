"""System settings, one member: who they are at the organization's providers. An admin enters the id
where a platform tells no address, so that nothing else says who somebody is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath

from app.errors import Invalid, NotFound
from app.people import members
from app.people.members import Member
from app.single_sign_on import identities, providers
from app.single_sign_on.shape import Person
from web.console import identity
from web.console.auth import ADMINS, AtDesk, Desk, console
from web.console.flash import flash
from web.console.frame import frame
from web.console.members import HERE
from web.console.provider_form import sentences
from web.http import words
from web.http.bodies import form_of
from web.http.render import answer, see
from web.http.request import Incoming
from web.http.words import N_

DONE = {
    "linked": N_("Linked. The member can sign in by it."),
    "unlinked": N_("No longer linked"),
}


@get("/{uid:str}/identities")
async def page(request: Incoming, desk: AtDesk, uid: FromPath[str]) -> Response[str]:
    return await _draw(request, desk, await members.one(desk.org.id, uid))


@post("/{uid:str}/identities", status_code=200)
async def add(request: Incoming, desk: AtDesk, uid: FromPath[str]) -> Response[Any]:
    form, member = form_of(request), await _decided(desk, uid)
    try:
        found = await providers.one(desk.org.id, form.get("provider", ""))
        person = Person(subject=form.get("subject", ""))
        await identities.link(
            desk.org.id, found.uid, found.config, person, member, own=False, by=desk.by
        )
    except Invalid as error:
        return await _draw(request, desk, member, form, error)
    return see(f"{HERE}/{uid}/identities?done=linked")


@post("/{uid:str}/identities/{linked:str}/remove", status_code=200)
async def remove(desk: AtDesk, uid: FromPath[str], linked: FromPath[str]) -> Response[Any]:
    await identities.unlink(desk.org.id, await _decided(desk, uid), linked, by=desk.by)
    return see(f"{HERE}/{uid}/identities?done=unlinked")


async def _decided(desk: Desk, uid: str) -> Member:
    """Raises NotFound also for whom they may not decide about."""
    found = await members.one(desk.org.id, uid)
    if not desk.actor.may_decide_about(found.id, found.role):
        raise NotFound
    return found


async def _draw(
    request: Incoming,
    desk: Desk,
    member: Member,
    typed: Mapping[str, str] | None = None,
    error: Invalid | None = None,
) -> Response[str]:
    locale = words.locale_of(request)
    problems = sentences(locale, error.problems if error else ())
    context = {
        **await frame(request, desk),
        "member": member,
        "may_decide": desk.actor.may_decide_about(member.id, member.role),
        "lines": await identity.lines(desk.org.id, member.account),
        "values": {"provider": "", "subject": "", **(typed or {})},
        "problems": problems,
        "faults": dict(problems),
        "flash": flash(request, DONE),
    }
    status = 422 if problems else 200
    return answer(request, "single_sign_on/member.html", context, status=status)


router = console(HERE, [page, add, remove], readers=ADMINS, writers=ADMINS)
