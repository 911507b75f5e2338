"""The state minute by minute, against an oracle that knows neither zoneinfo nor our arithmetic."""

from __future__ import annotations

import datetime as dt
from itertools import accumulate

import pytest

from app import hours
from app.hours import Schedule

# (from this minute of UTC on, minutes ahead of UTC), as the zones' laws have it for 2026.
OFFSETS = {
    "Asia/Shanghai": [("2026-01-01T00:00", 480)],
    "America/New_York": [
        ("2026-01-01T00:00", -300),
        ("2026-03-08T07:00", -240),
        ("2026-11-01T06:00", -300),
    ],
    "Europe/Berlin": [
        ("2026-01-01T00:00", 60),
        ("2026-03-29T01:00", 120),
        ("2026-10-25T01:00", 60),
    ],
    # Half an hour of daylight saving.
    "Australia/Lord_Howe": [
        ("2026-01-01T00:00", 660),
        ("2026-04-04T15:00", 630),
        ("2026-10-03T15:30", 660),
    ],
}
WORKDAY = [["09:00", "12:00"], ["13:30", "18:00"]]
# Sunday's slots begin and end inside the hours that are skipped or come twice.
RAW = {
    "weekly": {
        **dict.fromkeys(("mon", "tue", "wed", "thu"), WORKDAY),
        "fri": [*WORKDAY, ["22:00", "06:00"]],
        "sat": [["23:00", "01:00"]],
        "sun": [["01:15", "01:45"], ["02:15", "02:45"], ["03:00", "04:00"], ["20:00", "24:00"]],
    },
    "holidays": {"2026-01-01": "元旦", "2026-10-01": "国庆节", "2026-10-02": "国庆节"},
    "makeup_days": {"2026-10-10": [["08:00", "12:00"], ["21:00", "05:30"]]},
}
YEAR = 365 * 24 * 60
START = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
MARGIN = 2 * 24 * 60
"""Minutes of wall time before and after the year that a zone may reach into."""
MINUTE = dt.timedelta(minutes=1)


def schedule(zone: str) -> Schedule:
    return hours.check({"timezone": zone, **RAW})


def minutes(text: str) -> int:
    return int(text[:2]) * 60 + int(text[3:])


def wall() -> bytearray:
    """Open or not for every minute that a clock on a wall can show, painted day by day."""
    painted = bytearray(YEAR + 2 * MARGIN)
    for day in range(-2, 366):
        date = dt.date(2026, 1, 1) + dt.timedelta(days=day)
        usual = RAW["weekly"][("mon", "tue", "wed", "thu", "fri", "sat", "sun")[date.weekday()]]
        listed = [] if str(date) in RAW["holidays"] else usual
        for start, end in RAW["makeup_days"].get(str(date), listed):
            place = MARGIN + day * 1440 + minutes(start)
            length = (minutes(end) - minutes(start)) % 1440
            painted[place : place + length] = b"\1" * length
    return painted


