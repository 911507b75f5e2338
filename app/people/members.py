"""Who belongs to an organization, and what admins decide about them: role, access, ownership."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import msgspec
from piccolo.columns import Column

from app import database
from app.errors import Invalid, NotFound
from app.people import agents, audit, organizations, sessions, tokens
from app.people.actor import Actor
from app.people.agents import Place
from app.reading import uids
from app.tables import AccountLink, Agent
from app.text import folded

GIVEN = ("admin", "agent", "viewer")
"""Roles that are given without a password. Owners are made by `make_owner`."""
AMBIGUOUS = "They belong to several organizations: {known}. Say which with --organization"
LAST_OWNER = "Somebody must stay an owner. Make another member an owner first"


class Member(msgspec.Struct, frozen=True, kw_only=True):
    id: uuid.UUID
    account: uuid.UUID
    name: str
    email: str
    role: str
    disabled_at: dt.datetime | None
    created_at: dt.datetime
    seen_at: dt.datetime | None

    @property
    def called(self) -> str:
        return self.name or self.email

    def matches(self, wanted: str) -> bool:
        """`wanted` is folded."""
        return wanted in folded(f"{self.name}\n{self.email}")


ROW = (
    Agent.id,
    Agent.account,
    Agent.name,
    Agent.email,
    Agent.role,
    Agent.disabled_at,
    Agent.created_at,
    Agent.seen_at,
)


async def of(organization: uuid.UUID) -> list[Member]:
    """By name; those who were disabled come last."""
    query = Agent.select(*ROW).where(Agent.organization == organization)
    found = await database.rows(Member, query.order_by(Agent.id))
    return sorted(found, key=lambda each: (each.disabled_at is not None, folded(each.called)))


async def one(organization: uuid.UUID, uid: object) -> Member:
    """Raises NotFound, also for another organization's."""
    query = Agent.select(*ROW)
    query = query.where(Agent.organization == organization, Agent.id == uids.uid(uid))
    found = await database.row(Member, query)
    if found is None:
        raise NotFound
    return found


async def by_email(email: str, slug: str = "") -> tuple[uuid.UUID, Member]:
    """The organization and the member. Raises NotFound, and Invalid at /organization for whom
    belongs to several and no `slug` says which."""
    query = Agent.select(Agent.id, Agent.organization, Agent.organization.slug.as_alias("slug"))
    found = await query.where(Agent.email == agents.account_of(email)).order_by(Agent.id)
    found = [each for each in found if slug in ("", each["slug"])]
    if not found:
        raise NotFound
    if len(found) > 1:
        known = ", ".join(each["slug"] for each in found)
        raise Invalid.at("/organization", "ambiguous", AMBIGUOUS, known=known)
    [one_of_them] = found
    return one_of_them["organization"], await one(one_of_them["organization"], one_of_them["id"])


async def set_role(organization: uuid.UUID, uid: object, role: str, *, by: Actor) -> None:
    """Raises Invalid at /role and for the last owner, and NotFound."""
    if role not in GIVEN:
        raise Invalid.at("/role", "unknown_role", "There is no such role")
    async with database.transaction():
        found = await _decided(organization, uid, by)
        if found.role == role:
            return
        await _keep_an_owner(organization, found)
        await _change(found, {Agent.role: role})
        if role != "admin":
            await _end_links(organization, found)
        detail = f"{found.role} > {role}"
        await audit.record(organization, by.by, "member.role", found.id, detail)


async def disable(
    organization: uuid.UUID, uid: object, *, by: Actor, withdraw: bool = True
) -> Agent:
    """Ends their sign-ins here at once, the links that could bring them back, and unless `withdraw`
    is false the tokens that they know. What they did stays, and what is assigned to them. Raises
    Invalid for the last owner, and NotFound."""
    async with database.transaction():
        found = await _decided(organization, uid, by)
        if found.disabled_at is None:
            await _keep_an_owner(organization, found)
            await _out(found)
            await _end_links(organization, found)
            if withdraw:
                await tokens.withdraw_from(organization, found.id, by=by.by)
            await audit.record(organization, by.by, "member.disabled", found.id)
        [agent] = await Agent.objects().where(Agent.id == found.id)
    return agent


