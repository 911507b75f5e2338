"""An hour of the week by its name ("mon-09"), and when it was, in any time zone."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
HOURS = 24
NAMES = frozenset(f"{day}-{hour:02}" for day in WEEKDAYS for hour in range(HOURS))
DAYS_MAX = 400
STEP = dt.timedelta(minutes=15)
"""Offsets of zones, and their changes, are multiples of it."""
Span = tuple[dt.datetime, dt.datetime]


def moments(
    first: dt.date | None, last: dt.date | None, name: str, zone: str
) -> tuple[Span, ...] | None:
    """When it was that hour between two days, in UTC. None without a name, or where there are not
    two days or too many between them."""
    if name not in NAMES or first is None or last is None or (last - first).days > DAYS_MAX:
        return None
    weekday, hour = WEEKDAYS.index(name[:3]), int(name[4:])
    found = []
    day = first + dt.timedelta(days=(weekday - first.weekday()) % len(WEEKDAYS))
    while day <= last:
        if span := _of(day, hour, zone):
            found.append(span)
        day += dt.timedelta(days=len(WEEKDAYS))
    return tuple(found)


def _of(day: dt.date, hour: int, zone: str) -> Span | None:
    """An hour that occurs twice is one span; one that is skipped is none."""
    known = ZoneInfo(zone)
    # Around where it would be, whatever the clock does on that day.
    at = dt.datetime.combine(day, dt.time(hour), known).astimezone(dt.UTC) - dt.timedelta(hours=3)
    ends = at + dt.timedelta(hours=7)
    inside = []
    while at < ends:
        local = at.astimezone(known)
        if local.date() == day and local.hour == hour:
            inside.append(at)
        at += STEP
    return (inside[0], inside[-1] + STEP) if inside else None
