"""How long visitors waited until their message was handled first, in office hours."""

from __future__ import annotations

import bisect
import datetime as dt
import itertools
import uuid
from collections.abc import Sequence

from app.hours.clock import open_spans
from app.hours.schedule import Schedule, decode
from app.messages.acts import State
from app.presence.facts import rule_of

A_MINUTE = dt.timedelta(minutes=1)
LOOKED_BACK = dt.timedelta(days=400)
"""Who waited longer counts as having waited since then."""


async def measure(organization: uuid.UUID, pairs: Sequence[tuple[State, State]]) -> None:
    """Writes `open_minutes` into those that are handled for the first time; nothing where no office
    hours are set."""
    first = [new for old, new in pairs if new.first_handled_at and not old.first_handled_at]
    for brand in {each.brand for each in first}:
        await _measure(brand or organization, [each for each in first if each.brand == brand])


async def _measure(brand: uuid.UUID, first: Sequence[State]) -> None:
    """By the office hours of that brand."""
    written = (await rule_of(brand)).schedule
    schedule = decode(written) if written else Schedule()
    if schedule.is_empty:
        return
    begins = min(each.created_at for each in first)
    ends = max(each.first_handled_at for each in first if each.first_handled_at)
    hours = Hours(schedule, max(begins, ends - LOOKED_BACK), ends)
    for each in first:
        assert each.first_handled_at is not None
        each.open_minutes = hours.minutes(each.created_at, each.first_handled_at)


class Hours:
    """The office hours between two moments, for many questions."""

    def __init__(self, schedule: Schedule, start: dt.datetime, end: dt.datetime) -> None:
        self._spans = list(open_spans(schedule, start, end))
        self._starts = [start for start, _ in self._spans]
        lengths = (end - start for start, end in self._spans)
        self._before = list(itertools.accumulate(lengths, initial=dt.timedelta()))

    def minutes(self, start: dt.datetime, end: dt.datetime) -> int:
        """Whole minutes; 0 when the clock was set back between the two."""
        return max(self._until(end) - self._until(start), dt.timedelta()) // A_MINUTE

    def _until(self, moment: dt.datetime) -> dt.timedelta:
        place = bisect.bisect_right(self._starts, moment)
        if not place:
            return dt.timedelta()
        start, end = self._spans[place - 1]
        return self._before[place - 1] + min(moment, end) - start
