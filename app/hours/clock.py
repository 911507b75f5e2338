"""What the schedule says at a moment. Local wall-clock time decides, minute by minute.

An hour that occurs twice counts twice; a skipped hour does not count.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from zoneinfo import ZoneInfo

from app.hours.schedule import DAY, Schedule, spans

ONE_DAY = dt.timedelta(days=1)
SECOND = dt.timedelta(seconds=1)
LOOK_AHEAD = 16
"""Days: two whole weeks and more, so that a slot lost in a skipped hour does not hide the
pattern."""


def open_at(schedule: Schedule, moment: dt.datetime) -> bool:
    local = moment.astimezone(ZoneInfo(schedule.timezone))
    today = local.date()
    minute = local.hour * 60 + local.minute
    for start, end in spans(schedule, today):
        if start <= minute < end:
            return True
    return any(minute + DAY < end for _, end in spans(schedule, today - ONE_DAY))


def next_change(schedule: Schedule, moment: dt.datetime) -> dt.datetime | None:
    """The first moment after this one at which it opens or closes, in UTC."""
    moment = moment.astimezone(dt.UTC)
    zone = ZoneInfo(schedule.timezone)
    is_open = open_at(schedule, moment)

    def changes(day: dt.date) -> list[dt.datetime]:
        instants = _instants(schedule, zone, day)
        return [at for at in instants if at > moment and open_at(schedule, at) != is_open]

    for day in _days(schedule, moment.astimezone(zone).date()):
        if found := changes(day):
            # Where the clock is set back over midnight, the next day begins before this one ends.
            return min(found + changes(day + ONE_DAY))
    return None


def add_open_time(schedule: Schedule, moment: dt.datetime, hours: float) -> dt.datetime | None:
    """When that many open hours will have passed, in UTC; None if never."""
    at = moment.astimezone(dt.UTC)
    left = dt.timedelta(hours=hours)
    while True:
        change = next_change(schedule, at)
        if open_at(schedule, at):
            if change is None or change - at >= left:
                return at + left
            left -= change - at
        if change is None:
            return None
        at = change


def open_spans(
    schedule: Schedule, start: dt.datetime, end: dt.datetime
) -> Iterator[tuple[dt.datetime, dt.datetime]]:
    """When it is open between two moments, in UTC, in order."""
    at = start.astimezone(dt.UTC)
    while at < end:
        until = min(next_change(schedule, at) or end, end)
        if open_at(schedule, at):
            yield at, until
        at = until


def _days(schedule: Schedule, first: dt.date) -> Iterator[dt.date]:
    """The days on which something can change: beyond two usual weeks, only around unusual days."""
    upcoming = sorted(
        day for day in schedule.holidays.keys() | schedule.makeup_days.keys() if day >= first
    )
    done = first - 2 * ONE_DAY
    for start in (first - ONE_DAY, *(day - ONE_DAY for day in upcoming)):
        for offset in range(LOOK_AHEAD):
            day = start + offset * ONE_DAY
            if day > done:
                done = day
                yield day


def _instants(schedule: Schedule, zone: ZoneInfo, day: dt.date) -> Iterator[dt.datetime]:
    """Every instant of that day at which a slot may begin or end."""
    midnight = dt.datetime.combine(day, dt.time())
    bounds = {bound for span in spans(schedule, day) for bound in span if bound < DAY}
    bounds |= {end - DAY for _, end in spans(schedule, day - ONE_DAY) if end >= DAY}
    for bound in bounds:
        wall = midnight + dt.timedelta(minutes=bound)
        early, late = sorted(
            wall.replace(tzinfo=zone, fold=fold).astimezone(dt.UTC) for fold in (0, 1)
        )
        yield early
        if late != early:
            yield late
            yield _clock_change(zone, early, late)


def _clock_change(zone: ZoneInfo, early: dt.datetime, late: dt.datetime) -> dt.datetime:
    """The second at which the UTC offset changes, between the two."""
    before = early.astimezone(zone).utcoffset()
    while late - early > SECOND:
        middle = (early + (late - early) / 2).replace(microsecond=0)
        if middle.astimezone(zone).utcoffset() == before:
            early = middle
        else:
            late = middle
    return late
