"""When an agent works, as they say themselves. Who says nothing works at any time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from app import database
from app.hours.schedule import Schedule, check, decode, encode
from app.people import audit
from app.tables import Agent


def of(agent: Agent) -> Schedule | None:
    return decode(agent.hours) if agent.hours else None


async def save(
    agent: Agent, weekly: Mapping[str, Sequence[Any]], *, timezone: str, by: str
) -> None:
    """`weekly` as office hours are written; without any slot they work at any time. Raises Invalid
    at /weekly/…"""
    schedule = check({"timezone": timezone, "weekly": weekly})
    text = "" if schedule.is_empty else encode(schedule)
    async with database.transaction():
        await Agent.update({Agent.hours: text}).where(Agent.id == agent.id)
        await audit.record(agent.organization, by, "account.hours", agent.id)
