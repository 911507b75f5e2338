"""What is known of who is there: set by hand, said by agents and programs, planned."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import msgspec

from app import database, hours
from app.hours import Schedule
from app.tables import Organization

CONSOLE = "console"
"""The source of what agents say of themselves; a program's is the id of its token."""
RULES = ("agents", "hours", "agents_and_hours")


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """One word on how many agents are online. `who` is empty where it speaks for all of them."""

    source: str
    who: str
    name: str
    online: int
    until: dt.datetime
    overloaded_until: dt.datetime | None
    at: dt.datetime


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
        """What is still good. What has run out says nothing: nobody knows."""
        return [said for said in self.said if said.online and said.until > self.now]

    @property
    def agents(self) -> int:
        return sum(said.online for said in self.counted)

    @property
    def overload(self) -> Said | None:
        """The report that lasts longest of more visitors than the agents can take."""
        over = [(said.overloaded_until, said) for said in self.said if said.overloaded_until]
        until, last = max(over, key=lambda pair: pair[0], default=(self.now, None))
        return last if until > self.now else None

    @property
    def forced_until(self) -> dt.datetime | None:
        """The end of the manual override, while it is in force."""
        until = self.override_until
        return until if self.override and until is not None and until > self.now else None


async def read(
    org: Organization, now: dt.datetime | None = None, *, also_over: bool = False
) -> Facts:
    """With `also_over`, what has run out is there too, to be shown."""
    now = now or await database.now()
    rows = await database.fetch("SELECT * FROM presence_rule WHERE organization = {}", org.id)
    row = rows[0] if rows else {}
    return Facts(
        now=now,
        rule=row.get("rule", RULES[0]),
        schedule=schedule_in(row, org.timezone),
        override=row.get("override", ""),
        override_until=row.get("override_until"),
        override_by=row.get("override_by", ""),
        said=await _said(org.id, now, also_over),
    )


def schedule_in(row: dict[str, Any], timezone: str) -> Schedule:
    text = row.get("schedule")
    return hours.decode(text) if text else Schedule(timezone=timezone)


async def _said(organization: uuid.UUID, now: dt.datetime, also_over: bool) -> tuple[Said, ...]:
    sql = "SELECT * FROM presence_report WHERE organization = {}"
    if also_over:
        rows = await database.fetch(f"{sql} ORDER BY at DESC", organization)
    else:
        sql += " AND (until > {} OR overloaded_until > {})"
        rows = await database.fetch(sql, organization, now, now)
    return tuple(Said(**{name: row[name] for name in Said.__struct_fields__}) for row in rows)


async def schedule_of(org: Organization) -> Schedule | None:
    """The office hours; None when none are set, so that nothing can be promised by them."""
    sql = "SELECT schedule FROM presence_rule WHERE organization = {}"
    rows = await database.fetch(sql, org.id)
    schedule = schedule_in(rows[0] if rows else {}, org.timezone)
    return None if schedule.is_empty else schedule
