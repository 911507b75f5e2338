"""What is known about presence: set by hand, reported by agents and programs, planned."""

from __future__ import annotations

import datetime as dt
import uuid

import msgspec

from app import database
from app.hours.schedule import Schedule, decode
from app.tables import Organization, PresenceReport, PresenceRule

CONSOLE = "console"
"""The source of agents' own reports; a program's source is the id of its token."""
RULES = ("agents", "hours", "agents_and_hours")


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """One report of how many agents are online. `who` is empty when it is for all of them."""

    source: str
    who: str
    name: str
    online: int
    until: dt.datetime
    overloaded_until: dt.datetime | None
    at: dt.datetime


SAID = (
    PresenceReport.source,
    PresenceReport.who,
    PresenceReport.name,
    PresenceReport.online,
    PresenceReport.until,
    PresenceReport.overloaded_until,
    PresenceReport.at,
)


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    now: dt.datetime
    rule: str
    schedule: Schedule
    override: str
    override_until: dt.datetime | None
    override_by: str
    said: tuple[Said, ...]

    @property
    def counted(self) -> list[Said]:
        """The reports of agents online that have not run out."""
        return [said for said in self.said if said.online and said.until > self.now]

    @property
    def agents(self) -> int:
        return sum(said.online for said in self.counted)

    @property
    def overload(self) -> Said | None:
        """The report of overload that lasts longest; None without one in force."""
        over = [(said.overloaded_until, said) for said in self.said if said.overloaded_until]
        until, last = max(over, key=lambda pair: pair[0], default=(self.now, None))
        return last if until > self.now else None

    @property
    def forced_until(self) -> dt.datetime | None:
        """The end of the manual override, while it is in force."""
        until = self.override_until
        return until if self.override and until is not None and until > self.now else None


async def read(
    org: Organization,
    now: dt.datetime | None = None,
    *,
    brand: uuid.UUID | None = None,
    also_over: bool = False,
) -> Facts:
    """By the rule and hours of `brand`, else of the first; agents are there for all brands. With
    `also_over`, expired reports are included, to be shown."""
    now = now or await database.now()
    rule = await rule_of(brand or org.id)
    return Facts(
        now=now,
        rule=rule.rule,
        schedule=rule.hours(org.timezone),
        override=rule.override,
        override_until=rule.override_until,
        override_by=rule.override_by,
        said=await _said(org.id, now, also_over),
    )


class Rule(msgspec.Struct, frozen=True, kw_only=True):
    """What is set for a brand; the defaults hold until it sets anything."""

    rule: str = RULES[0]
    schedule: str = ""
    override: str = ""
    override_until: dt.datetime | None = None
    override_by: str = ""

    def hours(self, timezone: str) -> Schedule:
        return decode(self.schedule) if self.schedule else Schedule(timezone=timezone)


RULE = (
    PresenceRule.rule,
    PresenceRule.schedule,
    PresenceRule.override,
    PresenceRule.override_until,
    PresenceRule.override_by,
)


async def rule_of(brand: uuid.UUID) -> Rule:
    """The first brand has the organization's id."""
    query = PresenceRule.select(*RULE).where(PresenceRule.brand == brand)
    return await database.row(Rule, query) or Rule()


async def _said(organization: uuid.UUID, now: dt.datetime, also_over: bool) -> tuple[Said, ...]:
    query = PresenceReport.select(*SAID).where(PresenceReport.organization == organization)
    if also_over:
        query = query.order_by(PresenceReport.at, ascending=False)
    else:
        query = query.where((PresenceReport.until > now) | (PresenceReport.overloaded_until > now))
    return tuple(await database.rows(Said, query))


async def schedule_of(org: Organization, brand: uuid.UUID | None = None) -> Schedule | None:
    """The office hours of `brand`, else of the first; None when none are set."""
    schedule = (await rule_of(brand or org.id)).hours(org.timezone)
    return None if schedule.is_empty else schedule
