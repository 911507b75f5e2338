"""When a visitor may expect an answer: a number of office hours after their message."""

from __future__ import annotations

import datetime as dt
import uuid

from app import database
from app.errors import Invalid
from app.hours.clock import add_open_time
from app.people import audit
from app.presence.facts import schedule_of
from app.tables import Organization

HOURS_MAX = 200


async def reply_by(org: Organization, moment: dt.datetime) -> dt.datetime | None:
    """The promised time for a message left at `moment`; None without a promise or office hours."""
    if org.reply_hours is None:
        return None
    schedule = await schedule_of(org)
    return add_open_time(schedule, moment, org.reply_hours) if schedule else None


async def reply_hours(organization: uuid.UUID) -> int | None:
    """The current value: an Organization at hand may be seconds old."""
    query = Organization.select(Organization.reply_hours).where(Organization.id == organization)
    return await database.value(int, query)


async def set_reply_hours(organization: uuid.UUID, value: int | None, *, by: str) -> None:
    """Office hours within which an answer is promised; None promises nothing."""
    if value is not None and not 1 <= value <= HOURS_MAX:
        raise Invalid.at(
            "/reply_hours",
            "out_of_range",
            "Use a number from {low} to {high}",
            low="1",
            high=str(HOURS_MAX),
        )
    async with database.transaction():
        await Organization.update({Organization.reply_hours: value}).where(
            Organization.id == organization
        )
        await audit.record(organization, by, "promise.changed", organization)
