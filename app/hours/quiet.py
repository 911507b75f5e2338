"""Quiet hours: when a channel is told nothing that can wait, every night or while the office is
closed."""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from app.errors import Problem
from app.hours.clock import next_change, open_at
from app.hours.schedule import BAD_TIME, TIME, WEEKDAYS, Schedule

STEPS_MAX = 100
"""Nights and closed days that follow each other; more of them are a mistake that must not stop
notices for ever."""


class QuietHours(msgspec.Struct, frozen=True, kw_only=True, rename={"start": "from", "end": "to"}):
    """Every day from one time to another, over midnight if that is earlier; while the office is
    closed; or both."""

    start: str | None = None
    end: str | None = None
    outside_office_hours: bool = False


def read(raw: Mapping[str, Any]) -> QuietHours | None:
    """What passed `faults`; None when it means nothing."""
    found = msgspec.convert(raw, QuietHours)
    return None if found == QuietHours() else found


def faults(quiet: QuietHours) -> Iterator[Problem]:
    """With pointers below /quiet_hours."""
    times = {"from": quiet.start, "to": quiet.end}
    if times["from"] is None and times["to"] is None:
        return
    for name, text in times.items():
        if not TIME.fullmatch(text or "") or text == "24:00":
            yield Problem(f"/quiet_hours/{name}", "time_format", BAD_TIME)
    if quiet.start == quiet.end:
        detail = "Choose another time: this would be quiet for ever"
        yield Problem("/quiet_hours/to", "out_of_range", detail)


def quiet_until(
    quiet: QuietHours, timezone: str, office: Schedule, now: dt.datetime
) -> dt.datetime | None:
    """When it ends; None when it is not quiet, or would never end. Without office hours only the
    times count."""
    at = now
    for _ in range(STEPS_MAX):
        end = _end(quiet, timezone, office, at)
        if end is None:
            return at if at > now else None
        at = end
    return None


def _end(quiet: QuietHours, timezone: str, office: Schedule, at: dt.datetime) -> dt.datetime | None:
    if quiet.outside_office_hours and not office.is_empty and not open_at(office, at):
        return next_change(office, at)
    if quiet.start and quiet.end:
        nights = _nights(quiet.start, quiet.end, timezone)
        if open_at(nights, at):
            return next_change(nights, at)
    return None


@functools.lru_cache(maxsize=256)
def _nights(start: str, end: str, timezone: str) -> Schedule:
    """A schedule that is "open" while it is quiet."""
    return Schedule(timezone, dict.fromkeys(WEEKDAYS, ((start, end),)))
