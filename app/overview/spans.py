"""The days that an overview is about, in the organization's own zone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping

import msgspec

from app.reading import dates

USUAL = "7"
LENGTHS = {"today": 1, USUAL: 7, "30": 30, "90": 90}
"""Days of the ranges that have a name; they end today."""
OWN = "own"
DAYS_MAX = 366
BARS_MAX, BARS_LEAST = 31, 14
A_DAY = dt.timedelta(days=1)


class Span(msgspec.Struct, frozen=True):
    """From one day to another, both included."""

    first: dt.date
    last: dt.date
    name: str = OWN

    @property
    def length(self) -> int:
        return (self.last - self.first).days + 1

    @property
    def before(self) -> Span:
        """As many days, just before."""
        return Span(self.first - self.length * A_DAY, self.first - A_DAY)

    def moments(self, zone: str) -> tuple[dt.datetime, dt.datetime]:
        """When it begins and when it is over, in UTC."""
        begins = dates.midnight(self.first, zone)
        ends = dates.midnight(self.last, zone, days=1)
        assert begins is not None
        assert ends is not None
        return begins, ends

    def days(self) -> Iterator[dt.date]:
        for number in range(self.length):
            yield self.first + number * A_DAY

    def bars(self) -> list[Span]:
        """The span in parts of equal length, the last of which may be shorter; of a short span also
        the days before it."""
        first = min(self.first, self.last - (BARS_LEAST - 1) * A_DAY)
        days = (self.last - first).days + 1
        each = -(-days // BARS_MAX)
        starts = [first + number * A_DAY for number in range(0, days, each)]
        return [Span(day, min(day + (each - 1) * A_DAY, self.last)) for day in starts]

    def query(self) -> dict[str, str]:
        """What stands in the address of the page."""
        if self.name != OWN:
            return {} if self.name == USUAL else {"range": self.name}
        return {"since": self.first.isoformat(), "until": self.last.isoformat()}


def read(asked: Mapping[str, str], today: dt.date) -> Span:
    """What makes no sense is the usual span. One that is too long begins later, one that ends in
    the future ends today."""
    since, until = (dates.iso_day(asked.get(name, "")) for name in ("since", "until"))
    if since or until:
        last = min(until or today, today)
        first = min(since or last, last)
        return Span(max(first, last - (DAYS_MAX - 1) * A_DAY), last)
    name = asked.get("range", "")
    name = name if name in LENGTHS else USUAL
    return Span(today - (LENGTHS[name] - 1) * A_DAY, today, name)
