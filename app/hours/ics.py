"""Calendar files (RFC 5545), as far as holidays need them: events of whole days."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator

import msgspec

from app.errors import Problem
from app.hours.days import ECHO_MAX, UNKNOWN_DATE, Days, Found, collected, day_of, fault, fitting
from app.hours.schedule import NAME_MAX
from app.text import clean_line

LONGEST = 60
"""Days of one event; more is a term or a project and no holiday."""
NAME_AND_VALUE = re.compile(r'([A-Za-z0-9-]+)((?:;[^=:;]+=(?:"[^"]*"|[^":;]*))*):(.*)', re.DOTALL)
LINE_END = re.compile(r"\r\n|\r|\n")
DURATION = re.compile(r"P(?:([0-9]{1,3})W|([0-9]{1,3})D)", re.ASCII)
ESCAPE = re.compile(r"\\([\\;,nN])")
# 春节（班）, 国庆节 补班, 调休上班: a day on which one works.
WORKING = re.compile(
    r"[补上]班|[(（\[【\s]班|班$|\bwork(?:ing)?[ -]?day\b|\bmake-?up\b", re.IGNORECASE
)
# Apple's Chinese calendar marks the days that matter and lists festivals on which one works too.
SPECIAL = "X-APPLE-SPECIAL-DAY"
SPECIAL_WORKING = "ALTERNATE-WORKDAY"


class Event(msgspec.Struct):
    """The properties of one event, each with the line on which it begins."""

    line: int
    properties: dict[str, tuple[int, str]] = {}


def import_ics(text: str) -> Days:
    """Holidays, and make-up days where the summary says 班. Raises Invalid; each problem names its
    line."""
    problems: list[Problem] = []
    events = list(_events(fitting(text), problems))
    if any(SPECIAL in event.properties for event in events):
        events = [event for event in events if SPECIAL in event.properties]
    found = (day for event in events for day in _days(event, problems))
    return collected(found, problems)


def _unfolded(text: str) -> Iterator[tuple[int, str]]:
    """Every logical line and the number of its first line: one that begins blank goes on."""
    start, held = 0, ""
    for number, line in enumerate(LINE_END.split(text), start=1):
        if line[:1] in {" ", "\t"} and start:
            held += line[1:]
            continue
        if held:
            yield start, held
        start, held = number, line
    if held:
        yield start, held


def _events(text: str, problems: list[Problem]) -> Iterator[Event]:
    event: Event | None = None
    nested = 0
    lines = list(_unfolded(text))
    if not lines or lines[0][1].strip().upper() != "BEGIN:VCALENDAR":
        problems.append(fault(1, "no_calendar", "Line {line}: a calendar file begins otherwise"))
        return
    for number, line in lines:
        match = NAME_AND_VALUE.fullmatch(line)
        if match is None:
            if line.strip():
                problems.append(
                    fault(number, "malformed", "Line {line}: a name, a colon and a value belong")
                )
            continue
        name, value = match[1].upper(), match[3].strip()
        boundary = (name, value.upper())
        if boundary == ("BEGIN", "VEVENT"):
            event, nested = Event(number), 0
        elif boundary == ("END", "VEVENT") and event is not None:
            yield event
            event = None
        elif event is not None:
            # An alarm inside an event has a summary and times of its own.
            nested += {"BEGIN": 1, "END": -1}.get(name, 0)
            if not nested:
                event.properties.setdefault(name, (number, value))
    if event is not None:
        problems.append(fault(event.line, "malformed", "Line {line}: this event has no end"))


def _days(event: Event, problems: list[Problem]) -> Iterator[Found]:
    known = event.properties
    if known.get("STATUS", (0, ""))[1].upper() == "CANCELLED":
        return
    if "RRULE" in known:
        detail = "Line {line}: an event that repeats itself cannot be read; list its days"
        problems.append(fault(known["RRULE"][0], "repeating", detail))
        return
    days = _first_and_count(event, problems)
    if days is None:
        return
    first, count = days
    if not 1 <= count <= LONGEST:
        detail = "Line {line}: an event lasts 1 to {limit} days"
        problems.append(fault(event.line, "out_of_range", detail, limit=str(LONGEST)))
        return
    name = clean_line(ESCAPE.sub(_unescaped, known.get("SUMMARY", (0, ""))[1]))[:NAME_MAX]
    slots = () if _is_working(event, name) else None
    for offset in range(count):
        yield Found(event.line, first + dt.timedelta(days=offset), name, slots)


def _first_and_count(event: Event, problems: list[Problem]) -> tuple[dt.date, int] | None:
    known = event.properties
    if "DTSTART" not in known:
        problems.append(fault(event.line, "required", "Line {line}: this event has no DTSTART"))
        return None
    first = _date(known["DTSTART"], problems)
    # The end is the day after the last one.
    end = _date(known["DTEND"], problems) if "DTEND" in known else None
    if first is None or ("DTEND" in known and end is None):
        return None
    if end is not None:
        # Some calendars write one day as an event that ends where it begins.
        return first, max((end - first).days, int(end == first))
    if "DURATION" in known:
        return first, _count(known["DURATION"], problems)
    return first, 1


def _date(found: tuple[int, str], problems: list[Problem]) -> dt.date | None:
    line, value = found
    if "T" in value.upper():
        detail = "Line {line}: only events of whole days can be read"
        problems.append(fault(line, "not_whole_day", detail))
        return None
    day = day_of(value)
    if day is None:
        problems.append(fault(line, "date_format", UNKNOWN_DATE, text=value[:ECHO_MAX]))
    return day


def _count(found: tuple[int, str], problems: list[Problem]) -> int:
    match = DURATION.fullmatch(found[1].upper())
    if match is None:
        detail = "Line {line}: “{text}” is no duration of whole days like P3D"
        problems.append(fault(found[0], "duration_format", detail, text=found[1][:ECHO_MAX]))
        return 1
    return int(match[1]) * 7 if match[1] else int(match[2])


def _unescaped(match: re.Match[str]) -> str:
    return " " if match[1] in "nN" else match[1]


def _is_working(event: Event, name: str) -> bool:
    if SPECIAL in event.properties:
        return event.properties[SPECIAL][1].upper() == SPECIAL_WORKING
    return bool(WORKING.search(name))
