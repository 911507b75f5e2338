"""What a message counts as: the one definition of every number that is summed up by days.

A day's sums are counts by kind and value: {"category": {"产品咨询": 3}}. A message counts for the
day on which it was left, and for the one on which it was handled. Spam, the trash and repeats count
for nothing. Days that are kept have what this says: whoever changes it empties `kept_days` in a
migration, and they are counted anew.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from zoneinfo import ZoneInfo

import msgspec

from app.tables import Message

Sums = dict[str, dict[str, int]]
Part = tuple[str, str]
"""A kind and a value."""
GENUINE = ("pending", "handled")
"""Neither spam nor in the trash, and no repeat."""
A_MINUTE = dt.timedelta(minutes=1)
EXACT = 100
"""Times of so many minutes and more are rounded to 5, from ten times as many on to 50, and so on:
an error of one in forty at most."""


class Done(msgspec.Struct):
    """What is asked of a message for the day on which it was handled."""

    status: str
    handled_at: dt.datetime | None
    handled_by: str


class Counted(Done):
    """What is asked of a message."""

    created_at: dt.datetime
    category: str
    site: str
    first_handled_at: dt.datetime | None
    open_minutes: int | None
    due_at: dt.datetime | None
    solved: str
    brand: uuid.UUID | None = None


DONE = (Message.status, Message.handled_at, Message.handled_by)
COUNTED = (
    *DONE,
    Message.created_at,
    Message.category,
    Message.site,
    Message.first_handled_at,
    Message.open_minutes,
    Message.due_at,
    Message.solved,
    Message.brand,
)


def left(row: Counted, local: dt.datetime) -> Iterator[Part]:
    """For the day on which it was left; `local` is when, in the organization's zone."""
    if row.status not in GENUINE:
        return
    yield "new", ""
    yield "hour", f"{local.hour:02}"
    yield "category", row.category
    yield "site", row.site
    # Those of the first brand are the others.
    if row.brand:
        yield "brand", str(row.brand)
    if row.status == "handled":
        yield "category handled", row.category
        yield "site handled", row.site
        if row.brand:
            yield "brand handled", str(row.brand)
    if row.solved:
        yield "solved", row.solved
        yield f"category solved {row.solved}", row.category
        if row.handled_by:
            yield f"person solved {row.solved}", row.handled_by
    if row.first_handled_at is None:
        return
    yield "wait", rounded(max((row.first_handled_at - row.created_at) // A_MINUTE, 0))
    if row.open_minutes is not None:
        yield "open wait", rounded(row.open_minutes)
    if row.due_at is not None:
        went = "kept" if row.first_handled_at <= row.due_at else "late"
        yield "first", went
        yield f"category {went}", row.category


def handled(row: Done) -> Iterator[Part]:
    """For the day on which it was handled."""
    if row.status == "handled" and row.handled_at is not None:
        yield "handled", ""
        yield "person", row.handled_by


def rounded(minutes: int) -> str:
    """So that a day has not many different ones, and a year not many more."""
    step = 1
    while minutes >= EXACT * step:
        step *= 10
    step = step // 2 or 1
    return str((minutes + step // 2) // step * step)


def day_of(moment: dt.datetime, zone: ZoneInfo) -> dt.date:
    return moment.astimezone(zone).date()


def add(sums: dict[dt.date, Sums], day: dt.date, parts: Iterable[Part], *, sign: int = 1) -> None:
    of_day = sums.setdefault(day, {})
    for kind, value in parts:
        counts = of_day.setdefault(kind, {})
        counts[value] = counts.get(value, 0) + sign


def summed(days: Mapping[dt.date, Iterable[Part]]) -> dict[dt.date, Sums]:
    """As `add` does for each of very many parts."""
    found: dict[dt.date, Sums] = {}
    for day, listed in days.items():
        of_day: Sums = {}
        found[day] = of_day
        for (kind, value), n in Counter(listed).items():
            of_day.setdefault(kind, {})[value] = n
    return found


def together(many: Iterable[Sums]) -> Sums:
    total: Sums = {}
    for sums in many:
        for kind, counts in sums.items():
            if kind not in total:
                total[kind] = counts.copy()
                continue
            so_far = total[kind]
            for value, n in counts.items():
                so_far[value] = so_far.get(value, 0) + n
    return total
