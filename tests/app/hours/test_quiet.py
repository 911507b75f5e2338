"""Until when a channel is quiet."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from app.hours import quiet
from app.hours.quiet import QuietHours, quiet_until
from app.hours.schedule import WEEKDAYS, Schedule

ZONE = "Asia/Shanghai"
OFFICE = Schedule(ZONE, dict.fromkeys(WEEKDAYS[:5], (("09:00", "18:00"),)))
NIGHT = {"from": "22:00", "to": "08:00"}
CLOSED = {"outside_office_hours": True}


def at(text: str) -> dt.datetime:
    """In Shanghai; 2026-11-27 is a Friday."""
    return dt.datetime.fromisoformat(f"{text}+08:00")


@pytest.mark.parametrize(
    ("raw", "now", "until"),
    [
        (NIGHT, "2026-11-26T21:59:59", None),
        (NIGHT, "2026-11-26T22:00", "2026-11-27T08:00"),
        (NIGHT, "2026-11-27T07:59", "2026-11-27T08:00"),
        (NIGHT, "2026-11-27T08:00", None),
        ({"from": "12:00", "to": "14:00"}, "2026-11-27T13:00", "2026-11-27T14:00"),
        (CLOSED, "2026-11-27T18:00", "2026-11-30T09:00"),
        (CLOSED, "2026-11-27T12:00", None),
        ({**NIGHT, **CLOSED, "to": "10:00"}, "2026-11-27T20:00", "2026-11-30T10:00"),
    ],
)
def test_it_ends_when_neither_night_nor_office_asks_for_it(
    raw: dict[str, Any], now: str, until: str | None
) -> None:
    wanted = quiet.read(raw)
    assert wanted is not None
    assert not list(quiet.faults(wanted))
    assert quiet_until(wanted, ZONE, OFFICE, at(now)) == (at(until) if until else None)


def test_what_would_never_end_is_not_quiet() -> None:
    friday = at("2026-11-27T23:00")
    gone = Schedule(ZONE, {}, {}, {dt.date(2020, 1, 1): (("09:00", "18:00"),)})
    for office in (Schedule(ZONE), gone):
        assert quiet_until(QuietHours(outside_office_hours=True), ZONE, office, friday) is None


@pytest.mark.parametrize(
    ("raw", "places"),
    [
        ({"from": "22:00"}, ["/quiet_hours/to"]),
        ({"from": "25:00", "to": "9"}, ["/quiet_hours/from", "/quiet_hours/to"]),
        ({"from": "09:00", "to": "09:00"}, ["/quiet_hours/to"]),
    ],
)
def test_times_that_are_none_are_refused(raw: dict[str, Any], places: list[str]) -> None:
    found = quiet.read(raw)
    assert found is not None
    assert [each.pointer for each in quiet.faults(found)] == places


def test_nothing_is_no_quiet_hours() -> None:
    assert quiet.read({"from": None, "to": None, "outside_office_hours": False}) is None