def truth(zone: str) -> bytearray:
    """Open or not for every minute of the year in UTC."""
    painted = wall()
    year = bytearray()
    starts = [(dt.datetime.fromisoformat(at + "Z"), offset) for at, offset in OFFSETS[zone]]
    for index, (start, offset) in enumerate(starts):
        ends = [at for at, _ in starts[index + 1 :]] or [START + YEAR * MINUTE]
        first = MARGIN + (start - START) // MINUTE + offset
        year += painted[first : first + (ends[0] - start) // MINUTE]
    assert len(year) == YEAR
    return year


@pytest.mark.parametrize("zone", sorted(OFFSETS.keys() - {"Asia/Shanghai"}))
def test_every_minute_of_a_year_is_right(zone: str) -> None:
    made = schedule(zone)
    found = bytearray(hours.open_at(made, START + minute * MINUTE) for minute in range(YEAR))

    assert found == truth(zone)


@pytest.mark.parametrize("zone", OFFSETS)
def test_from_change_to_change_nothing_is_missed_or_made_up(zone: str) -> None:
    made = schedule(zone)
    at, year, is_open = START, bytearray(), hours.open_at(made, START)
    while len(year) < YEAR:
        change = hours.next_change(made, at)
        assert change is not None
        year += bytes([is_open]) * ((change - at) // MINUTE)
        at, is_open = change, not is_open

    assert year[:YEAR] == truth(zone)


@pytest.mark.parametrize("zone", OFFSETS)
def test_promised_hours_are_open_hours(zone: str) -> None:
    made = schedule(zone)
    worked = list(accumulate(truth(zone)))
    for begin in range(0, YEAR - 40_000, 17_003):
        for promised in (0.5, 2, 8, 24):
            due = hours.add_open_time(made, START + begin * MINUTE, promised)
            assert due is not None
            end = (due - START) // MINUTE
            done = worked[end - 1] - (worked[begin - 1] if begin else 0)
            assert done == promised * 60
            assert worked[end - 2] < worked[end - 1]


@pytest.mark.parametrize(
    ("zone", "change"),
    [
        ("America/Havana", "2026-11-01T05:00Z"),  # 01:00 is 00:00 again
        ("Asia/Beirut", "2026-03-28T22:00Z"),  # midnight is skipped
        ("Asia/Beirut", "2026-10-24T21:00Z"),  # at midnight it is the day before again
        ("America/St_Johns", "2010-11-07T02:31Z"),  # one minute after midnight
        ("Pacific/Apia", "2011-12-30T10:00Z"),  # a whole day is skipped
        ("Africa/Casablanca", "2026-03-22T02:00Z"),
        ("Asia/Kathmandu", "2026-03-22T02:00Z"),  # 5:45 ahead
    ],
)
def test_odd_clock_changes_are_found_to_the_minute(zone: str, change: str) -> None:
    slots = [["00:00", "00:15"], ["00:45", "01:10"], ["02:30", "09:00"], ["23:15", "23:50"]]
    made = hours.check({"timezone": zone, "weekly": dict.fromkeys(hours.WEEKDAYS, slots)})
    at = dt.datetime.fromisoformat(change) - dt.timedelta(hours=30)
    end = at + dt.timedelta(hours=60)
    while at < end:
        is_open, slow = hours.open_at(made, at), at + MINUTE
        while hours.open_at(made, slow) == is_open:
            slow += MINUTE
        assert hours.next_change(made, at) == slow
        at = slow


def test_a_change_is_strictly_later_and_exact_to_the_microsecond() -> None:
    made = hours.check({"timezone": "Asia/Shanghai", "weekly": {"mon": [["09:00", "12:00"]]}})
    opening = dt.datetime(2026, 11, 23, 1, tzinfo=dt.UTC)

    assert not hours.open_at(made, opening - dt.timedelta(microseconds=1))
    assert hours.open_at(made, opening)
    assert hours.next_change(made, opening - dt.timedelta(microseconds=1)) == opening
    assert hours.next_change(made, opening) == opening + dt.timedelta(hours=3)


def test_a_night_shift_belongs_to_the_day_on_which_it_begins() -> None:
    made = hours.check(
        {
            "timezone": "Asia/Shanghai",
            "weekly": {"thu": [["22:00", "06:00"]], "fri": [["22:00", "06:00"]]},
            "holidays": {"2026-11-27": ""},
        }
    )
    zone = dt.timezone(dt.timedelta(hours=8))

    assert hours.open_at(made, dt.datetime(2026, 11, 27, 5, 59, tzinfo=zone))
    assert not hours.open_at(made, dt.datetime(2026, 11, 27, 22, 0, tzinfo=zone))
    assert not hours.open_at(made, dt.datetime(2026, 11, 28, 5, 59, tzinfo=zone))


def test_who_never_closes_or_never_opens_has_no_next_change() -> None:
    now = dt.datetime(2026, 11, 22, tzinfo=dt.UTC)
    always = hours.check({"weekly": dict.fromkeys(hours.WEEKDAYS, [["00:00", "00:00"]])})
    over = hours.check({"makeup_days": {"2020-01-01": [["09:00", "10:00"]]}})

    assert hours.next_change(always, now) is None
    assert hours.add_open_time(always, now, 2) == now + dt.timedelta(hours=2)
    assert hours.next_change(over, now) is None
    assert hours.add_open_time(over, now, 2) is None


def test_a_far_away_day_is_found_at_once() -> None:
    made = hours.check(
        {"makeup_days": {"2099-12-31": [["09:00", "10:00"]]}, "holidays": {"2050-01-01": ""}}
    )
    now = dt.datetime(2026, 11, 22, tzinfo=dt.UTC)

    assert hours.next_change(made, now) == dt.datetime(2099, 12, 31, 9, tzinfo=dt.UTC)


def test_promised_time_skips_the_holiday_and_uses_the_make_up_day() -> None:
    made = hours.check(
        {
            "timezone": "Asia/Shanghai",
            "weekly": dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), [["09:00", "18:00"]]),
            "holidays": {"2026-11-23": "假"},
            "makeup_days": {"2026-11-22": [["09:00", "12:00"]]},
        }
    )
    zone = dt.timezone(dt.timedelta(hours=8))
    friday_evening = dt.datetime(2026, 11, 20, 18, 5, tzinfo=zone)

    for promised, due in ((2, (22, 11)), (4, (24, 10))):
        expected = dt.datetime(2026, 11, *due, tzinfo=zone)
        assert hours.add_open_time(made, friday_evening, promised) == expected
