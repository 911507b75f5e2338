"""What can be written down, and what is refused with its place."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from app import hours
from app.errors import Invalid


def faults(raw: dict[str, Any]) -> list[tuple[str, str]]:
    with pytest.raises(Invalid) as caught:
        hours.check(raw)
    return [(problem.pointer, problem.code) for problem in caught.value.problems]


def week(**days: Any) -> dict[str, Any]:
    return {"weekly": days}


def test_slots_come_back_in_order_and_survive_storage() -> None:
    made = hours.check(
        {
            "timezone": "Asia/Shanghai",
            **week(mon=[["13:30", "18:00"], ["09:00", "12:00"]], sun=[]),
            "holidays": {"2027-01-01": " 元\u202e旦 "},
            "makeup_days": {"2027-02-06": [["09:00", "24:00"]]},
            "calendar_until": "2027-12-31",
        }
    )

    assert made.weekly == {"mon": (("09:00", "12:00"), ("13:30", "18:00"))}
    assert made.holidays == {dt.date(2027, 1, 1): "元旦"}
    assert made.calendar_until == dt.date(2027, 12, 31)
    assert hours.decode(hours.encode(made)) == made


def test_nothing_given_is_nothing_set() -> None:
    assert hours.check({}).is_empty
    assert hours.check(week(mon=[])).is_empty
    assert not hours.check(week(mon=[["09:00", "10:00"]])).is_empty


@pytest.mark.parametrize(
    ("slots", "place", "code"),
    [
        ([["09:00", "12:00"], ["11:59", "13:00"]], "/weekly/mon/1", "overlap"),
        ([["11:59", "13:00"], ["09:00", "12:00"]], "/weekly/mon/0", "overlap"),
        ([["09:00", "09:00"]], "/weekly/mon/0/1", "empty_slot"),
        ([["18:00", "09:00"]], "/weekly/mon/0/1", "inverted"),
        ([["9:00", "12:00"]], "/weekly/mon/0/0", "time_format"),
        ([["09:00", "25:00"]], "/weekly/mon/0/1", "time_format"),
        ([["24:00", "06:00"]], "/weekly/mon/0/0", "time_format"),
        ([["09:00", "12:60"]], "/weekly/mon/0/1", "time_format"),
        ([["０9:00", "12:00"]], "/weekly/mon/0/0", "time_format"),
        ([["09:00"]], "/weekly/mon/0", "wrong_type"),
        ([[9, 12]], "/weekly/mon/0/0", "time_format"),
        (["09:00"], "/weekly/mon/0", "wrong_type"),
        ("09:00", "/weekly/mon", "wrong_type"),
        ([["01:00", "02:00"]] * 7, "/weekly/mon", "too_many"),
    ],
)
def test_a_bad_slot_is_named(slots: Any, place: str, code: str) -> None:
    assert (place, code) in faults(week(mon=slots))


def test_a_night_shift_may_not_reach_into_the_next_days_slots() -> None:
    assert faults(week(sun=[["22:00", "06:00"]], mon=[["05:59", "12:00"]])) == [
        ("/weekly/mon/0", "overlap")
    ]
    assert hours.check(week(sun=[["22:00", "06:00"]], mon=[["06:00", "12:00"]]))


def test_a_whole_day_is_midnight_to_midnight() -> None:
    for slot in (["00:00", "24:00"], ["00:00", "00:00"]):
        made = hours.check(week(mon=[slot]))
        assert hours.spans(made, dt.date(2026, 11, 23)) == ((0, 1440),)


def test_every_fault_is_told_at_once() -> None:
    raw = {
        "timezone": "Asia/Peking",
        "weekly": {"monday": [], "tue": [["09:00", "09:00"]]},
        "holidays": {"2027-02-30": "", "2027-1-1": "", "2027-01-02": 5, "1999-01-01": ""},
        "makeup_days": {"2027-03-01": []},
        "calendar_until": "2027",
        "colour": "red",
    }

    assert set(faults(raw)) == {
        ("/colour", "unknown_key"),
        ("/timezone", "unknown_zone"),
        ("/weekly/monday", "not_a_choice"),
        ("/weekly/tue/0/1", "empty_slot"),
        ("/holidays/2027-02-30", "date_format"),
        ("/holidays/2027-1-1", "date_format"),
        ("/holidays/2027-01-02", "wrong_type"),
        ("/holidays/1999-01-01", "date_format"),
        ("/makeup_days/2027-03-01", "required"),
        ("/calendar_until", "date_format"),
    }


def test_a_day_cannot_be_both_a_holiday_and_a_make_up_day() -> None:
    day = "2027-02-06"

    assert faults({"holidays": {day: ""}, "makeup_days": {day: [["09:00", "10:00"]]}}) == [
        (f"/makeup_days/{day}", "also_holiday")
    ]


@pytest.mark.parametrize("zone", ["../etc/passwd", "", None, 8, "UTC+8", "Asia/Shanghai\0"])
def test_a_zone_that_is_none_is_refused(zone: Any) -> None:
    assert faults({"timezone": zone}) == [("/timezone", "unknown_zone")]


@pytest.mark.parametrize(
    ("until", "ends"),
    [
        (None, ""),
        ("2027-01-29", ""),
        ("2027-01-28", "soon"),
        ("2026-11-29", "soon"),
        ("2026-11-28", "over"),
    ],
)
def test_a_calendar_ends_soon_for_sixty_days_and_then_is_over(until: str | None, ends: str) -> None:
    """It is the day of the shop's time zone that counts."""
    schedule = hours.check({"timezone": "Asia/Shanghai", "calendar_until": until})
    late = dt.datetime(2026, 11, 28, 16, 0, tzinfo=dt.UTC)

    assert hours.calendar_ends(schedule, late) == ends


def test_what_was_stored_before_there_were_reminders_is_read() -> None:
    assert hours.decode('{"timezone":"UTC","holidays":{"2027-01-01":""}}').calendar_until is None


def test_a_place_is_a_pointer_whatever_a_day_is_called() -> None:
    with pytest.raises(Invalid) as caught:
        hours.check({"weekly": {"a/b": []}, "holidays": {"2027/01/01": "x", "~": "y"}})
    assert [each.pointer for each in caught.value.problems] == [
        *("/weekly/a~1b", "/holidays/2027~101~101", "/holidays/~0"),
    ]
