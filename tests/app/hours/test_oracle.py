"""Office hours compared with OpenStreetMap's opening hours, as `opening-hours-py` reads them.

The two specifications differ in two points, which the translation evens out:

- OpenStreetMap: a rule for a date replaces all of that day, also the rest of a night shift that
  began the day before. Here: a shift belongs to the day on which it begins. So where there are
  dates, nights are cut at midnight.
- OpenStreetMap: an hour that comes twice counts once. Here: the clock on the wall decides. So the
  library is asked for the time on the wall, without a zone.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from itertools import pairwise
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st
from opening_hours import OpeningHours

from app import hours
from app.hours import WEEKDAYS, Schedule

ONE_DAY = dt.timedelta(days=1)
QUARTER = dt.timedelta(minutes=15)
MORNING, EVENING, MIDNIGHT = 6 * 4, 18 * 4, 24 * 4
"""In quarters of an hour, as all slots here are."""
CHANGES = 10
FAR = 400
"""Days; no date lies further away from a moment."""
CLOCK_CHANGES = [
    ("Europe/Berlin", dt.date(2026, 3, 29)),
    ("Europe/Berlin", dt.date(2026, 10, 25)),
    ("Africa/Cairo", dt.date(2026, 4, 24)),
    ("Africa/Cairo", dt.date(2026, 10, 30)),
    ("America/Santiago", dt.date(2026, 4, 5)),
    ("America/Santiago", dt.date(2026, 9, 6)),
    ("Australia/Lord_Howe", dt.date(2026, 4, 5)),
    ("Australia/Lord_Howe", dt.date(2026, 10, 4)),
]
"""Clocks are changed in the night, at midnight, or by half an hour."""


def time(quarter: int) -> str:
    return f"{quarter // 4:02}:{quarter % 4 * 15:02}"


@st.composite
def slots(draw: st.DrawFn, first: int = 0, nights: bool = True) -> list[list[str]]:
    """Those of one day; a night shift ends before the morning."""
    # Clocks are changed in these hours.
    at_night = st.integers(first, first + 12) | st.integers(MIDNIGHT - 4, MIDNIGHT)
    bounds = sorted(draw(st.sets(st.integers(first, MIDNIGHT) | at_night, max_size=6)))
    found = list(zip(bounds[::2], bounds[1::2], strict=False))
    busy = found[-1][1] if found else 0
    if nights and busy < MIDNIGHT and draw(st.booleans()):
        start = draw(st.integers(max(busy, EVENING), MIDNIGHT - 1))
        found.append((start, draw(st.integers(0, MORNING))))
    return [[time(start), time(end)] for start, end in found]


@st.composite
def schedules(
    draw: st.DrawFn, middle: dt.date, zone: str = "Asia/Shanghai", dated: bool = True
) -> Schedule:
    nights = draw(st.booleans())
    a_day = slots(MORNING if nights else 0, nights)
    near = (st.integers(-9, 9) | st.integers(-9, 60)).map(
        lambda days: (middle + days * ONE_DAY).isoformat()
    )
    off = draw(st.sets(near, max_size=4)) if dated else set()
    work = draw(st.dictionaries(near, slots().filter(bool), max_size=4)) if dated else {}
    return hours.check(
        {
            "timezone": zone,
            "weekly": draw(st.fixed_dictionaries({}, optional=dict.fromkeys(WEEKDAYS, a_day))),
            "holidays": dict.fromkeys(off - work.keys(), "休"),
            "makeup_days": work,
        }
    )


def in_words(schedule: Schedule) -> str:
    """The schedule as OpenStreetMap writes it: the week, then dates, which replace its days."""
    unusual = schedule.holidays.keys() | schedule.makeup_days.keys()
    if not unusual:
        week = [f"{day[:2].title()} {joined(slots)}" for day, slots in schedule.weekly.items()]
        return ", ".join(week) or "off"
    rules = []
    for number, day in enumerate(WEEKDAYS):
        before = schedule.weekly.get(WEEKDAYS[number - 1], ())
        rules.append(f"{day[:2].title()} {cut(before, schedule.weekly.get(day, ()))}")
    for day in sorted(unusual | {each + ONE_DAY for each in unusual}):
        tiles = cut(listed(schedule, day - ONE_DAY), listed(schedule, day))
        rules.append(f"{day:%Y %b %d} {tiles}")
    return "; ".join(rules)


def listed(schedule: Schedule, day: dt.date) -> tuple[hours.Slot, ...]:
    if day in schedule.makeup_days:
        return schedule.makeup_days[day]
    return () if day in schedule.holidays else schedule.weekly.get(WEEKDAYS[day.weekday()], ())


def cut(before: tuple[hours.Slot, ...], own: tuple[hours.Slot, ...]) -> str:
    """What is open within one day, of its own slots and of those of the day before."""
    late = [("00:00", end) for start, end in before if "00:00" < end < start]
    return joined([*late, *((start, end if end > start else "24:00") for start, end in own)])


def joined(slots: tuple[hours.Slot, ...] | list[hours.Slot]) -> str:
    written = [f"{start}-{'24:00' if end == '00:00' else end}" for start, end in slots]
    return ",".join(written) or "off"


def asked(schedule: Schedule) -> OpeningHours:
    return OpeningHours(
        in_words(schedule), auto_timezone=False, auto_country=False, max_interval_days=FAR
    )


def wall(schedule: Schedule, moment: dt.datetime) -> dt.datetime:
    return moment.astimezone(ZoneInfo(schedule.timezone)).replace(tzinfo=None)


MIDDLE = dt.date(2026, 12, 30)
MINUTES = st.integers(-15 * 24 * 60, 15 * 24 * 60)


@settings(max_examples=settings.default.max_examples // 2)
@given(
    schedule=schedules(MIDDLE) | schedules(MIDDLE, dated=False),
    moments=st.lists(MINUTES | MINUTES.map(lambda minute: minute // 15 * 15), max_size=20),
)
def test_it_is_open_when_the_other_says_so_and_changes_when_the_other_does(
    schedule: Schedule, moments: list[int]
) -> None:
    other = asked(schedule)
    midnight = dt.datetime.combine(MIDDLE, dt.time(), ZoneInfo("Asia/Shanghai"))
    for minute in moments:
        moment = midnight + dt.timedelta(minutes=minute)
        assert hours.open_at(schedule, moment) == other.is_open(wall(schedule, moment))
    assert list(ours(schedule, midnight)) == list(theirs(other, wall(schedule, midnight)))


def ours(schedule: Schedule, moment: dt.datetime) -> Iterator[dt.datetime]:
    for _ in range(CHANGES):
        change = hours.next_change(schedule, moment)
        if change is None:
            return
        moment = change
        yield wall(schedule, change)


def theirs(other: OpeningHours, moment: dt.datetime) -> Iterator[dt.datetime]:
    for _ in range(CHANGES):
        change = other.next_change(moment)
        if change is None:
            return
        moment = change
        yield change


@settings(max_examples=settings.default.max_examples // 2)
@given(st.sampled_from(CLOCK_CHANGES), st.integers(0, 95), st.data())
def test_where_the_clock_changes_it_follows_the_clock_on_the_wall(
    place: tuple[str, dt.date], quarter: int, data: st.DataObject
) -> None:
    zone, day = place
    schedule = data.draw(schedules(day, zone))
    other = asked(schedule)
    night = dt.datetime.combine(day - ONE_DAY, dt.time(), ZoneInfo(zone))
    start = night.astimezone(dt.UTC) + quarter * QUARTER
    moments = [start + number * QUARTER for number in range(30 * 4)]
    said = [other.is_open(wall(schedule, moment)) for moment in moments]

    assert [hours.open_at(schedule, moment) for moment in moments] == said
    changes = [
        at
        for at, (before, after) in zip(moments[1:], pairwise(said), strict=True)
        if before != after
    ]
    for before, change in pairwise([start, *changes]):
        assert hours.next_change(schedule, before) == change
