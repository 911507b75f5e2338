"""Whom notices mention: who is on duty when they are sent, or the next of them."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from typing import Protocol

import msgspec

from app import database
from app.channels.handles import Handles
from app.hours.at_work import works_at
from app.people import handles
from app.people.colleagues import WORKERS
from app.presence.facts import rule_of
from app.rota.shape import Duty, on_duty, stored
from app.rules.chains import Chain, calls, chains_of
from app.tables import Agent, Message, Organization

NEW = ("new", "fallback")


class About(Protocol):
    """A message in a notice, as it is carried."""

    id: uuid.UUID
    organization: uuid.UUID
    brand: uuid.UUID | None
    category: str
    purpose: str


class _Organization(msgspec.Struct):
    rota: str
    reminders: str
    timezone: str


class _Priority(msgspec.Struct):
    id: uuid.UUID
    priority: str


class Person(msgspec.Struct, frozen=True):
    """Somebody who can be on duty. `there`: within their own working hours."""

    uid: str
    name: str
    handles: Handles
    there: bool


class _Agent(msgspec.Struct):
    id: uuid.UUID
    name: str
    email: str
    hours: str
    handles: str


async def called(rows: Sequence[About]) -> tuple[Person, ...]:
    """For the notice of these messages, which are one organization's."""
    if not rows:
        return ()
    organization = rows[0].organization
    query = Organization.select(Organization.rota, Organization.reminders, Organization.timezone)
    org = await database.row(_Organization, query.where(Organization.id == organization))
    if org is None or not org.rota:
        return ()
    rota, chains = stored(org.rota), chains_of(org.reminders)
    levels = await _levels(rows, chains)
    wanted = {
        (row.brand or organization, level)
        for row, level in zip(rows, levels, strict=True)
        if level is not None and (rota.mention_new or row.purpose not in NEW)
    }
    if not wanted:
        return ()
    people = await persons(organization, await database.now())
    found: list[str] = []
    for brand, level in sorted(wanted, key=lambda each: (each[1], str(each[0]))):
        duty = await _duty(org, brand, people)
        found += duty.after(level) if level else duty.now
    return tuple(people[uid] for uid in dict.fromkeys(found))


async def _levels(rows: Sequence[About], chains: list[Chain]) -> list[int | None]:
    """Of each: 0 for who is on duty, n for the nth after them, None for nobody."""
    priorities: dict[uuid.UUID, str] = {}
    if any(each.priorities for each in chains):
        query = Message.select(Message.id, Message.priority)
        query = query.where(Message.id.is_in([row.id for row in rows]))
        found = await database.rows(_Priority, query)
        priorities = {each.id: each.priority for each in found}
    return [
        0
        if row.purpose in NEW
        else calls(chains, row.purpose, row.category, priorities.get(row.id, "normal"))
        for row in rows
    ]


async def persons(organization: uuid.UUID, now: dt.datetime) -> dict[str, Person]:
    query = Agent.select(Agent.id, Agent.name, Agent.email, Agent.hours, Agent.handles)
    query = query.where(
        Agent.organization == organization,
        Agent.role.is_in(WORKERS),
        Agent.disabled_at.is_null(),
    )
    return {
        str(each.id): Person(
            str(each.id),
            each.name or each.email,
            handles.opened(organization, each.id, each.handles),
            works_at(each.hours, now),
        )
        for each in await database.rows(_Agent, query)
    }


async def now(organization: uuid.UUID) -> tuple[Duty, dict[str, Person]]:
    """By the first brand's office hours."""
    query = Organization.select(Organization.rota, Organization.reminders, Organization.timezone)
    org = await database.row(_Organization, query.where(Organization.id == organization))
    people = await persons(organization, await database.now())
    if org is None:
        return Duty(), people
    return await _duty(org, organization, people), people


async def _duty(org: _Organization, brand: uuid.UUID, people: dict[str, Person]) -> Duty:
    rota = stored(org.rota)
    schedule = (await rule_of(brand)).hours(org.timezone or "UTC")
    named = {uid for each in rota.shifts for uid in each.agents} | set(rota.backups)
    named |= {each.agent for each in rota.swaps}
    away = {uid for uid in named if uid not in people or not people[uid].there}
    return on_duty(rota, schedule, await database.now(), away)