async def may_leave(me: Agent) -> None:
    """Raises Invalid for the last owner."""
    await _keep_an_owner(me.organization, await one(me.organization, me.id))


async def withdraw_tokens(organization: uuid.UUID, uid: object, *, by: Actor) -> int:
    """Ends the secrets of tokens that they know; how many tokens that are. Raises NotFound."""
    async with database.transaction():
        found = await _decided(organization, uid, by)
        return await tokens.withdraw_from(organization, found.id, by=by.by)


async def leave(me: Agent, *, withdraw: bool = True) -> None:
    """As `disable`, by themselves: only an admin lets them in again. Raises Invalid for the last
    owner, and NotFound for who has left already."""
    async with database.transaction():
        await organizations.hold(me.organization)
        found = await one(me.organization, me.id)
        if found.disabled_at is not None:
            raise NotFound
        await _keep_an_owner(me.organization, found)
        await _out(found)
        await _end_links(me.organization, found)
        by = me.name or me.email
        if withdraw:
            await tokens.withdraw_from(me.organization, found.id, by=by)
        await audit.record(me.organization, by, "member.left", found.id)


async def _out(member: Member) -> None:
    await _change(member, {Agent.disabled_at: dt.datetime.now(dt.UTC)})
    await sessions.end_for(member.id)
    await AccountLink.delete().where(AccountLink.agent == member.id)


async def enable(organization: uuid.UUID, uid: object, *, by: Actor) -> None:
    """With the role and the password of before. Raises NotFound."""
    async with database.transaction():
        found = await _decided(organization, uid, by)
        if found.disabled_at is not None:
            await _change(found, {Agent.disabled_at: None})
            await audit.record(organization, by.by, "member.enabled", found.id)


async def sign_out(organization: uuid.UUID, uid: object, *, by: Actor) -> None:
    """Everywhere, also where they have another organization open. Raises NotFound."""
    async with database.transaction():
        found = await _decided(organization, uid, by)
        await sessions.end_all(found.account)
        await audit.record(organization, by.by, "member.signed_out", found.id)


async def make_owner(
    organization: uuid.UUID,
    uid: object,
    *,
    by: Agent,
    password: str,
    place: Place,
    stays: bool,
) -> None:
    """An owner makes another member one, and `stays` one or becomes an admin. Asks for the owner's
    password. Raises Invalid at /current, TooMany and NotFound."""
    await agents.prove(by, password, place)
    actor = Actor(by=by.name or by.email, role=by.role, agent=by.id)
    async with database.transaction():
        await organizations.hold(organization)
        # They may have been demoted while the password was being checked.
        me, found = await one(organization, by.id), await one(organization, uid)
        may = me.role == "owner" and me.disabled_at is None and found.disabled_at is None
        if not may or not actor.may_decide_about(found.id, found.role):
            raise NotFound
        await _change(found, {Agent.role: "owner"})
        await audit.record(
            organization, actor.by, "member.owner", found.id, f"{found.role} > owner"
        )
        if not stays:
            await _change(me, {Agent.role: "admin"})
            await audit.record(organization, actor.by, "member.role", me.id, "owner > admin")


async def _decided(organization: uuid.UUID, uid: object, by: Actor) -> Member:
    """The member, held until the transaction ends. Raises NotFound also for whom they may not
    decide about: the page offers nothing there."""
    await organizations.hold(organization)
    found = await one(organization, uid)
    if not by.may_decide_about(found.id, found.role):
        raise NotFound
    return found


async def _keep_an_owner(organization: uuid.UUID, leaving: Member) -> None:
    """Raises Invalid when nobody else is an owner who can sign in."""
    if leaving.role != "owner":
        return
    others = Agent.exists().where(
        Agent.organization == organization,
        Agent.role == "owner",
        Agent.disabled_at.is_null(),
        Agent.id != leaving.id,
    )
    if not await others:
        raise Invalid.at("", "last_owner", LAST_OWNER)


async def _end_links(organization: uuid.UUID, maker: Member) -> None:
    """Those that they have made: else they could come back by one, or as somebody else."""
    await AccountLink.delete().where(
        AccountLink.organization == organization, AccountLink.maker == maker.id
    )


async def _change(member: Member, values: dict[Column | str, Any]) -> None:
    await Agent.update(values).where(Agent.id == member.id)
