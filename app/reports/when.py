"""When a report is due, and of which days it tells. Pure: local wall-clock time decides.

A time that a change of the clocks skips is due when the clocks have moved on; one that comes twice
is due the first time.
"""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import msgspec

from app.hours.schedule import Schedule, spans
from app.overview.spans import A_DAY, Span
from app.reports.shape import Setting

LOOKED_BACK = 14
"""Days. The office may be closed so long; a longer absence is told of in part."""


class Due(msgspec.Struct, frozen=True):
    """`day` is the one on which it is due: a report has one of each."""

    day: dt.date
    at: dt.datetime
    span: Span

    @property
    def period(self) -> str:
        return self.day.isoformat()


def last_due(setting: Setting, schedule: Schedule, zone: str, now: dt.datetime) -> Due | None:
    """The latest one that is due; None if there was none lately."""
    day = now.astimezone(ZoneInfo(zone)).date()
    for _ in range(LOOKED_BACK):
        at = moment(day, setting.at, zone)
        if at <= now and _is_on(setting, schedule, day):
            return Due(day, at, _span(setting, schedule, day))
        day -= A_DAY
    return None


def next_due(
    setting: Setting,
    schedule: Schedule,
    zone: str,
    now: dt.datetime,
    known: dt.date | None = None,
) -> Due | None:
    """After `known`, the last day of which it was made already: by another time or zone perhaps."""
    day = now.astimezone(ZoneInfo(zone)).date()
    if known is not None:
        day = max(day, known + A_DAY)
    for _ in range(LOOKED_BACK):
        at = moment(day, setting.at, zone)
        if at > now and _is_on(setting, schedule, day):
            return Due(day, at, _span(setting, schedule, day))
        day += A_DAY
    return None


def missed(setting: Setting, schedule: Schedule, due: Due, known: dt.date | None) -> list[dt.date]:
    """Days between the last one that is known and this on which it was due, too."""
    if known is None:
        return []
    days = (known + number * A_DAY for number in range(1, min((due.day - known).days, 60)))
    return [day for day in days if _is_on(setting, schedule, day)]


def moment(day: dt.date, at: str, zone: str) -> dt.datetime:
    local = dt.datetime.combine(day, dt.time.fromisoformat(at), ZoneInfo(zone))
    return local.astimezone(dt.UTC)


def _is_on(setting: Setting, schedule: Schedule, day: dt.date) -> bool:
    if setting.every == "week":
        return day.weekday() == setting.weekday
    return not (setting.skip_closed and _is_closed(schedule, day))


def _is_closed(schedule: Schedule, day: dt.date) -> bool:
    return not schedule.is_empty and not spans(schedule, day)


def _span(setting: Setting, schedule: Schedule, day: dt.date) -> Span:
    """Up to the day before."""
    last = day - A_DAY
    if setting.every == "week":
        return Span(day - 7 * A_DAY, last)
    first = last
    while (
        setting.skip_closed
        and not _is_on(setting, schedule, first)
        and (day - first).days < LOOKED_BACK
    ):
        first -= A_DAY
    return Span(first, last)
