"""Whose turn it is: the agents who are online and within their own working hours, by when a rule
last gave them something. Inside a transaction that holds the organization's lock."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection

import msgspec

from app import database
from app.hours.at_work import works_at
from app.people.colleagues import WORKERS
from app.presence.facts import CONSOLE
from app.tables import Agent, PresenceReport

LONG_AGO = dt.datetime.min.replace(tzinfo=dt.UTC)


class _Agent(msgspec.Struct):
    id: uuid.UUID
    assigned_at: dt.datetime | None
    hours: str


class Turns:
    """Each call of `next` gives the turn to one of them."""

    def __init__(self, last: dict[str, dt.datetime], now: dt.datetime) -> None:
        self._last = last
        self._now = now
        self.given: list[uuid.UUID] = []

    def next(self, among: Collection[str]) -> str | None:
        """None while nobody of these is online."""
        there = [uid for uid in self._last if not among or uid in among]
        if not there:
            return None
        chosen = min(there, key=lambda uid: (self._last[uid], uid))
        self.given.append(uuid.UUID(chosen))
        # In the order in which they were given something, also within one transaction.
        self._last[chosen] = self._now + dt.timedelta(microseconds=len(self.given))
        return chosen

    async def write(self) -> None:
        for agent in set(self.given):
            given = Agent.update({Agent.assigned_at: self._last[str(agent)]})
            await given.where(Agent.id == agent)


NOBODY = Turns({}, LONG_AGO)


async def turns(organization: uuid.UUID, now: dt.datetime) -> Turns:
    online = PresenceReport.select(PresenceReport.who).where(
        PresenceReport.organization == organization,
        PresenceReport.source == CONSOLE,
        PresenceReport.online > 0,
        PresenceReport.until > now,
    )
    there = await database.values(uuid.UUID, online)
    if not there:
        return Turns({}, now)
    query = Agent.select(Agent.id, Agent.assigned_at, Agent.hours).where(
        Agent.organization == organization,
        Agent.id.is_in(there),
        Agent.role.is_in(WORKERS),
        Agent.disabled_at.is_null(),
    )
    found = await database.rows(_Agent, query)
    there_now = [each for each in found if works_at(each.hours, now)]
    return Turns({str(each.id): each.assigned_at or LONG_AGO for each in there_now}, now)
