"""The organizations that an account belongs to, and which of them a session has open."""

from __future__ import annotations

import datetime as dt
import uuid

import msgspec
from piccolo.custom_types import Combinable

from app import database
from app.errors import Conflict, NotFound
from app.people import audit
from app.reading import uids
from app.tables import Agent, Session
from app.text import folded

CONFINED = (
    "You have signed in by a service of the organization that is open, which opens this one alone."
    " Sign out, then sign in with your password."
)


class Membership(msgspec.Struct, frozen=True, kw_only=True):
    """`agent` is who they are there."""

    agent: uuid.UUID
    organization: uuid.UUID
    slug: str
    name: str
    role: str
    email: str
    seen_at: dt.datetime | None


ROW = (
    Agent.id.as_alias("agent"),
    Agent.organization,
    Agent.organization.slug.as_alias("slug"),
    Agent.organization.name.as_alias("name"),
    Agent.role,
    Agent.email,
    Agent.seen_at,
)


def _open_to(account: uuid.UUID) -> tuple[Combinable, ...]:
    return (
        Agent.account == account,
        Agent.disabled_at.is_null(),
        Agent.organization.disabled_at.is_null(),
    )


async def of(account: uuid.UUID) -> list[Membership]:
    """By name, without those where they are disabled, or that are disabled themselves."""
    query = Agent.select(*ROW).where(*_open_to(account))
    found = await database.rows(Membership, query)
    return sorted(found, key=lambda each: (folded(each.name), each.slug))


async def one(account: uuid.UUID, agent: object) -> Membership:
    """Raises NotFound, also for somebody else's and where they are disabled."""
    wanted = uids.uid(agent)
    query = Agent.select(*ROW).where(*_open_to(account))
    found = await database.row(Membership, query.where(Agent.id == wanted))
    if found is None:
        raise NotFound
    return found


async def agents_of(account: uuid.UUID) -> list[Agent]:
    """Who they are where they are not disabled, the organization used last first."""
    found = await Agent.objects().where(*_open_to(account))
    return sorted(found, key=lambda each: (each.seen_at or each.created_at, each.id), reverse=True)


async def agent_of(account: uuid.UUID, agent: object) -> Agent:
    """Who they are there. Raises NotFound, also for somebody else's and where they are disabled."""
    query = Agent.objects().where(*_open_to(account))
    found = await query.where(Agent.id == uids.uid(agent)).first()
    if found is None:
        raise NotFound
    return found


async def open_for(session: uuid.UUID, account: uuid.UUID, agent: object) -> Membership:
    """The session has this organization open from now on. Raises NotFound, and Conflict for a
    session that a provider of another organization vouches for: it opens that one alone."""
    async with database.transaction():
        found = await one(account, agent)
        if await database.value(
            uuid.UUID,
            Session.select(Session.provider).where(
                Session.id == session, Session.agent != found.agent
            ),
        ):
            raise Conflict("by_provider", CONFINED)
        opened = Session.update({Session.agent: found.agent})
        await opened.where(Session.id == session, Session.account == account)
        seen = Agent.update({Agent.seen_at: dt.datetime.now(dt.UTC)})
        await seen.where(Agent.id == found.agent)
        await audit.record(found.organization, found.email, "sign_in.switched", found.agent)
    return found
