"""Reminders of messages that nobody has claimed or handled: after some office time a channel or the
assignee, then another. Each step is a delivery of its own purpose, so it exists once for a message,
whatever dies."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import msgspec

from app import database
from app.database.remembered import Remembered
from app.deliveries import statements
from app.deliveries.owe import cancel
from app.errors import Invalid, Problem
from app.hours.clock import add_open_time
from app.hours.schedule import Schedule
from app.overview import stale
from app.people import audit
from app.presence.facts import rule_of
from app.reading import objects, uids
from app.rules import check
from app.rules.chains import (
    ASSIGNEE,
    PURPOSES,
    STEPS_MAX,
    Chain,
    Step,
    chains_of,
    steps_for,
)
from app.tables import Delivery, Organization
from app.text import clean_line

CHAINS_MAX = 20
NAME_MAX = 64
CLAIMED = "claimed"
"""Why the rest of a chain is not sent."""


class Reminders(msgspec.Struct, frozen=True, kw_only=True):
    """Of the chains, the first counts that is for a message's category."""

    chains: list[Chain]


class InForce(msgspec.Struct, frozen=True):
    """By the office hours of one brand."""

    chains: list[Chain] = []
    schedule: Schedule = Schedule()

    @property
    def has_assignees(self) -> bool:
        return any(step.channel == ASSIGNEE for chain in self.chains for step in chain.steps)

    def due(
        self, category: str, start: dt.datetime, priority: str = "normal"
    ) -> Iterator[tuple[str, uuid.UUID, dt.datetime]]:
        """(purpose, channel, when) of each step for a message that a channel is told."""
        for purpose, step, due in self._steps(category, start, priority):
            if step.channel != ASSIGNEE:
                yield purpose, uuid.UUID(step.channel), due

    def of_assignee(
        self, category: str, start: dt.datetime, priority: str = "normal"
    ) -> Iterator[tuple[str, dt.datetime]]:
        """(purpose, when) of each step that the assignee is told, who was given it then."""
        for purpose, step, due in self._steps(category, start, priority):
            if step.channel == ASSIGNEE:
                yield purpose, due

    def _steps(
        self, category: str, start: dt.datetime, priority: str
    ) -> Iterator[tuple[str, Step, dt.datetime]]:
        """Without office hours every minute counts."""
        steps = steps_for(self.chains, category, priority)
        for purpose, step in zip(PURPOSES, steps, strict=False):
            hours = step.after_minutes / 60
            if self.schedule.is_empty:
                yield purpose, step, start + dt.timedelta(hours=hours)
            elif due := add_open_time(self.schedule, start, hours):
                yield purpose, step, due


class ByBrand(msgspec.Struct, frozen=True):
    """For messages of several brands, as messages name them: each counts in its own hours."""

    brands: Mapping[uuid.UUID | None, InForce]

    @property
    def has_assignees(self) -> bool:
        return any(each.has_assignees for each in self.brands.values())

    def of_assignee(
        self, brand: uuid.UUID | None, category: str, start: dt.datetime, priority: str
    ) -> Iterator[tuple[str, dt.datetime]]:
        return self.brands[brand].of_assignee(category, start, priority)


_remembered: Remembered[uuid.UUID, InForce] = Remembered()


async def in_force(organization: uuid.UUID, brand: uuid.UUID | None = None) -> InForce:
    """By the hours of `brand`, else of the first; two seconds old at most."""
    key = brand or organization
    return _remembered.get(key) or _remembered.keep(key, await _in_force(organization, key))


async def by_brand(organization: uuid.UUID, brands: Iterable[uuid.UUID | None]) -> ByBrand:
    return ByBrand({each: await in_force(organization, each) for each in set(brands)})


async def _in_force(organization: uuid.UUID, brand: uuid.UUID) -> InForce:
    chains = (await read(organization)).chains
    if not chains:
        return InForce()
    zone = Organization.select(Organization.timezone).where(Organization.id == organization)
    timezone = await database.value(str, zone)
    return InForce(chains, (await rule_of(brand)).hours(timezone or "UTC"))


