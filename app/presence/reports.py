"""Reports of agents and chat systems about themselves. Every report runs out."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import msgspec
from piccolo.columns import Column
from piccolo.custom_types import Combinable

from app import database
from app.brands import changed
from app.errors import Invalid, Problem
from app.people import audit
from app.presence.facts import CONSOLE
from app.tables import Agent, PresenceReport
from app.text import clean_line

HEARTBEAT = dt.timedelta(seconds=90)
"""Three heartbeats of the console, two of which may be lost."""
BEAT_EVERY = dt.timedelta(seconds=20)
"""A heartbeat sooner than this after the last is not written."""
TTL = 90
TTL_MAX = 24 * 3600
ONLINE_MAX = 100_000
AGENTS_MAX = 500
"""Agents that one program may name."""
NAME_MAX = 64
KEPT = dt.timedelta(hours=24)
"""How long an agent that a program named is remembered after its report ran out."""
STATES = ("online", "offline")
Word = dict[Column, Any]


async def switch(agent: Agent, online: bool) -> None:
    """The agent's own switch. It stays as it was set; it counts while heartbeats come."""
    now = await database.now()
    name = agent.name or agent.email
    word: Word = {
        PresenceReport.name: name,
        PresenceReport.online: int(online),
        PresenceReport.until: now + HEARTBEAT if online else now,
    }
    async with database.transaction():
        was_online = await is_on(agent)
        await _put(agent.organization, CONSOLE, str(agent.id), now, word)
        if online != was_online:
            action = "presence.online" if online else "presence.offline"
            await audit.record(agent.organization, name, action, agent.id)
    changed.note(agent.organization)


async def beat(agent: Agent) -> bool:
    """The agent's console is open. Returns whether their switch is on: only then it counts."""
    now = await database.now()
    row = await _own(agent)
    if row is None or not row.online:
        return False
    if now - row.at >= BEAT_EVERY:
        beaten: dict[Column | str, Any] = {
            PresenceReport.at: now,
            PresenceReport.until: now + HEARTBEAT,
        }
        await PresenceReport.update(beaten).where(
            PresenceReport.id == row.id, PresenceReport.online > 0
        )
    return True


async def is_on(agent: Agent) -> bool:
    row = await _own(agent)
    return row is not None and row.online > 0


async def leave(agent: Agent) -> None:
    """On sign-out: switches the agent off."""
    if await is_on(agent):
        await switch(agent, False)


class _Own(msgspec.Struct):
    id: uuid.UUID
    online: int
    at: dt.datetime


async def _own(agent: Agent) -> _Own | None:
    query = PresenceReport.select(PresenceReport.id, PresenceReport.online, PresenceReport.at)
    query = query.where(
        PresenceReport.organization == agent.organization,
        PresenceReport.source == CONSOLE,
        PresenceReport.who == str(agent.id),
    )
    return await database.row(_Own, query)


async def report(
    organization: uuid.UUID,
    source: uuid.UUID,
    name: str,
    *,
    agents_online: int | None = None,
    agent: str | None = None,
    state: str | None = None,
    overloaded: bool | None = None,
    ttl: int = TTL,
) -> None:
    """A program's report: how many agents are online, or one agent's state, or overload. `ttl` is
    in seconds.

    `source` tells programs apart: each replaces its own report only. Raises Invalid.
    """
    agent = None if agent is None else clean_line(agent)
    if problems := _problems(agents_online, agent, state, overloaded, ttl):
        raise Invalid(problems)
    now = await database.now()
    until = now + dt.timedelta(seconds=ttl)
    total: Word = {PresenceReport.name: name}
    if agents_online is not None:
        total |= {PresenceReport.online: agents_online, PresenceReport.until: until}
    if overloaded is not None:
        total[PresenceReport.overloaded_until] = until if overloaded else None
    async with database.transaction():
        if agent is None:
            await _put(organization, str(source), "", now, total)
            if agents_online is not None:
                await _forget_agents(organization, source)
        else:
            # A program that names agents must not count them twice.
            total |= {PresenceReport.online: 0, PresenceReport.until: until}
            await _put(organization, str(source), "", now, total)
            one: Word = {
                PresenceReport.name: f"{name}: {agent}",
                PresenceReport.until: until,
                PresenceReport.online: int(state == "online"),
            }
            await _put(organization, str(source), agent, now, one)
            await _check_room(organization, source, now)
    changed.note(organization)


def _problems(
    agents_online: int | None,
    agent: str | None,
    state: str | None,
    overloaded: bool | None,
    ttl: int,
) -> list[Problem]:
    found = []
    range_detail = "Use a number from {low} to {high}"
    if not 1 <= ttl <= TTL_MAX:
        facts = {"low": "1", "high": str(TTL_MAX)}
        found.append(Problem("/ttl", "out_of_range", range_detail, facts))
    if agents_online is not None and not 0 <= agents_online <= ONLINE_MAX:
        facts = {"low": "0", "high": str(ONLINE_MAX)}
        found.append(Problem("/agents_online", "out_of_range", range_detail, facts))
    if agents_online is not None and agent is not None:
        found.append(Problem("/agent", "ambiguous", "Send one agent or the number of all"))
    if agent is not None and not 1 <= len(agent) <= NAME_MAX:
        facts = {"limit": str(NAME_MAX)}
        found.append(Problem("/agent", "out_of_range", "Use 1 to {limit} characters", facts))
    if (agent is None) != (state is None):
        place = "/agent" if agent is None else "/state"
        found.append(Problem(place, "required", "Send agent and state together"))
    if state is not None and state not in STATES:
        known = {"known": ", ".join(STATES)}
        found.append(Problem("/state", "not_a_choice", "Use {known}", known))
    if agents_online is None and agent is None and state is None and overloaded is None:
        detail = "Send agents_online, agent and state, or overloaded"
        found.append(Problem("", "required", detail))
    return found


async def _forget_agents(organization: uuid.UUID, source: uuid.UUID) -> None:
    await PresenceReport.delete().where(_named_by(organization, source))


def _named_by(organization: uuid.UUID, source: uuid.UUID) -> Combinable:
    mine = (PresenceReport.organization == organization) & (PresenceReport.source == str(source))
    return mine & (PresenceReport.who != "")


async def _check_room(organization: uuid.UUID, source: uuid.UUID, now: dt.datetime) -> None:
    mine = _named_by(organization, source)
    await PresenceReport.delete().where(mine, PresenceReport.until < now - KEPT)
    if await PresenceReport.count().where(mine) > AGENTS_MAX:
        facts = {"limit": str(AGENTS_MAX)}
        raise Invalid.at("/agent", "too_many", "Name at most {limit} agents", **facts)


async def _put(
    organization: uuid.UUID, source: str, who: str, now: dt.datetime, word: Word
) -> None:
    """Inserts or updates a report; columns that are not in `word` stay as they are."""
    fresh = PresenceReport(
        {
            PresenceReport.organization: organization,
            PresenceReport.source: source,
            PresenceReport.who: who,
            PresenceReport.until: now,
            **word,
            PresenceReport.at: now,
        }
    )
    await PresenceReport.insert(fresh).on_conflict(
        target=(PresenceReport.organization, PresenceReport.source, PresenceReport.who),
        action="DO UPDATE",
        values=[PresenceReport.at, *word],
    )
