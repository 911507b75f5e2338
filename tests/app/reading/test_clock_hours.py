"""An hour of the week in any time zone."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from app.reading import clock_hours

FIRST, LAST = dt.date(2026, 10, 19), dt.date(2026, 11, 8)
ONE = dt.timedelta(hours=1)


@pytest.mark.parametrize(
    "zone", ["UTC", "Asia/Kathmandu", "America/St_Johns", "Australia/Lord_Howe"]
)
def test_every_moment_is_in_the_hour_that_its_clock_says(zone: str) -> None:
    """Also where the clocks are changed, and where they differ by parts of an hour."""
    at = dt.datetime(2026, 10, 25, tzinfo=dt.UTC)
    for _ in range(24 * 9):
        local = at.astimezone(ZoneInfo(zone))
        spans = {
            name: clock_hours.moments(FIRST, LAST, name, zone) or ()
            for name in (
                f"{local:%a}-{local:%H}".lower(),
                f"{local:%a}-{(local.hour + 1) % 24:02}".lower(),
            )
        }
        inside = [name for name, found in spans.items() if any(a <= at < b for a, b in found)]
        assert inside == [f"{local:%a}-{local:%H}".lower()]
        at += ONE


def test_an_hour_that_comes_twice_is_one_span_and_a_skipped_one_is_none() -> None:
    day = dt.date(2026, 10, 25)
    ((begins, ends),) = clock_hours.moments(day, day, "sun-02", "Europe/Berlin") or ()
    assert ends - begins == 2 * ONE
    day = dt.date(2026, 3, 29)
    assert clock_hours.moments(day, day, "sun-02", "Europe/Berlin") == ()


def test_it_is_asked_between_two_days_that_are_not_too_far_apart() -> None:
    assert len(clock_hours.moments(FIRST, LAST, "mon-09", "UTC") or ()) == 3
    for first, last, name in (
        (None, LAST, "mon-09"),
        (FIRST, None, "mon-09"),
        (FIRST, LAST, "mon-24"),
        (FIRST, LAST, ""),
        (FIRST, FIRST.replace(year=2029), "mon-09"),
    ):
        assert clock_hours.moments(first, last, name, "UTC") is None
