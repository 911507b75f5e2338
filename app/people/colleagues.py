"""Who works in an organization, as messages are given to them and signed by them."""

from __future__ import annotations

import datetime as dt
import uuid

import msgspec

from app import database
from app.errors import Invalid
from app.reading import uids
from app.tables import Agent

WORKERS = ["owner", "admin", "agent"]


class Colleague(msgspec.Struct, frozen=True, kw_only=True):
    """`works` says whether messages may be given to them."""

    uid: str
    name: str
    email: str
    works: bool


class _Row(msgspec.Struct):
    id: uuid.UUID
    name: str
    email: str
    role: str
    disabled_at: dt.datetime | None


async def of(organization: uuid.UUID) -> list[Colleague]:
    """By name; also those who work no more, for what they did."""
    query = Agent.select(Agent.id, Agent.name, Agent.email, Agent.role, Agent.disabled_at)
    query = query.where(Agent.organization == organization).order_by(Agent.name, Agent.id)
    return [
        Colleague(
            uid=str(row.id),
            name=row.name or row.email,
            email=row.email,
            works=row.role in WORKERS and row.disabled_at is None,
        )
        for row in await database.rows(_Row, query)
    ]


async def worker(organization: uuid.UUID, text: str) -> uuid.UUID:
    """The id of somebody whom messages may be given to. Raises Invalid at /assignee."""
    unknown = Invalid.at("/assignee", "unknown_agent", "Choose somebody who works here")
    found = uids.uid_or_none(text)
    if found is None:
        raise unknown
    works = Agent.exists().where(
        Agent.id == found,
        Agent.organization == organization,
        Agent.role.is_in(WORKERS),
        Agent.disabled_at.is_null(),
    )
    if not await works:
        raise unknown
    return found
