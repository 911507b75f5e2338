"""What agents and chat systems say of themselves. Every word runs out: then nobody knows."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from app import database
from app.errors import Invalid, Problem
from app.people import audit
from app.presence.facts import CONSOLE
from app.tables import Agent, new_id
from app.text import clean_line

HEARTBEAT = dt.timedelta(seconds=90)
"""Three beats of the console, of which two may be lost."""
BEAT_EVERY = dt.timedelta(seconds=20)
"""A beat that comes sooner after the one before is not written."""
TTL = 90
TTL_MAX = 24 * 3600
ONLINE_MAX = 100_000
AGENTS_MAX = 500
"""Agents that one program may name."""
NAME_MAX = 64
KEPT = dt.timedelta(hours=24)
"""For how long an agent that a program named is remembered after its word ran out."""
STATES = ("online", "offline")


async def switch(agent: Agent, online: bool) -> None:
    """The agent's own switch. It stays as it was set; it counts while heartbeats come."""
    now = await database.now()
    values: dict[str, Any] = {"name": agent.name or agent.email, "online": int(online), "at": now}
    values["until"] = now + HEARTBEAT if online else now
    async with database.transaction():
        was_online = await is_on(agent)
        await _put(agent.organization, CONSOLE, str(agent.id), values)
        if online != was_online:
            action = "presence.online" if online else "presence.offline"
            await audit.record(agent.organization, values["name"], action, agent.id)


async def beat(agent: Agent) -> bool:
    """The console is open in front of the agent. Whether that counts: whether he is switched on."""
    now = await database.now()
    row = await _own(agent)
    if row is None or not row["online"]:
        return False
    if now - row["at"] >= BEAT_EVERY:
        await database.fetch(
            "UPDATE presence_report SET at = {}, until = {} WHERE id = {} AND online > 0",
            now,
            now + HEARTBEAT,
            row["id"],
        )
    return True


async def is_on(agent: Agent) -> bool:
    row = await _own(agent)
    return row is not None and row["online"] > 0


async def leave(agent: Agent) -> None:
    """Who signs out is not there any more."""
    if await is_on(agent):
        await switch(agent, False)


async def _own(agent: Agent) -> dict[str, Any] | None:
    rows = await database.fetch(
        "SELECT * FROM presence_report WHERE organization = {} AND source = {} AND who = {}",
        agent.organization,
        CONSOLE,
        str(agent.id),
    )
    return rows[0] if rows else None


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
    """A program's word: how many are online, or one agent's state, or that it is too much now.

    `source` tells programs apart: each one replaces its own word only. Raises Invalid.
    """
    agent = None if agent is None else clean_line(agent)
    if problems := _problems(agents_online, agent, state, overloaded, ttl):
        raise Invalid(problems)
    now = await database.now()
    until = now + dt.timedelta(seconds=ttl)
    total: dict[str, Any] = {"name": name, "at": now}
    if agents_online is not None:
        total |= {"online": agents_online, "until": until}
    if overloaded is not None:
        total["overloaded_until"] = until if overloaded else None
    async with database.transaction():
        if agent is None:
            await _put(organization, str(source), "", total)
            if agents_online is not None:
                await _forget_agents(organization, source)
            return
        online = int(state == "online")
        # Whoever names agents does not count them twice.
        await _put(organization, str(source), "", {**total, "online": 0, "until": until})
        one = {"name": f"{name}: {agent}", "at": now, "until": until, "online": online}
        await _put(organization, str(source), agent, one)
        await _check_room(organization, source, now)


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
    await database.fetch(
        "DELETE FROM presence_report WHERE organization = {} AND source = {} AND who <> ''",
        organization,
        str(source),
    )


async def _check_room(organization: uuid.UUID, source: uuid.UUID, now: dt.datetime) -> None:
    mine = "organization = {} AND source = {} AND who <> ''"
    await database.fetch(
        f"DELETE FROM presence_report WHERE {mine} AND until < {{}}",
        organization,
        str(source),
        now - KEPT,
    )
    rows = await database.fetch(
        f"SELECT count(*) AS n FROM presence_report WHERE {mine}", organization, str(source)
    )
    if rows[0]["n"] > AGENTS_MAX:
        facts = {"limit": str(AGENTS_MAX)}
        raise Invalid.at("/agent", "too_many", "Name at most {limit} agents", **facts)


async def _put(organization: uuid.UUID, source: str, who: str, values: dict[str, Any]) -> None:
    """What is not in `values` stays as it was."""
    fresh = {"online": 0, "until": values["at"], **values}
    fresh |= {"id": new_id(), "organization": organization, "source": source, "who": who}
    changed = ", ".join(f"{name} = excluded.{name}" for name in values)
    await database.fetch(
        database.insert_sql("presence_report", fresh)
        + f" ON CONFLICT (organization, source, who) DO UPDATE SET {changed}",
        *fresh.values(),
    )
