"""Holidays and make-up days from a table (CSV) or a calendar file (ICS)."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
import unicodedata
from collections.abc import Iterator, Mapping

import msgspec

from app.errors import Invalid, Problem
from app.hours.kinds import Kind, kind_of
from app.hours.schedule import DAYS_MAX, NAME_MAX, TIME, YEARS, Schedule, Slot, check
from app.reading import dates
from app.text import clean_line, has_controls

TEXT_MAX = 200_000
"""Characters: four times a calendar file with ten years of a country's holidays."""
PDF = "%PDF-"
MAGIC = 8
"""Workbooks, archives and pictures have a control character among their first ones."""
FAULTS_MAX = 20
"""Nobody reads more faults than this."""
ECHO_MAX = 40
RANGE = re.compile(r"(.*[0-9日号號])\s*(?:至|到|~|—+|–|--?)\s*([0-9]{4}\D.*)")
RANGE_MAX = 60
HOURS = re.compile(r"([0-9]{1,2}:[0-9]{2})\s*[-–—~至]\s*([0-9]{1,2}:[0-9]{2})")
BETWEEN_HOURS = re.compile(r"[\s;,/、]*")
HEADINGS = frozenset({"date", "day", "日期", "时间", "放假日期", "日付", "datum", "fecha"})
UNKNOWN_DATE = "Line {line}: “{text}” is no date like 2027-01-31"
CONTRADICTION = "Line {line}: {day} is listed both as a holiday and as a make-up day"


KINDS_OF_ROWS = ("休", "班")
A_YEAR_OF_HOLIDAYS = 7
"""No country has fewer holidays."""


class Found(msgspec.Struct, frozen=True):
    """One day of a file. `slots` is None for a holiday and empty for a usual day's hours; `asked`
    when its name could mean a holiday or a make-up day."""

    line: int
    day: dt.date
    name: str
    slots: tuple[Slot, ...] | None
    asked: bool = False


class Days(msgspec.Struct, frozen=True):
    holidays: dict[dt.date, str]
    makeup_days: dict[dt.date, tuple[Slot, ...]]
    """Without slots: the hours of a usual day."""
    asked: dict[dt.date, str] = {}
    """Days that could be either, with their names: a person must decide."""
    left: tuple[Problem, ...] = ()
    """What could not be read, and why."""

    def __len__(self) -> int:
        return len(self.holidays) + len(self.makeup_days)


def import_csv(text: str) -> Days:
    """Columns: date, name, kind (holiday or make-up), hours (09:00-12:00 13:30-18:00).

    Only the date is required. Without a kind, a day with hours is a make-up day; else its name
    decides. `left` names unreadable lines. Raises Invalid when no day can be read.
    """
    problems: list[Problem] = []
    return collected(_rows(fitting(text), problems), problems)


def fitting(text: str) -> str:
    if len(text) > TEXT_MAX:
        facts = {"limit": str(TEXT_MAX)}
        raise Invalid.at("/text", "too_long", "Use at most {limit} characters", **facts)
    if text.startswith(PDF) or has_controls(text[:MAGIC]):
        detail = "This is a workbook or another file without lines. Save it as CSV and import that."
        raise Invalid.at("/text", "no_text", detail)
    return text.lstrip("\ufeff")


def _rows(text: str, problems: list[Problem]) -> Iterator[Found]:
    lines = [line for line in text.splitlines() if line.strip()][:20]
    counts = {sign: sum(sign in line for line in lines) for sign in "\t;,，"}
    delimiter = max(counts, key=lambda sign: counts[sign])
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    begun = False
    try:
        for row in reader:
            cells = [unicodedata.normalize("NFKC", cell).strip() for cell in (*row, "", "", "", "")]
            heading = not begun and cells[0].casefold() in HEADINGS
            begun = begun or any(cells)
            if any(cells) and not heading:
                yield from _row(cells, reader.line_num, problems)
    except csv.Error:
        problems.append(
            fault(reader.line_num, "malformed", "Line {line}: this is no table of columns")
        )


