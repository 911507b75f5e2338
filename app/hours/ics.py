"""Calendar files (RFC 5545), as far as holidays need them.

The libraries icalendar and recurring-ical-events read the events; this module finds each one's line
and what it means for a shop: closed, open as a make-up day, or nothing.
"""

from __future__ import annotations

import datetime as dt
import re
import time
from collections.abc import Iterable, Iterator, Sequence
from typing import cast
from zoneinfo import ZoneInfo

import icalendar
import msgspec
import recurring_ical_events
from dateutil.rrule import rrulestr

from app.errors import Problem
from app.hours.days import ECHO_MAX, Days, Found, collected, fault, fitting
from app.hours.kinds import Kind, kind_of
from app.hours.schedule import DAYS_MAX, NAME_MAX, YEARS, Slot
from app.text import clean_line

LONGEST = 60
"""Days of one event; a longer one is a term or a project, not a holiday."""
AHEAD = dt.timedelta(days=3 * 366)
"""How far ahead repeating events are followed."""
EVENTS_MAX = 3000
WHOLE = dt.timedelta(hours=8)
"""An event that says "off" and is at least a working day long is a day off."""
A_DAY = dt.timedelta(days=1)
LINE_END = re.compile(r"\r\n|\r|\n")
LINE_FOLD = re.compile(r"\r\n[ \t]")
# Repeating within a day gives too many; with an interval of 0 the library never returns.
ENDLESS = re.compile(
    r"FREQ=(?:SECONDLY|MINUTELY|HOURLY)|BY(?:SECOND|MINUTE|HOUR)=|INTERVAL=[^1-9]", re.IGNORECASE
)
CALENDAR_REPEATS = 400
"""Years after which every date falls on the same weekday again."""
SECONDS = 2.0
"""For all repeating events of a file together; later ones are reported and left out."""
# Apple's Chinese calendar marks days off and make-up days, and also lists festivals that are
# working days.
SPECIAL = "X-APPLE-SPECIAL-DAY"
SPECIAL_WORKING = "ALTERNATE-WORKDAY"
# Google's holiday calendars also list working days, marked in the words of their language.
OBSERVANCE = re.compile(r"observance|纪念日|紀念日|節慶|节庆", re.IGNORECASE)
LINE = "X-LEAVEMSG-LINE"
REPEATING = "Line {line}: this event repeats itself in a way that cannot be read; list its days"
# What the libraries raise for content that they cannot read.
BROKEN = (
    ValueError,
    TypeError,
    KeyError,
    AttributeError,
    ArithmeticError,
    IndexError,
    StopIteration,
)


class Event(msgspec.Struct, frozen=True):
    line: int
    parsed: icalendar.Event
    source: str


def import_ics(text: str, *, timezone: str = "UTC", today: dt.date | None = None) -> Days:
    """Holidays, and make-up days where the summary says so. `left` names unreadable lines. UTC
    times are converted to `timezone`; times of other zones keep their wall clock. Raises Invalid
    when no day can be read."""
    problems: list[Problem] = []
    events = list(_events(fitting(text), problems))
    if any(SPECIAL in event.parsed for event in events):
        events = [event for event in events if SPECIAL in event.parsed]
    today = today or dt.datetime.now(dt.UTC).date()
    return collected(_found(events, timezone, today, problems), problems)


def _events(text: str, problems: list[Problem]) -> Iterator[Event]:
    """Parses each event on its own, so that a broken one does not spoil the others."""
    lines = LINE_END.split(text)
    if not lines or lines[0].strip().upper() != "BEGIN:VCALENDAR":
        problems.append(fault(1, "no_calendar", "Line {line}: a calendar file begins otherwise"))
        return
    start = 0
    held: list[str] = []
    for number, line in enumerate(lines, start=1):
        boundary = line.strip().upper()
        if boundary == "BEGIN:VEVENT":
            if start:
                problems.append(_without_end(start))
            start, held = number, []
        if start:
            held.append(line.strip() if boundary.startswith(("BEGIN:", "END:")) else line)
        if boundary == "END:VEVENT" and start:
            yield from _event(start, "\r\n".join(held), problems)
            start = 0
    if start:
        problems.append(_without_end(start))


