"""When an agent works, as they say themselves. Who says nothing works at any time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from app import database
from app.hours.clock import next_change, open_at
from app.hours.schedule import Schedule, check, decode, encode
from app.people import audit
from app.tables import Agent


def of(agent: Agent) -> Schedule | None:
    return decode(agent.hours) if agent.hours else None


def works_at(stored: str, moment: dt.datetime) -> bool:
    """`stored` is what the agent's row has."""
    return not stored or open_at(decode(stored), moment)


def begins(stored: str, moment: dt.datetime) -> dt.datetime:
    """That moment, or the next at which they work."""
    if works_at(stored, moment):
        return moment
    return next_change(decode(stored), moment) or moment


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
