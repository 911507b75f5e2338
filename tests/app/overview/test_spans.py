"""The days that an overview is about."""

from __future__ import annotations

import datetime as dt

import pytest

from app.overview import spans
from app.overview.spans import Span

TODAY = dt.date(2026, 11, 29)


@pytest.mark.parametrize(
    ("asked", "first", "last"),
    [
        ({}, "2026-11-23", "2026-11-29"),
        ({"range": "today"}, "2026-11-29", "2026-11-29"),
        ({"range": "90"}, "2026-09-01", "2026-11-29"),
        ({"range": "x", "since": "x"}, "2026-11-23", "2026-11-29"),
        ({"since": "2026-11-01"}, "2026-11-01", "2026-11-29"),
        ({"until": "2026-11-01"}, "2026-11-01", "2026-11-01"),
        ({"since": "2026-11-05", "until": "2026-11-01"}, "2026-11-01", "2026-11-01"),
        ({"since": "2026-12-24", "until": "2026-12-31"}, "2026-11-29", "2026-11-29"),
        ({"since": "2020-01-01"}, "2025-11-29", "2026-11-29"),
    ],
)
def test_days_are_read_from_the_address(asked: dict[str, str], first: str, last: str) -> None:
    found = spans.read(asked, TODAY)
    assert (str(found.first), str(found.last)) == (first, last)
    assert spans.read(found.query(), TODAY) == found


def test_as_many_days_before() -> None:
    week = spans.read({}, TODAY)
    assert week.before == Span(dt.date(2026, 11, 16), dt.date(2026, 11, 22))
    assert week.before.length == week.length == len([*week.days()]) == 7


@pytest.mark.parametrize(("asked", "bars"), [("today", 14), ("7", 14), ("30", 30), ("90", 30)])
def test_bars_are_few_and_cover_every_day(asked: str, bars: int) -> None:
    span = spans.read({"range": asked}, TODAY)
    found = span.bars()
    assert len(found) == bars
    days = [day for bar in found for day in bar.days()]
    assert days == sorted(set(days))
    assert set(span.days()) <= set(days)
    assert days[-1] == TODAY


def test_a_year_has_no_more_bars_than_a_month() -> None:
    assert len(spans.read({"since": "2020-01-01"}, TODAY).bars()) <= spans.BARS_MAX


def test_a_day_is_as_long_as_the_clock_makes_it() -> None:
    changed = Span(dt.date(2026, 10, 25), dt.date(2026, 10, 25))
    begins, ends = changed.moments("Europe/Berlin")
    assert ends - begins == dt.timedelta(hours=25)