async def read(organization: uuid.UUID) -> Reminders:
    query = Organization.select(Organization.reminders).where(Organization.id == organization)
    stored = await database.value(str, query)
    return Reminders(chains=chains_of(stored))


async def save(organization: uuid.UUID, raw: Mapping[str, Any], *, by: str) -> Reminders:
    """Counts for messages from then on. Raises Invalid with every fault."""
    found = objects.read(raw, Reminders)
    channels = (await check.known(organization)).channels
    if problems := list(_faults(found, channels)):
        raise Invalid(problems)
    chains = [_clean(chain) for chain in found.chains]
    stored = msgspec.json.encode(chains).decode() if chains else ""
    async with database.transaction():
        await Organization.update({Organization.reminders: stored}).where(
            Organization.id == organization
        )
        await audit.record(organization, by, "reminders.changed", organization)
    # For messages of other brands within two seconds.
    _remembered.forget(organization)
    return Reminders(chains=chains)


def _clean(chain: Chain) -> Chain:
    categories = list(filter(None, map(clean_line, chain.categories)))
    steps = [msgspec.structs.replace(each, name=clean_line(each.name)) for each in chain.steps]
    return msgspec.structs.replace(chain, categories=categories, steps=steps)


def _faults(reminders: Reminders, channels: frozenset[str]) -> Iterator[Problem]:
    most = "At most {limit} is allowed."
    if len(reminders.chains) > CHAINS_MAX:
        yield Problem("/chains", "too_long", most, {"limit": str(CHAINS_MAX)})
    for place, chain in enumerate(reminders.chains):
        at = objects.pointer("chains", place, "steps")
        if not chain.steps:
            yield Problem(at, "too_short", "This must not be empty")
        if len(chain.steps) > STEPS_MAX:
            yield Problem(at, "too_long", most, {"limit": str(STEPS_MAX)})
        before = 0
        for number, step in enumerate(chain.steps):
            if len(clean_line(step.name)) > NAME_MAX:
                detail, facts = "Use at most {limit} characters", {"limit": str(NAME_MAX)}
                yield Problem(f"{at}/{number}/name", "too_long", detail, facts)
            if step.channel != ASSIGNEE and str(uids.uid_or_none(step.channel)) not in channels:
                detail = "There is no such channel"
                yield Problem(f"{at}/{number}/channel", "unknown_channel", detail)
            if step.after_minutes <= before:
                detail = "Each reminder comes later than the one before"
                yield Problem(f"{at}/{number}/after_minutes", "out_of_range", detail)
            before = step.after_minutes


async def stop(message: uuid.UUID, now: dt.datetime) -> None:
    """Somebody takes care of it. Only inside a transaction that holds the organization's lock, as
    the next two."""
    await cancel(Delivery.message, message, only=PURPOSES, reason=CLAIMED, now=now)


class About(msgspec.Struct, frozen=True):
    """A message, and what its reminders depend on."""

    message: uuid.UUID
    brand: uuid.UUID | None
    category: str
    priority: str


async def restart(organization: uuid.UUID, about: About, now: dt.datetime) -> None:
    """Nobody takes care of it any more: what was not sent is owed again, counted from now."""
    force = await in_force(organization, about.brand)
    for purpose, _, due in force.due(about.category, now, about.priority):
        values = (due, due, purpose, about.message, CLAIMED, True)
        owed_at = await database.values(dt.datetime, statements.REMIND_AGAIN, *values)
        await stale.again(organization, owed_at)


async def rest(organization: uuid.UUID, about: About, until: dt.datetime) -> None:
    """The message rests until then; what was not sent is counted from there."""
    force = await in_force(organization, about.brand)
    told = [(purpose, due) for purpose, _, due in force.due(about.category, until, about.priority)]
    assigned = force.of_assignee(about.category, until, about.priority)
    for purpose, due in [*told, *assigned]:
        waiting = (Delivery.message == about.message) & (Delivery.purpose == purpose)
        await Delivery.update({Delivery.due_at: due, Delivery.rank: due}).where(
            waiting, Delivery.state == "pending"
        )
