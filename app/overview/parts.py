"""What a message counts as: the one definition of every number that is summed up by days.

A day's sums are counts by kind and value: {"category": {"产品咨询": 3}}. A message counts for the
day on which it was left, and for the one on which it was handled. Spam, the trash and repeats count
for nothing.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator
from zoneinfo import ZoneInfo

import msgspec

from app.messages.acts import GENUINE
from app.tables import Message

Sums = dict[str, Counter[str]]
Part = tuple[str, str]
"""A kind and a value."""
A_MINUTE = dt.timedelta(minutes=1)
EXACT = 1000
"""From so many minutes on, three digits of a time count: an error of less than one in a hundred."""


class Counted(msgspec.Struct):
    """What is asked of a message."""

    created_at: dt.datetime
    status: str
    category: str
    site: str
    handled_at: dt.datetime | None
    handled_by: str
    first_handled_at: dt.datetime | None
    open_minutes: int | None
    due_at: dt.datetime | None
    solved: str


COUNTED = (
    Message.created_at,
    Message.status,
    Message.category,
    Message.site,
    Message.handled_at,
    Message.handled_by,
    Message.first_handled_at,
    Message.open_minutes,
    Message.due_at,
    Message.solved,
)


def left(row: Counted, local: dt.datetime) -> Iterator[Part]:
    """For the day on which it was left; `local` is when, in the organization's zone."""
    if row.status not in GENUINE:
        return
    yield "new", ""
    yield "hour", f"{local.hour:02}"
    yield "category", row.category
    yield "site", row.site
    if row.status == "handled":
        yield "category handled", row.category
        yield "site handled", row.site
    if row.solved:
        yield "solved", row.solved
    if row.first_handled_at is None:
        return
    yield "wait", rounded(max((row.first_handled_at - row.created_at) // A_MINUTE, 0))
    if row.open_minutes is not None:
        yield "open wait", rounded(row.open_minutes)
    if row.due_at is not None:
        yield "first", "kept" if row.first_handled_at <= row.due_at else "late"


def handled(row: Counted) -> Iterator[Part]:
    """For the day on which it was handled."""
    if row.status == "handled" and row.handled_at is not None:
        yield "handled", ""
        yield "person", row.handled_by


def rounded(minutes: int) -> str:
    """Down to three digits, so that a day has not many different ones."""
    step = 1
    while minutes // step >= EXACT:
        step *= 10
    return str(minutes // step * step)


def day_of(moment: dt.datetime, zone: ZoneInfo) -> dt.date:
    return moment.astimezone(zone).date()


def add(sums: dict[dt.date, Sums], day: dt.date, parts: Iterable[Part], *, sign: int = 1) -> None:
    of_day = sums.setdefault(day, {})
    for kind, value in parts:
        of_day.setdefault(kind, Counter())[value] += sign


def together(many: Iterable[Sums]) -> Sums:
    total: Sums = {}
    for sums in many:
        for kind, counts in sums.items():
            total.setdefault(kind, Counter()).update(counts)
    return total
