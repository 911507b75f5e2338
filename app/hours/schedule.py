"""Office hours as they are written down: slots by weekday, holidays, make-up days."""

from __future__ import annotations

import datetime as dt
import functools
import re
from collections.abc import Iterator, Mapping
from typing import Any, Literal
from zoneinfo import ZoneInfo, available_timezones

import msgspec

from app.errors import Invalid, Problem
from app.reading import objects
from app.text import clean_line

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
TIME = re.compile(r"(?:[01][0-9]|2[0-3]):[0-5][0-9]|24:00", re.ASCII)
DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
DAY = 24 * 60
SLOTS_MAX = 6
DAYS_MAX = 1000
"""Ten years of a country's holidays."""
YEARS = (2000, 2100)
NAME_MAX = 64
NIGHT_MAX = 12 * 60
"""Minutes. An end before its start means the next day. A longer slot is nearly always start and end
swapped; two slots can say it."""

REMINDER = dt.timedelta(days=60)
"""China announces the holidays of a year about that long before it begins."""

Slot = tuple[str, str]
Span = tuple[int, int]
"""Minutes since the day's first midnight; the end may lie past 24:00."""

BAD_TIME = "Write a time like 09:00"
BAD_DATE = "Write a date like 2027-01-31"


class Schedule(msgspec.Struct, frozen=True):
    """Office hours. A make-up day counts before a holiday, a holiday before the week.

    A slot that passes midnight belongs to the day on which it begins.
    """

    timezone: str = "UTC"
    weekly: dict[str, tuple[Slot, ...]] = {}
    holidays: dict[dt.date, str] = {}
    """Closed days with their names."""
    makeup_days: dict[dt.date, tuple[Slot, ...]] = {}
    calendar_until: dt.date | None = None
    """The last day for which holidays and make-up days are listed; None for no reminder."""

    @property
    def is_empty(self) -> bool:
        """Whether it has no open hours at all."""
        return not any(self.weekly.values()) and not any(self.makeup_days.values())


def spans(schedule: Schedule, day: dt.date) -> tuple[Span, ...]:
    """The slots that begin on that day."""
    return _spans(slots(schedule, day))


def slots(schedule: Schedule, day: dt.date) -> tuple[Slot, ...]:
    made_up = schedule.makeup_days.get(day)
    if made_up is not None:
        return made_up
    if day in schedule.holidays:
        return ()
    return schedule.weekly.get(WEEKDAYS[day.weekday()], ())


@functools.lru_cache(maxsize=1024)
def _spans(found: tuple[Slot, ...]) -> tuple[Span, ...]:
    return tuple(_span(slot) for slot in found)


def _span(slot: Slot) -> Span:
    start, end = (_minutes(text) for text in slot)
    return start, end if end > start else end + DAY


def _minutes(text: str) -> int:
    return int(text[:2]) * 60 + int(text[3:])


def calendar_ends(schedule: Schedule, now: dt.datetime) -> Literal["", "soon", "over"]:
    """Whether it is time to list the next holidays."""
    today = now.astimezone(ZoneInfo(schedule.timezone)).date()
    until = schedule.calendar_until
    if until is None or until - today > REMINDER:
        return ""
    return "over" if until < today else "soon"


def encode(schedule: Schedule) -> str:
    return msgspec.json.encode(schedule).decode()


@functools.lru_cache(maxsize=256)
def decode(text: str) -> Schedule:
    return msgspec.json.decode(text, type=Schedule)


def check(raw: Mapping[str, Any]) -> Schedule:
    """The schedule that the JSON of one describes. Raises Invalid with every fault.

    {"timezone": "Asia/Shanghai", "weekly": {"mon": [["09:00", "12:00"], ["13:30", "18:00"]]},
     "holidays": {"2027-01-01": "元旦"}, "makeup_days": {"2027-02-06": [["09:00", "18:00"]]},
     "calendar_until": "2027-12-31"}
    """
    problems = [
        objects.unknown(str(key), Schedule.__struct_fields__)
        for key in raw
        if key not in Schedule.__struct_fields__
    ]
    found = Schedule(
        _zone(raw.get("timezone", "UTC"), problems),
        _week(_object(raw, "weekly", problems), problems),
        _holidays(_object(raw, "holidays", problems), problems),
        _made_up(_object(raw, "makeup_days", problems), problems),
        _calendar_until(raw.get("calendar_until"), problems),
    )
    problems += [
        Problem(f"/makeup_days/{day}", "also_holiday", "This day is also listed as a holiday")
        for day in found.makeup_days.keys() & found.holidays.keys()
    ]
    if problems:
        raise Invalid(problems)
    return found


def _object(raw: Mapping[str, Any], name: str, problems: list[Problem]) -> dict[str, Any]:
    value = raw.get(name)
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        problems.append(Problem(f"/{name}", "wrong_type", "This must be an object"))
        return {}
    if len(value) > DAYS_MAX:
        facts = {"limit": str(DAYS_MAX)}
        problems.append(Problem(f"/{name}", "too_many", "List at most {limit} days", facts))
        return {}
    return {str(key): each for key, each in value.items()}


def _zone(value: Any, problems: list[Problem]) -> str:
    if isinstance(value, str) and value in zones():
        return value
    problems.append(
        Problem("/timezone", "unknown_zone", "Choose a time zone like Asia/Shanghai or UTC")
    )
    return "UTC"