def _row(cells: list[str], line: int, problems: list[Problem]) -> Iterator[Found]:
    date, name, said, hours = (cells[0], cells[1], cells[2], " ".join(cells[3:]).strip())
    days = _days(date)
    kind: Kind = kind_of(said or name)
    slots = slots_in(hours)
    if not days:
        problems.append(fault(line, "date_format", UNKNOWN_DATE, text=date[:ECHO_MAX]))
    elif said and not kind:
        detail = "Line {line}: “{text}” is neither “holiday” nor “make-up”"
        problems.append(fault(line, "not_a_choice", detail, text=said[:ECHO_MAX]))
    elif slots is None:
        detail = "Line {line}: “{text}” are no hours like 09:00-12:00 13:30-18:00"
        problems.append(fault(line, "time_format", detail, text=hours[:ECHO_MAX]))
    else:
        works = kind == "work" or (bool(slots) and kind != "off")
        asked = kind == "either" and not slots
        called = clean_line(name)[:NAME_MAX]
        yield from (Found(line, day, called, slots if works else None, asked) for day in days)


def _days(text: str) -> list[dt.date]:
    """One day, or all from one to another; none when it is no date."""
    found = RANGE.fullmatch(text)
    ends = [day_of(part) for part in (found.groups() if found else (text, text))]
    if None in ends and found:
        ends = [day_of(text)] * 2
    first, last = ends
    if first is None or last is None or not 0 <= (last - first).days < RANGE_MAX:
        return []
    return [first + dt.timedelta(days=n) for n in range((last - first).days + 1)]


def day_of(text: str) -> dt.date | None:
    found = dates.of_sheet(text)
    return found if found and YEARS[0] <= found.year <= YEARS[1] else None


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
    """The readable days of a file. Raises Invalid when there are none or too many."""
    days: dict[dt.date, Found] = {}
    for one in found:
        faults = _slot_faults(one) if one.slots else []
        before = days.get(one.day)
        if before is None or before.asked:
            problems += faults
            if not faults:
                days[one.day] = one
        elif not one.asked and (before.slots is None) != (one.slots is None):
            problems.append(fault(one.line, "also_holiday", CONTRADICTION, day=one.day.isoformat()))
    if len(days) > DAYS_MAX:
        facts = {"limit": str(DAYS_MAX)}
        raise Invalid([Problem("/text", "too_many", "List at most {limit} days", facts)])
    if not days:
        nothing = Problem("/text", "required", "There is no day in this text")
        raise Invalid(problems[:FAULTS_MAX] or [nothing])
    sure = {day: one for day, one in sorted(days.items()) if not one.asked}
    return Days(
        {day: one.name for day, one in sure.items() if one.slots is None},
        {day: one.slots for day, one in sure.items() if one.slots is not None},
        {day: one.name for day, one in sorted(days.items()) if one.asked},
        tuple(problems[:FAULTS_MAX]),
    )


def settled(days: Days, answers: Mapping[dt.date, str]) -> Days:
    """The days with the unclear ones decided by `answers`, "off" or "work"; those without an answer
    are left out."""
    off = {day: name for day, name in days.asked.items() if answers.get(day) == "off"}
    work: dict[dt.date, tuple[Slot, ...]] = {
        day: () for day in days.asked if answers.get(day) == "work"
    }
    return Days({**days.holidays, **off}, {**days.makeup_days, **work}, {}, days.left)


def _slot_faults(one: Found) -> list[Problem]:
    if not one.slots:
        return []
    try:
        check({"makeup_days": {one.day.isoformat(): one.slots}})
    except Invalid as error:
        detail = "Line {line}: these hours overlap, or end before they begin"
        return [fault(one.line, error.problems[0].code, detail)]
    return []


def table(days: Days) -> str:
    """The CSV text of these days, as `import_csv` reads it; `asked` and `left` are not in it."""
    off, work = KINDS_OF_ROWS
    rows = {day: (name, off, "") for day, name in days.holidays.items()}
    for day, slots in days.makeup_days.items():
        rows[day] = ("", work, " ".join("-".join(slot) for slot in slots))
    text = io.StringIO(newline="")
    csv.writer(text).writerows((day.isoformat(), *row) for day, row in sorted(rows.items()))
    return text.getvalue()


def reach(days: Days) -> dt.date | None:
    """The day until which a list is probably complete: the end of its last year. None for too few
    days to be a calendar."""
    listed = [*days.holidays, *days.makeup_days, *days.asked]
    if len(listed) < A_YEAR_OF_HOLIDAYS:
        return None
    return dt.date(max(listed).year, 12, 31)


def merged(schedule: Schedule, days: Days) -> Schedule:
    """The schedule with these days replaced. Raises Invalid."""
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
