"""Holidays and make-up days from a table (CSV) or a calendar file (ICS)."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
import unicodedata
from collections.abc import Iterator

import msgspec

from app.errors import Invalid, Problem
from app.hours.schedule import DAYS_MAX, NAME_MAX, TIME, YEARS, Schedule, Slot, check
from app.text import clean_line

TEXT_MAX = 200_000
"""Characters. Ten years of a country's holidays as a calendar file are a quarter of it."""
FAULTS_MAX = 20
"""More than this says nothing that a person would read."""
ECHO_MAX = 40
DATE = re.compile(r"([0-9]{4})[-/.年]?([0-9]{1,2})[-/.月]?([0-9]{1,2})日?", re.ASCII)
HOURS = re.compile(r"([0-9]{1,2}:[0-9]{2})\s*[-–—~至]\s*([0-9]{1,2}:[0-9]{2})")
BETWEEN_HOURS = re.compile(r"[\s;,/、]*")
CLOSED = frozenset({"holiday", "closed", "off", "休", "放假", "假期", "节假日", "休息", "假"})
WORKING = frozenset({"makeup", "make-up", "work", "workday", "open", "班", "上班", "调休", "补班"})
HEADINGS = frozenset({"date", "day", "日期"})
UNKNOWN_DATE = "Line {line}: “{text}” is no date like 2027-01-31"
CONTRADICTION = "Line {line}: {day} is listed both as a holiday and as a make-up day"


class Found(msgspec.Struct, frozen=True):
    """One day of a file. `slots` is None for a holiday and empty for "as on any other day"."""

    line: int
    day: dt.date
    name: str
    slots: tuple[Slot, ...] | None


class Days(msgspec.Struct, frozen=True):
    holidays: dict[dt.date, str]
    makeup_days: dict[dt.date, tuple[Slot, ...]]
    """Without slots: the hours of a usual day."""

    def __len__(self) -> int:
        return len(self.holidays) + len(self.makeup_days)


def import_csv(text: str) -> Days:
    """Columns: date, name, kind (holiday or make-up), hours (09:00-12:00 13:30-18:00).

    Only the date is needed. Without a kind, a day with hours is a make-up day. Raises Invalid; each
    problem names its line.
    """
    problems: list[Problem] = []
    return collected(_rows(fitting(text), problems), problems)


def fitting(text: str) -> str:
    if len(text) > TEXT_MAX:
        facts = {"limit": str(TEXT_MAX)}
        raise Invalid.at("/text", "too_long", "Use at most {limit} characters", **facts)
    return text.lstrip("\ufeff")


def _rows(text: str, problems: list[Problem]) -> Iterator[Found]:
    first = text.lstrip().partition("\n")[0]
    delimiter = max(",;\t", key=first.count) if first else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        for row in reader:
            cells = [unicodedata.normalize("NFKC", cell).strip() for cell in (*row, "", "", "", "")]
            heading = reader.line_num == 1 and cells[0].casefold() in HEADINGS
            if any(cells) and not heading:
                yield from _row(cells, reader.line_num, problems)
    except csv.Error:
        problems.append(
            fault(reader.line_num, "malformed", "Line {line}: this is no table of columns")
        )


def _row(cells: list[str], line: int, problems: list[Problem]) -> Iterator[Found]:
    date, name, kind, hours = (cells[0], cells[1], cells[2].casefold(), " ".join(cells[3:]).strip())
    day = day_of(date)
    if day is None:
        problems.append(fault(line, "date_format", UNKNOWN_DATE, text=date[:ECHO_MAX]))
    elif kind not in CLOSED | WORKING | {""}:
        detail = "Line {line}: “{text}” is neither “holiday” nor “make-up”"
        problems.append(fault(line, "not_a_choice", detail, text=kind[:ECHO_MAX]))
    elif kind in CLOSED or not (kind or hours):
        yield Found(line, day, clean_line(name)[:NAME_MAX], None)
    elif (slots := slots_in(hours)) is None:
        detail = "Line {line}: “{text}” are no hours like 09:00-12:00 13:30-18:00"
        problems.append(fault(line, "time_format", detail, text=hours[:ECHO_MAX]))
    else:
        yield Found(line, day, name, slots)


def day_of(text: str) -> dt.date | None:
    match = DATE.fullmatch(text)
    if match is None:
        return None
    year, month, day = (int(part) for part in match.groups())
    try:
        return dt.date(year, month, day) if YEARS[0] <= year <= YEARS[1] else None
    except ValueError:
        return None


def slots_in(text: str) -> tuple[Slot, ...] | None:
    """The slots of "9:00-12:00 13:30-18:00"; None when it says anything else."""
    text = unicodedata.normalize("NFKC", text)
    slots = tuple((_padded(start), _padded(end)) for start, end in HOURS.findall(text))
    rest = BETWEEN_HOURS.sub("", HOURS.sub("", text))
    known = all(TIME.fullmatch(time) for slot in slots for time in slot)
    return slots if known and not rest else None


def _padded(time: str) -> str:
    return time.rjust(5, "0")


def fault(line: int, code: str, detail: str, **facts: str) -> Problem:
    return Problem("/text", code, detail, {"line": str(line), **facts})


def collected(found: Iterator[Found], problems: list[Problem]) -> Days:
    """The days of a file; raises Invalid when anything in it was wrong."""
    days: dict[dt.date, Found] = {}
    for one in found:
        before = days.setdefault(one.day, one)
        if (before.slots is None) != (one.slots is None):
            problems.append(fault(one.line, "also_holiday", CONTRADICTION, day=one.day.isoformat()))
        elif one.slots is not None:
            problems += _slot_faults(one)
    if len(days) > DAYS_MAX:
        facts = {"limit": str(DAYS_MAX)}
        problems.append(Problem("/text", "too_many", "List at most {limit} days", facts))
    if not days and not problems:
        problems.append(Problem("/text", "required", "There is no day in this text"))
    if problems:
        raise Invalid(problems[:FAULTS_MAX])
    return Days(
        {day: one.name for day, one in sorted(days.items()) if one.slots is None},
        {day: one.slots for day, one in sorted(days.items()) if one.slots is not None},
    )


def _slot_faults(one: Found) -> list[Problem]:
    if not one.slots:
        return []
    try:
        check({"makeup_days": {one.day.isoformat(): one.slots}})
    except Invalid as error:
        detail = "Line {line}: these hours overlap, or end before they begin"
        return [fault(one.line, error.problems[0].code, detail)]
    return []


def merged(schedule: Schedule, days: Days) -> Schedule:
    """The schedule with these days in place of what it said about them."""
    usual = next((slots for slots in schedule.weekly.values() if slots), ())
    made_up = {day: slots or usual for day, slots in days.makeup_days.items()}
    if not all(made_up.values()):
        detail = "Set the weekly hours first: make-up days without hours take those of a usual day"
        raise Invalid.at("/text", "no_usual_hours", detail)
    holidays = {**schedule.holidays, **days.holidays}
    makeup_days = {**schedule.makeup_days, **made_up}
    changed = msgspec.structs.replace(
        schedule,
        holidays={day: holidays[day] for day in sorted(holidays) if day not in made_up},
        makeup_days={
            day: makeup_days[day] for day in sorted(makeup_days) if day not in days.holidays
        },
    )
    return check(msgspec.to_builtins(changed))
