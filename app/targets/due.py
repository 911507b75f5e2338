"""By when a message should be handled first. It is decided when it is left, by the targets and
office hours of then; later changes count for later messages."""

from __future__ import annotations

import datetime as dt
import uuid

import msgspec

from app import database
from app.database.remembered import Remembered
from app.hours.clock import add_open_time
from app.hours.schedule import Schedule
from app.presence.facts import rule_of
from app.tables import Organization
from app.targets.shape import Targets, stored


class InForce(msgspec.Struct, frozen=True):
    targets: Targets = Targets()
    schedule: Schedule = Schedule()

    def due(self, category: str, start: dt.datetime) -> dt.datetime | None:
        """None without a target, or if the office never opens that long."""
        minutes = self.targets.of(category)
        if minutes is None:
            return None
        if self.schedule.is_empty:
            return start + dt.timedelta(minutes=minutes)
        return add_open_time(self.schedule, start, minutes / 60)

    @property
    def tells_visitors(self) -> bool:
        """Whether visitors read by when they are answered: a time at night is nobody's promise."""
        return self.targets.visitors == "time" and not self.schedule.is_empty


_remembered: Remembered[uuid.UUID, InForce] = Remembered()


class _Row(msgspec.Struct):
    targets: str
    timezone: str


async def in_force(organization: uuid.UUID, brand: uuid.UUID | None = None) -> InForce:
    """By the hours of `brand`, else of the first; two seconds old at most."""
    key = brand or organization
    return _remembered.get(key) or _remembered.keep(key, await _in_force(organization, brand))


async def _in_force(organization: uuid.UUID, brand: uuid.UUID | None) -> InForce:
    query = Organization.select(Organization.targets, Organization.timezone)
    row = await database.row(_Row, query.where(Organization.id == organization))
    if row is None or not row.targets:
        return InForce()
    return InForce(stored(row.targets), (await rule_of(brand or organization)).hours(row.timezone))


def forget(organization: uuid.UUID) -> None:
    """After a change, so that the editor sees it at once."""
    _remembered.forget(organization)
