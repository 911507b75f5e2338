"""How replies went in the last 30 days, as a worker counted it lately: what the console warns of
and what visitors read. Kept with the organization, so that no page counts anything."""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Mapping, Sequence

import msgspec

ENOUGH = 20
"""Of fewer messages nothing is said."""
USUALLY = 80
"""Percent of all messages that "usually" means at least."""
STEPS = tuple(60 * hours for hours in (1, 2, 3, 4, 6, 8, 12, 16, 24, 40))
STEPS = (15, 30, *STEPS)
"""Minutes that are promised."""
OLD = dt.timedelta(days=1)
"""What no worker has looked at for so long is told to nobody."""


class Promise(msgspec.Struct, frozen=True):
    """So many percent of `of` messages were handled within so many minutes, of office time if
    `in_hours`."""

    minutes: int
    percent: int
    of: int
    in_hours: bool


class Broken(msgspec.Struct, frozen=True):
    """A target that is missed more than one time in five. The category None is the target of all
    that have none of their own."""

    category: str | None
    minutes: int
    late: int
    of: int
    since: dt.datetime


class Replies(msgspec.Struct, frozen=True):
    at: dt.datetime | None = None
    promises: list[Promise] = []
    """One for brands that have office hours, one for those that have none."""
    broken: list[Broken] = []

    def promise_at(self, now: dt.datetime, *, in_hours: bool) -> Promise | None:
        """Of a brand that has office hours, or none."""
        if self.at is None or now - self.at >= OLD:
            return None
        return next((each for each in self.promises if each.in_hours == in_hours), None)


@functools.lru_cache(maxsize=256)
def stored(text: str) -> Replies:
    """What the organization's row holds."""
    return msgspec.json.decode(text, type=Replies) if text else Replies()


def promise(
    handled: Mapping[str, int], waiting: Sequence[int], *, in_hours: bool
) -> Promise | None:
    """The shortest time within which messages are usually handled. `handled` has how many took so
    many minutes, as the overview's sums round them; `waiting` for how many minutes the others wait
    already. What waits less than the time is not decided and does not count."""
    lasted = [(int(minutes), n) for minutes, n in handled.items() if n > 0]
    total = sum(n for _, n in lasted)
    for minutes in STEPS:
        # Sums are of whole minutes and rounded: strictly below is never better than the truth.
        within = sum(n for took, n in lasted if took < minutes)
        of = total + sum(waited >= minutes for waited in waiting)
        if of >= ENOUGH and 100 * within >= USUALLY * of:
            return Promise(minutes, 100 * within // of, of, in_hours)
    return None
