"""The rota as it is written down, and who is on duty by it at a moment: a plain function."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

import msgspec

from app.hours.clock import ONE_DAY, open_at
from app.hours.schedule import DAY, WEEKDAYS, Schedule, slots

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
LOOKED_BACK = 14
"""Days before a make-up day among which a working day is looked for."""


class Shift(msgspec.Struct, frozen=True, kw_only=True):
    """Several agents take turns, a week each, the first of them in the week of `since`."""

    agents: list[str]
    weekdays: Annotated[list[Weekday], msgspec.Meta(description="None: every day.")] = []
    start: Annotated[
        str, msgspec.Meta(description="Like 09:00. Without start and end: at all office hours.")
    ] = ""
    end: Annotated[str, msgspec.Meta(description="At or before the start: on the next day.")] = ""
    since: dt.date | None = None


class Swap(msgspec.Struct, frozen=True, kw_only=True):
    """On one day somebody else is on duty, for one person or for whoever it is."""

    day: dt.date
    agent: str
    instead_of: str = ""


class Rota(msgspec.Struct, frozen=True, kw_only=True):
    """`backups` come after all who take turns. `mention_new`: whether notices of new messages
    mention who is on duty, and not only reminders that say so."""

    shifts: list[Shift] = []
    backups: list[str] = []
    swaps: list[Swap] = []
    mention_new: bool = True

    @property
    def is_empty(self) -> bool:
        return not (self.shifts or self.swaps or self.backups)


class Duty(msgspec.Struct, frozen=True):
    """Uids of agents: who is on duty, and who comes after them, in order."""

    now: tuple[str, ...] = ()
    then: tuple[str, ...] = ()

    def after(self, steps: int) -> tuple[str, ...]:
        """Whom to turn to when nobody has answered so many times: one of the next, else again
        those on duty."""
        if not self.then:
            return self.now
        return (self.then[min(steps, len(self.then)) - 1],)


def stored(text: str) -> Rota:
    return msgspec.json.decode(text, type=Rota) if text else Rota()


def on_duty(
    rota: Rota, schedule: Schedule, moment: dt.datetime, away: Collection[str] = ()
) -> Duty:
    """Nobody outside of office hours; without office hours every minute is one. Who is `away` is
    passed over."""
    if rota.is_empty or not (schedule.is_empty or open_at(schedule, moment)):
        return Duty()
    local = moment.astimezone(ZoneInfo(schedule.timezone))
    today, minute = local.date(), local.hour * 60 + local.minute
    now: list[str] = []
    then: list[str] = []
    found = [
        *_at(rota, schedule, today, minute),
        *_at(rota, schedule, today - ONE_DAY, minute + DAY),
    ]
    for people in [*found, ["", *rota.backups]]:
        there = [each for each in people if each not in away]
        now += [each for each in there[:1] if each]
        then += there[1:]
    once = tuple(dict.fromkeys(now))
    return Duty(once, tuple(each for each in dict.fromkeys(then) if each not in once))


def _at(rota: Rota, schedule: Schedule, day: dt.date, minute: int) -> Iterator[list[str]]:
    """Of each shift of that day at that minute: who has it, then who comes next."""
    shifts = [each for each in rota.shifts if each.agents]
    weekday = _weekday(shifts, schedule, day)
    found = [_turns(each, day) for each in shifts if _holds(each, weekday, minute)]
    swaps = [each for each in rota.swaps if each.day == day]
    if not found and minute < DAY:
        # Nobody has a shift to swap: all who are named for the day are on duty.
        yield from ([each.agent] for each in swaps if not each.instead_of)
    for people in found:
        for swap in swaps:
            if swap.instead_of in ("", people[0]):
                people = [swap.agent, *(each for each in people[1:] if each != swap.agent)]
                break
        yield people


def _weekday(shifts: list[Shift], schedule: Schedule, day: dt.date) -> str:
    """Its own; of a make-up day for which nobody is named, that of the last working day before
    it."""
    own = WEEKDAYS[day.weekday()]
    if day not in schedule.makeup_days or _named(shifts, own):
        return own
    for back in range(1, LOOKED_BACK + 1):
        earlier = day - back * ONE_DAY
        other = WEEKDAYS[earlier.weekday()]
        worked = earlier not in schedule.makeup_days and slots(schedule, earlier)
        if worked and _named(shifts, other):
            return other
    return own


def _named(shifts: list[Shift], weekday: str) -> bool:
    return any(not each.weekdays or weekday in each.weekdays for each in shifts)


def _holds(shift: Shift, weekday: str, minute: int) -> bool:
    if shift.weekdays and weekday not in shift.weekdays:
        return False
    if not shift.start:
        return minute < DAY
    start, end = minutes(shift.start), minutes(shift.end)
    return start <= minute < (end if end > start else end + DAY)


def minutes(time: str) -> int:
    return int(time[:2]) * 60 + int(time[3:])


def _turns(shift: Shift, day: dt.date) -> list[str]:
    """Those of the shift, whose week it is first."""
    since = shift.since or day
    weeks = (monday(day) - monday(since)).days // 7
    place = weeks % len(shift.agents)
    return [*shift.agents[place:], *shift.agents[:place]]


def monday(day: dt.date) -> dt.date:
    return day - dt.timedelta(days=day.weekday())
