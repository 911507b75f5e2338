"""Days and moments: as people write them, and as addresses and bodies can hold them."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.reading import dates

NEW_YEAR = dt.date(2026, 1, 1)
UTC = dt.UTC


@pytest.mark.parametrize(
    "text",
    [
        *("2026-01-01", "2026/1/1", "2026.1.1", "20260101", "2026年1月1日", "2026年1月1号"),
        *("２０２６年１月１日", "2026. 1. 1.", "2026/1/1 0:00", "2026-01-01 00:00:00"),
        *(
            "2026-01-01T00:00:00",
            "2026年1月1日 星期四",
            "2026年1月1日（周四）",
            "2026年1月1日（木）",
        ),
        *("1 Jan 2026", "Jan 1, 2026", "January 1st, 2026", "Thu, 1 Jan 2026", "01/01/2026"),
    ],
)
def test_a_day_is_read_however_it_is_written(text: str) -> None:
    assert dates.day(text) == NEW_YEAR


def test_the_day_comes_first_or_the_month_where_only_one_fits() -> None:
    assert dates.day("22/11/2026") == dates.day("11/22/2026") == dt.date(2026, 11, 22)
    assert dates.day("3/4/2027") is None


@pytest.mark.parametrize("text", ["", "soon", "2026-02-30", "0000-00-00", "9999-12-31", "46023"])
def test_what_is_no_day_is_none(text: str) -> None:
    assert dates.day(text) is None


def test_a_sheet_keeps_days_as_numbers() -> None:
    assert dates.of_sheet("46023") == NEW_YEAR
    assert dates.of_sheet("46023.0") == NEW_YEAR


@pytest.mark.parametrize("zone", ["Asia/Shanghai", "America/Los_Angeles", "Pacific/Kiritimati"])
@pytest.mark.parametrize("text", ["0001-01-01", "1900-01-01", "2026-11-22", "9999-12-31"])
def test_the_ends_of_a_day_are_never_out_of_range(text: str, zone: str) -> None:
    day = dates.iso_day(text)
    begin, end = (dates.midnight(day, zone, days=days) for days in (0, 1))

    assert begin is not None
    assert end is not None
    assert begin < end


def test_a_bound_is_a_day_or_a_time() -> None:
    midnight = dt.datetime(2026, 11, 22, tzinfo=UTC)
    assert dates.bound("2026-11-22") == dates.bound("2026-11-22T08:00:00+08:00") == midnight
    assert dates.bound("2026-11-22", end=True) == midnight + dt.timedelta(days=1)
    assert dates.bound("2026-11-22T00:00:00", end=True) == midnight
    for text in ("0001-01-01", "9999-12-31", "0001-01-01T00:00:00+14:00", "yesterday"):
        assert dates.bound(text) is None


@given(st.text(alphabet=st.characters()) | st.text(alphabet="0123456789-/.:TZ+年月日 "))
def test_no_text_breaks_a_reader(text: str) -> None:
    for found in (dates.day(text), dates.of_sheet(text), dates.iso_day(text)):
        dates.midnight(found, "Pacific/Apia", days=1)
    dates.bound(text, end=True)
    dates.moment(text, "America/New_York")


@given(st.dates(), st.times())
def test_no_moment_breaks_a_reader(day: dt.date, time: dt.time) -> None:
    text = f"{day}T{time}"
    assert dates.moment(text, "Asia/Shanghai") is not None
    assert dates.moment(f"{text}-14:00") is not None
