"""Links that work once: whoever opens one becomes a member, or chooses a new password."""

from __future__ import annotations

import datetime as dt
import uuid

import msgspec
from piccolo.custom_types import Combinable

from app import database, settings
from app.errors import Invalid, NotFound, Problem
from app.people import agents, audit, links, members, organizations
from app.people.actor import Actor
from app.people.members import GIVEN
from app.reading import uids
from app.tables import Account, AccountLink, Agent

INVITED = dt.timedelta(days=7)
RESET = dt.timedelta(hours=24)
MAILED = dt.timedelta(minutes=30)
INVITATIONS_MAX = 100
ELSEWHERE = (
    "They belong to other organizations, too, so only they can renew their password, or whoever"
    " runs the server: leavemsg admin reset-password"
)
HERE_ALREADY = Problem("/email", "here_already", "They are a member already")
MEMBER = "You are a member already"
OTHER_ACCOUNT = "This invitation is for {email}. Sign out, then open it again"


class Invitation(msgspec.Struct, frozen=True):
    """`email` is empty when whoever has the link may name their own."""

    id: uuid.UUID
    organization: uuid.UUID
    email: str
    role: str
    created_by: str
    created_at: dt.datetime
    expires_at: dt.datetime

    def is_over(self, now: dt.datetime) -> bool:
        return self.expires_at <= now


ROW = (
    AccountLink.id,
    AccountLink.organization,
    AccountLink.email,
    AccountLink.role,
    AccountLink.created_by,
    AccountLink.created_at,
    AccountLink.expires_at,
)


async def invite(organization: uuid.UUID, *, role: str, email: str = "", by: Actor) -> str:
    """The link, shown only here. Raises Invalid at /email, /role and for too many."""
    address, problems = agents.address_of(email) if email.strip() else ("", [])
    if role not in GIVEN:
        problems.append(Problem("/role", "unknown_role", "There is no such role"))
    if address and await _belongs(organization, Agent.email == address):
        problems.append(HERE_ALREADY)
    async with database.transaction():
        await organizations.hold(organization)
        if len(await invitations(organization)) >= INVITATIONS_MAX:
            limit = {"limit": str(INVITATIONS_MAX)}
            detail = "There are {limit} open invitations. Withdraw some first"
            problems.append(Problem("", "too_many", detail, limit))
        if problems:
            raise Invalid(problems)
        code, uid = await links.made(organization, by, INVITED, email=address, role=role)
        await audit.record(organization, by.by, "member.invited", uid, role)
    return f"{settings.current().base_url}/join/{code}"


async def reset(organization: uuid.UUID, uid: object, *, by: Actor) -> str:
    """A link by which the member chooses a new password, shown only here; one before works no more.
    Raises NotFound, also for who is disabled, and Invalid for who belongs to others, too: their
    password opens more than this organization."""
    found = await members.one(organization, uid)
    if found.disabled_at is not None or not by.may_decide_about(found.id, found.role):
        raise NotFound
    if by.agent is not None and await agents.is_elsewhere(found.account, organization):
        raise Invalid.at("", "elsewhere", ELSEWHERE)
    async with database.transaction():
        await AccountLink.delete().where(AccountLink.agent == found.id)
        code, _ = await links.made(organization, by, RESET, agent=found.id)
        await audit.record(organization, by.by, "password.link", found.id)
    return f"{settings.current().base_url}/password/{code}"


async def mailed(agent: Agent) -> str:
    """A link for who has asked by mail. One from an admin goes on working: else anybody could end
    it by asking."""
    over = AccountLink.expires_at <= dt.datetime.now(dt.UTC)
    by = Actor(by=agent.email, role=agent.role, agent=agent.id)
    async with database.transaction():
        await AccountLink.delete().where(AccountLink.agent == agent.id, over)
        code, _ = await links.made(agent.organization, by, MAILED, agent=agent.id)
        await audit.record(agent.organization, agent.email, "password.mailed", agent.id)
    return f"{settings.current().base_url}/password/{code}"


