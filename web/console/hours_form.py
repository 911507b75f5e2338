"""The week as a form with rows of start and end for each day, and back to slots."""

from __future__ import annotations

import functools
import unicodedata
from collections.abc import Mapping, Sequence
from zoneinfo import available_timezones

import msgspec

from app.errors import Problem
from app.hours import WEEKDAYS, Schedule
from app.hours.schedule import SLOTS_MAX

WORKDAYS = WEEKDAYS[:5]
# One free row at least, so that a slot can be added without a script.
ROWS_MIN = 2
MIDNIGHT = "24:00"
USUAL_ZONES = ("Asia/Shanghai", "Asia/Hong_Kong", "Asia/Taipei", "Asia/Singapore", "Asia/Tokyo")

Rows = list[tuple[str, str]]


class Week(msgspec.Struct, kw_only=True):
    """The form's values, valid or not."""

    timezone: str
    rule: str
    days: dict[str, Rows]
    focus: str = ""
    """The field at which one goes on."""


def shown(schedule: Schedule, rule: str) -> Week:
    days = {day: list(schedule.weekly.get(day, ())) for day in WEEKDAYS}
    return Week(timezone=schedule.timezone, rule=rule, days=_padded(days))


def typed(form: Mapping[str, str]) -> Week:
    days = {
        day: [
            (_time(form.get(f"{day}_{row}_start", "")), _time(form.get(f"{day}_{row}_end", "")))
            for row in range(SLOTS_MAX)
        ]
        for day in WEEKDAYS
    }
    filled = {day: _without_tail(rows) for day, rows in days.items()}
    return Week(timezone=form.get("timezone", ""), rule=form.get("rule", ""), days=_padded(filled))


def _time(text: str) -> str:
    """The time normalized: 9:00 and ９：００ are 09:00."""
    text = unicodedata.normalize("NFKC", text).strip()
    return text.rjust(5, "0") if text[1:2] == ":" else text


def _without_tail(rows: Rows) -> Rows:
    while rows and not any(rows[-1]):
        rows = rows[:-1]
    return rows


def _padded(days: Mapping[str, Rows]) -> dict[str, Rows]:
    """The rows with empty ones added."""
    padded = {}
    for day, rows in days.items():
        count = max(ROWS_MIN, len(rows) + 1)
        padded[day] = [*rows, *[("", "")] * (count - len(rows))][:SLOTS_MAX]
    return padded


def raw(week: Week) -> dict[str, list[tuple[str, str]]]:
    """The typed slots, without empty rows."""
    return {day: [slot for slot in rows if any(slot)] for day, rows in week.days.items()}


def edited(week: Week, wish: str) -> Week:
    """The week after a button: "more-DAY" adds a row, "like-DAY" copies the day before, "workdays"
    copies Monday."""
    verb, _, day = wish.partition("-")
    days = {each: _without_tail(rows) for each, rows in week.days.items()}
    if verb == "more" and day in WEEKDAYS:
        # Of that day alone; the others stay as they are.
        longer = [*week.days[day], ("", "")][:SLOTS_MAX]
        focus = f"{day}_{len(longer) - 1}_start"
        return msgspec.structs.replace(week, days={**week.days, day: longer}, focus=focus)
    copied = ""
    if verb == "like" and day in WEEKDAYS[1:]:
        days[day] = days[WEEKDAYS[WEEKDAYS.index(day) - 1]]
        copied = day
    if verb == "workdays":
        days |= dict.fromkeys(WORKDAYS, days[WORKDAYS[0]])
        copied = WORKDAYS[1]
    focus = f"{copied}_0_start" if copied else ""
    return msgspec.structs.replace(week, days=_padded(days), focus=focus)


def day_of(field: str) -> str:
    """The weekday that a field belongs to; empty for others."""
    day = field.partition("_")[0]
    return day if day in WEEKDAYS else ""


def field_of(week: Week, problem: Problem) -> str:
    """The field for a pointer like /weekly/mon/1/0."""
    parts = problem.pointer.strip("/").split("/")
    if parts[0] != "weekly":
        return parts[0]
    day, place = parts[1], parts[2:]
    rows = [index for index, slot in enumerate(week.days.get(day, [])) if any(slot)]
    row = rows[int(place[0])] if place else 0
    return f"{day}_{row}_{'end' if place[1:] == ['1'] else 'start'}"


def faults(week: Week, problems: Sequence[Problem]) -> list[tuple[str, Problem]]:
    return [(field_of(week, problem), problem) for problem in problems]


@functools.cache
def zones() -> list[str]:
    """Every zone by name, the most likely ones first."""
    known = {zone for zone in available_timezones() if "/" in zone and not zone.startswith("Etc/")}
    return [*USUAL_ZONES, "UTC", *sorted(known - set(USUAL_ZONES))]