@functools.cache
def zones() -> frozenset[str]:
    """Every time zone that this machine can load."""
    return frozenset(name for name in available_timezones() if _loads(name))


def _loads(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (OSError, ValueError):
        return False
    return True


def _week(raw: dict[str, Any], problems: list[Problem]) -> dict[str, tuple[Slot, ...]]:
    for key in raw.keys() - set(WEEKDAYS):
        facts = {"known": ", ".join(WEEKDAYS)}
        problems.append(
            Problem(objects.pointer("weekly", key), "not_a_choice", "Use {known}", facts)
        )
    week: dict[str, list[tuple[int, Slot]]] = {
        day: list(_slots(raw.get(day) or [], f"/weekly/{day}", problems)) for day in WEEKDAYS
    }
    for before, day in zip((WEEKDAYS[-1], *WEEKDAYS[:-1]), WEEKDAYS, strict=True):
        past_midnight = max((_span(slot)[1] - DAY for _, slot in week[before]), default=0)
        problems += _overlaps(week[day], past_midnight, f"/weekly/{day}")
    return {day: _in_order(found) for day, found in week.items() if found}


def _in_order(found: list[tuple[int, Slot]]) -> tuple[Slot, ...]:
    return tuple(slot for _, slot in sorted(found, key=lambda each: each[1]))


def _slots(raw: Any, place: str, problems: list[Problem]) -> Iterator[tuple[int, Slot]]:
    """Every valid slot with its index in the list."""
    if not isinstance(raw, list | tuple):
        problems.append(Problem(place, "wrong_type", "This must be a list"))
        return
    if len(raw) > SLOTS_MAX:
        facts = {"limit": str(SLOTS_MAX)}
        problems.append(Problem(place, "too_many", "Use at most {limit} slots a day", facts))
        return
    for index, pair in enumerate(raw):
        faults = _slot_faults(pair, f"{place}/{index}")
        problems += faults
        if not faults:
            yield index, (pair[0], pair[1])


def _slot_faults(pair: Any, place: str) -> list[Problem]:
    if not isinstance(pair, list | tuple) or len(pair) != 2:
        return [Problem(place, "wrong_type", "A slot is a start and an end")]
    faults = [
        Problem(f"{place}/{index}", "time_format", BAD_TIME)
        for index, text in enumerate(pair)
        if not isinstance(text, str) or not TIME.fullmatch(text) or (text == "24:00" and not index)
    ]
    return faults or _length_faults((pair[0], pair[1]), f"{place}/1")


def _length_faults(slot: Slot, place: str) -> list[Problem]:
    # A browser's time field has no 24:00: from 00:00 to 00:00 is a whole day.
    if slot[0] == slot[1] != "00:00":
        return [Problem(place, "empty_slot", "The end is the same as the start")]
    start, end = _span(slot)
    if end > DAY and end - start > NIGHT_MAX:
        detail = "The end is before the start; a night shift has at most {hours} hours"
        return [Problem(place, "inverted", detail, {"hours": str(NIGHT_MAX // 60)})]
    return []


def _overlaps(found: list[tuple[int, Slot]], past_midnight: int, place: str) -> list[Problem]:
    problems = []
    busy_until = past_midnight
    for index, slot in sorted(found, key=lambda each: each[1]):
        start, end = _span(slot)
        if start < busy_until:
            detail = "This slot begins before the one before it ends"
            problems.append(Problem(f"{place}/{index}", "overlap", detail))
        busy_until = max(busy_until, end)
    return problems


def _holidays(raw: dict[str, Any], problems: list[Problem]) -> dict[dt.date, str]:
    found = {}
    for text, name in sorted(raw.items()):
        place = objects.pointer("holidays", text)
        day = date_of(text, place, problems)
        if not isinstance(name, str):
            problems.append(Problem(place, "wrong_type", "This must be text"))
        elif len(name) > NAME_MAX:
            facts = {"limit": str(NAME_MAX)}
            detail = "Use at most {limit} characters"
            problems.append(Problem(place, "too_long", detail, facts))
        elif day:
            found[day] = clean_line(name)
    return found


def _made_up(raw: dict[str, Any], problems: list[Problem]) -> dict[dt.date, tuple[Slot, ...]]:
    found = {}
    for text, listed in sorted(raw.items()):
        place = objects.pointer("makeup_days", text)
        day = date_of(text, place, problems)
        if not listed and isinstance(listed, list | tuple):
            problems.append(Problem(place, "required", "A make-up day needs its hours"))
        pairs = list(_slots(listed, place, problems))
        problems += _overlaps(pairs, 0, place)
        if day:
            found[day] = _in_order(pairs)
    return found


def _calendar_until(raw: Any, problems: list[Problem]) -> dt.date | None:
    return None if raw is None else date_of(str(raw), "/calendar_until", problems)


def date_of(text: str, place: str, problems: list[Problem]) -> dt.date | None:
    try:
        day = dt.date.fromisoformat(text) if DATE.fullmatch(text) else None
    except ValueError:
        day = None
    if day is None or not YEARS[0] <= day.year <= YEARS[1]:
        problems.append(Problem(place, "date_format", BAD_DATE))
        return None
    return day