def _without_end(line: int) -> Problem:
    return fault(line, "malformed", "Line {line}: this event has no end")


def _event(line: int, source: str, problems: list[Problem]) -> Iterator[Event]:
    try:
        parsed = cast(icalendar.Event, icalendar.Event.from_ical(source))
    except BROKEN:
        detail = "Line {line}: this event cannot be read"
        problems.append(fault(line, "malformed", detail))
        return
    parsed.add(LINE, str(line))
    yield Event(line, parsed, source)


def _found(
    events: Sequence[Event], timezone: str, today: dt.date, problems: list[Problem]
) -> Iterator[Found]:
    """Every day of every event; of repeating ones until AHEAD."""
    count = 0
    until = time.monotonic() + SECONDS
    for group in _series(events):
        for event in _occurrences(group, today, until, problems):
            if str(event.get("STATUS", "")).upper() == "CANCELLED":
                continue
            for found in _days(event, timezone, problems):
                yield found
                count += 1
                if count > 2 * DAYS_MAX:
                    return


def _series(events: Sequence[Event]) -> Iterable[list[Event]]:
    """Events with one UID belong together: the later ones are exceptions of the first."""
    groups: dict[str, list[Event]] = {}
    for event in events[:EVENTS_MAX]:
        groups.setdefault(str(event.parsed.get("UID", f"line {event.line}")), []).append(event)
    return groups.values()


def _occurrences(
    group: list[Event], today: dt.date, until: float, problems: list[Problem]
) -> Iterator[icalendar.Event]:
    if not any(name in event.parsed for event in group for name in ("RRULE", "RDATE")):
        yield from (event.parsed for event in group)
        return
    try:
        found = _repeated(group, today) if time.monotonic() < until else None
    except BROKEN:
        found = None
    if found is None:
        problems.append(fault(group[0].line, "repeating", REPEATING))
        return
    yield from found


def _repeated(group: list[Event], today: dt.date) -> list[icalendar.Event] | None:
    """The occurrences; None when the library would compute for minutes or for ever."""
    if any(_is_endless(event) for event in group):
        return None
    calendar = icalendar.Calendar()
    calendar.add("PRODID", "leavemsg")
    calendar.add("VERSION", "2.0")
    for event in group:
        if "UID" not in event.parsed:
            event.parsed.add("UID", f"line-{event.line}")
        calendar.add_component(event.parsed)
    first = today.replace(month=1, day=1)
    found: list[icalendar.Event] = recurring_ical_events.of(calendar).between(first, today + AHEAD)
    return found[: 2 * DAYS_MAX]


def _is_endless(event: Event) -> bool:
    start = _start(event.parsed)
    if start is None or not YEARS[0] <= start.year <= YEARS[1]:
        return True
    if ENDLESS.search(LINE_FOLD.sub("", event.source)):
        return True
    rules = event.parsed.get("RRULE", [])
    return any(
        not _ever_matches(rule, start) for rule in (rules if isinstance(rules, list) else [rules])
    )


def _ever_matches(rule: icalendar.vRecur, start: dt.date) -> bool:
    """Whether the rule ever matches. For a 30 February the library searches until the year 9999, so
    it starts a few centuries before."""
    shift = (dt.MAXYEAR - start.year) // CALENDAR_REPEATS * CALENDAR_REPEATS
    late = dt.datetime(start.year + shift, start.month, start.day)  # noqa: DTZ001 - days of any zone
    unbounded = {name: value for name, value in rule.items() if name not in {"UNTIL", "COUNT"}}
    text = icalendar.vRecur(unbounded).to_ical().decode()  # type: ignore[no-untyped-call]
    return next(iter(rrulestr(text, dtstart=late)), None) is not None


def _start(event: icalendar.Event) -> dt.date | dt.datetime | None:
    try:
        start = event.decoded("DTSTART")
    except BROKEN:
        return None
    return start if isinstance(start, dt.date) else None


