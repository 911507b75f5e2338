"""China's public holidays, against the notices of the State Council."""

from __future__ import annotations

import datetime as dt

import pytest

from app import hours
from app.hours import Days

NOTICES = {
    2023: (
        "01-01/01-02 01-21/01-27 04-05/04-05 04-29/05-03 06-22/06-24 09-29/10-06 12-30/12-31",
        "01-28 01-29 04-23 05-06 06-25 10-07 10-08",
    ),
    2024: (
        "01-01/01-01 02-10/02-17 04-04/04-06 05-01/05-05 06-08/06-10 09-15/09-17 10-01/10-07",
        "02-04 02-18 04-07 04-28 05-11 09-14 09-29 10-12",
    ),
    2025: (
        "01-01/01-01 01-28/02-04 04-04/04-06 05-01/05-05 05-31/06-02 10-01/10-08",
        "01-26 02-08 04-27 09-28 10-11",
    ),
    2026: (
        "01-01/01-03 02-15/02-23 04-04/04-06 05-01/05-05 06-19/06-21 09-25/09-27 10-01/10-07",
        "01-04 02-14 02-28 05-09 09-20 10-10",
    ),
}
"""Days off from/to, and days that are worked for them. Of the notice for 2024, the weekend before
its New Year's Day is in 2023."""
BY_LAW = {"元旦", "农历除夕", "春节", "清明节", "劳动节", "端午节", "中秋节", "国庆节"}


def of_year(year: int, days: dict[dt.date, str] | dict[dt.date, tuple[hours.Slot, ...]]) -> str:
    return " ".join(f"{day:%m-%d}" for day in days if day.year == year)


def spelled(year: int, runs: str) -> str:
    days = []
    for run in runs.split():
        day, last = (dt.date.fromisoformat(f"{year}-{end}") for end in run.split("/"))
        while day <= last:
            days.append(f"{day:%m-%d}")
            day += dt.timedelta(days=1)
    return " ".join(days)


@pytest.mark.parametrize("year", NOTICES)
def test_a_year_is_as_its_notice_says(year: int) -> None:
    off, work = NOTICES[year]
    found = hours.china(dt.date(year, 1, 1))

    assert of_year(year, found.days.holidays) == spelled(year, off)
    assert of_year(year, found.days.makeup_days) == work
    assert year not in found.without_notice


def test_what_is_over_is_left_out() -> None:
    found = hours.china(dt.date(2026, 10, 3)).days

    assert of_year(2026, found.holidays) == "10-03 10-04 10-05 10-06 10-07"
    assert of_year(2026, found.makeup_days) == "10-10"


def test_days_moved_and_weekends_are_called_as_the_holiday() -> None:
    names = hours.china(dt.date(2025, 10, 1)).days.holidays
    october = [names[dt.date(2025, 10, day)] for day in (3, 4, 5, 6, 7, 8)]

    assert october == ["国庆节", "国庆节", "国庆节", "中秋节", "国庆节", "国庆节"]
    in_english = hours.china(dt.date(2026, 1, 1), "en").days.holidays
    assert in_english[dt.date(2026, 1, 2)] == "New Year's Day"


def test_of_years_without_a_notice_only_the_days_of_the_law_are_given() -> None:
    last = hours.china(dt.date(2026, 1, 1)).until.year
    found = hours.china(dt.date(last, 11, 29))

    assert found.until == dt.date(last, 12, 31)
    assert found.without_notice == (last + 1,)
    assert of_year(last + 1, found.days.makeup_days) == ""
    listed = {name for day, name in found.days.holidays.items() if day.year == last + 1}
    assert {part for name in listed for part in name.split("/")} == BY_LAW

    later = hours.china(dt.date(last + 3, 6, 1))
    assert later.without_notice == (last + 3, last + 4)
    assert later.until == found.until
    assert min(later.days.holidays) > dt.date(last + 3, 6, 1)


def test_a_table_of_them_is_read_back_as_they_are() -> None:
    for days in (
        hours.china(dt.date(2025, 1, 1)).days,
        Days(
            {dt.date(2027, 1, 1): '店庆, "十年"'},
            {dt.date(2027, 1, 2): (("09:00", "12:00"), ("22:00", "06:00"))},
        ),
    ):
        assert hours.import_days(hours.table(days)) == days


def test_a_notice_replaces_what_only_the_law_said() -> None:
    by_law = hours.check(
        {
            "weekly": {"mon": [["09:00", "18:00"]]},
            "holidays": {"2026-02-16": "除夕", "2026-02-14": "情人节"},
        }
    )
    found = hours.merged(by_law, hours.china(dt.date(2026, 1, 1)).days)

    assert found.holidays[dt.date(2026, 2, 16)] == "农历除夕"
    assert found.makeup_days[dt.date(2026, 2, 14)] == (("09:00", "18:00"),)
