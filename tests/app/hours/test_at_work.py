"""Whether somebody works at a moment."""

from __future__ import annotations

import datetime as dt

import pytest

from app.hours.at_work import begins, works_at
from app.hours.schedule import Schedule, encode

MONDAY = dt.datetime(2026, 11, 30, tzinfo=dt.UTC)
STORED = encode(Schedule(timezone="Asia/Shanghai", weekly={"mon": (("09:00", "18:00"),)}))


@pytest.mark.parametrize(
    ("hour", "works", "begun"),
    [(0, False, 1), (1, True, 1), (9, True, 9), (10, False, 24 * 7 + 1)],
)
def test_the_hours_are_those_of_their_zone(hour: int, works: bool, begun: int) -> None:
    moment = MONDAY + dt.timedelta(hours=hour)
    assert works_at(STORED, moment) is works
    assert begins(STORED, moment) == MONDAY + dt.timedelta(hours=begun)


def test_who_says_nothing_works_at_any_time() -> None:
    assert works_at("", MONDAY)
    assert begins("", MONDAY) == MONDAY