def _days(event: icalendar.Event, timezone: str, problems: list[Problem]) -> Iterator[Found]:
    line = int(str(event.get(LINE, 0)))
    name = clean_line(str(event.get("SUMMARY", "")))[:NAME_MAX]
    when = _when(event, line, name, timezone, problems)
    if when is None:
        return
    first, end = when
    kind = _kind(event, name)
    timed = first.time() != dt.time() or end.time() != dt.time()
    if timed and kind == "work":
        yield from _made_up(line, name, first, end, problems)
        return
    if timed and not (kind in {"off", "either"} and end - first >= WHOLE):
        detail = "Line {line}: “{name}” is no whole day"
        problems.append(fault(line, "not_whole_day", detail, name=name[:ECHO_MAX]))
        return
    last = (end - dt.timedelta(microseconds=1)).date()
    count = max((last - first.date()).days + 1, 1)
    if count > LONGEST or end < first:
        detail = "Line {line}: an event lasts 1 to {limit} days"
        problems.append(fault(line, "out_of_range", detail, limit=str(LONGEST)))
        return
    slots = () if kind == "work" else None
    for offset in range(count):
        yield Found(line, first.date() + A_DAY * offset, name, slots, asked=kind == "either")


def _made_up(
    line: int, name: str, first: dt.datetime, end: dt.datetime, problems: list[Problem]
) -> Iterator[Found]:
    """A make-up day with its hours, if they lie within one day."""
    if end - first > A_DAY or end <= first:
        detail = "Line {line}: the hours of “{name}” are not those of one day"
        problems.append(fault(line, "not_whole_day", detail, name=name[:ECHO_MAX]))
        return
    slot: Slot = (f"{first:%H:%M}", "24:00" if end.time() == dt.time() else f"{end:%H:%M}")
    yield Found(line, first.date(), name, (slot,))


def _when(
    event: icalendar.Event, line: int, name: str, timezone: str, problems: list[Problem]
) -> tuple[dt.datetime, dt.datetime] | None:
    """Start and end in local time; a whole day ends at the next midnight."""
    if "DTSTART" not in event:
        problems.append(fault(line, "required", "Line {line}: this event has no DTSTART"))
        return None
    start = _start(event)
    if start is None or not YEARS[0] <= start.year <= YEARS[1]:
        detail = "Line {line}: “{name}” has no date that can be read"
        problems.append(fault(line, "date_format", detail, name=name[:ECHO_MAX]))
        return None
    first = _on_the_wall(start, timezone)
    try:
        if "DTEND" in event:
            end = _on_the_wall(event.decoded("DTEND"), timezone)
        elif "DURATION" in event:
            end = first + event.decoded("DURATION")
        else:
            end = first
    except BROKEN:
        detail = "Line {line}: the end of “{name}” cannot be read"
        problems.append(fault(line, "date_format", detail, name=name[:ECHO_MAX]))
        return None
    # 23:59 and 23:59:59 are how programs without whole days write the end of one.
    if first.time() == dt.time() and end.time() >= dt.time(23, 59):
        end = dt.datetime.combine(end.date() + A_DAY, dt.time())
    if end == first and first.time() == dt.time():
        end = first + A_DAY
    return first, end


def _on_the_wall(moment: dt.date | dt.datetime, timezone: str) -> dt.datetime:
    if not isinstance(moment, dt.datetime):
        return dt.datetime.combine(moment, dt.time())
    # A time in another zone keeps its wall clock; only a UTC time is converted.
    if moment.tzinfo is not None and str(moment.tzinfo) in {"UTC", "Etc/UTC", "GMT", "Z"}:
        moment = moment.astimezone(ZoneInfo(timezone))
    return moment.replace(tzinfo=None, microsecond=0)


def _kind(event: icalendar.Event, name: str) -> Kind:
    if SPECIAL in event:
        return "work" if str(event[SPECIAL]).upper() == SPECIAL_WORKING else "off"
    kind = kind_of(name)
    observed = OBSERVANCE.match(str(event.get("DESCRIPTION", "")).strip())
    return "either" if observed and not kind else kind