async def invitations(organization: uuid.UUID) -> list[Invitation]:
    """Those that nobody has used, the newest first."""
    query = AccountLink.select(*ROW).where(
        AccountLink.organization == organization, AccountLink.agent.is_null()
    )
    query = query.order_by(AccountLink.created_at, ascending=False)
    return await database.rows(Invitation, query)


async def withdraw(organization: uuid.UUID, uid: object, *, by: Actor) -> None:
    """One that is gone is not said: another tab has done it, or somebody has joined."""
    known = uids.uid(uid)
    gone = AccountLink.delete().where(
        AccountLink.organization == organization,
        AccountLink.id == known,
        AccountLink.agent.is_null(),
    )
    async with database.transaction():
        if await gone.returning(AccountLink.id):
            await audit.record(organization, by.by, "invitation.withdrawn", known)


async def invited(code: str) -> Invitation | None:
    """The invitation of a link; None when it does not work, for whatever reason."""
    query = AccountLink.select(*ROW).where(links.living(code), AccountLink.agent.is_null())
    return await database.row(Invitation, query)


async def join(
    code: str, *, name: str, email: str, password: str, locale: str, timezone: str
) -> Agent:
    """Uses an invitation up. Its own address counts before the one given. Raises Invalid at /code
    when it does not work, and what agents.create raises."""
    if (link := await invited(code)) is None:
        raise Invalid.at("/code", "link_over", links.OVER)
    own = (link.email or email, name)
    unfit = await agents.password_problems(link.organization, password, *own)
    ready = "" if unfit else await agents.hashed(password)
    async with database.transaction():
        link = await invited(code)
        if link is None or not await links.spent(link.id):
            raise Invalid.at("/code", "link_over", links.OVER)
        agent = await agents.create(
            link.organization,
            email=link.email or email,
            password=password,
            role=link.role,
            name=name,
            locale=locale,
            timezone=timezone,
            ready=ready,
        )
        await audit.record(link.organization, agent.email, "member.joined", agent.id, link.role)
    return agent


async def join_as(code: str, me: Agent) -> Agent:
    """As `join`, for an account: `me` is who they are elsewhere. Raises Invalid at /code, and at
    /email when it is for somebody else or they are a member, also a disabled one: then it is not
    used up."""
    async with database.transaction():
        link = await invited(code)
        if link is None:
            raise Invalid.at("/code", "link_over", links.OVER)
        if link.email not in ("", me.email):
            raise Invalid.at("/email", "other_account", OTHER_ACCOUNT, email=link.email)
        if await _belongs(link.organization, Agent.account == me.account):
            raise Invalid.at("/email", "here_already", MEMBER)
        if not await links.spent(link.id):
            raise Invalid.at("/code", "link_over", links.OVER)
        [account] = await Account.objects().where(Account.id == me.account)
        agent = await agents.add(link.organization, account, role=link.role, name=me.name)
        await audit.record(link.organization, agent.email, "member.joined", agent.id, link.role)
    return agent


async def _belongs(organization: uuid.UUID, which: Combinable) -> bool:
    return bool(await Agent.exists().where(Agent.organization == organization, which))


async def forgetful(code: str) -> Agent | None:
    """Whose password a link renews; None when it does not work."""
    return (await _forgetful(code) or (None, None))[1]


async def renew(code: str, password: str) -> Agent:
    """Uses the link up, and ends every sign-in of the agent. Raises Invalid at /code and
    /password."""
    if (link := await _forgetful(code)) is None:
        raise Invalid.at("/code", "link_over", links.OVER)
    if problems := await agents.faults_of(link[1], password):
        raise Invalid(problems)
    ready = await agents.hashed(password)
    async with database.transaction():
        found = await _forgetful(code)
        if found is None or not await links.spent(found[0]):
            raise Invalid.at("/code", "link_over", links.OVER)
        await agents.renew_password(found[1], ready)
    return found[1]


async def _forgetful(code: str) -> tuple[uuid.UUID, Agent] | None:
    query = AccountLink.select(AccountLink.id, AccountLink.agent).where(links.living(code))
    link = await query.where(AccountLink.agent.is_not_null()).first()
    if link is None:
        return None
    agent = await Agent.objects().where(Agent.id == link["agent"]).first()
    return None if agent is None or agent.disabled_at is not None else (link["id"], agent)
