"""When a report is due, by local clocks that are changed twice a year."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.hours.schedule import Schedule
from app.overview.spans import Span
from app.reports import when
from app.reports.shape import Setting

ZONES = ("Asia/Shanghai", "Europe/Berlin", "America/St_Johns")
WEEK = Schedule(
    "Asia/Shanghai", dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), (("09:00", "18:00"),))
)
DAILY = Setting(channel="c", at="09:00")
OFFICE = Setting(channel="c", at="09:00", skip_closed=True)
MONDAYS = Setting(channel="c", every="week", weekday=0, at="09:00")


def at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC)


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(f"2026-{text}")


def of(setting: Setting, now: str, schedule: Schedule = WEEK) -> tuple[str, Span] | None:
    found = when.last_due(setting, schedule, "Asia/Shanghai", at(now))
    return found and (found.period, found.span)


def test_every_day_tells_of_the_day_before() -> None:
    assert of(DAILY, "2026-11-30T01:00") == ("2026-11-30", Span(day("11-29"), day("11-29")))
    assert of(DAILY, "2026-11-30T00:59") == ("2026-11-29", Span(day("11-28"), day("11-28")))


def test_every_week_tells_of_seven_days() -> None:
    assert of(MONDAYS, "2026-12-02T12:00") == ("2026-11-30", Span(day("11-23"), day("11-29")))


def test_days_without_office_hours_are_told_of_on_the_next_with_some() -> None:
    assert of(OFFICE, "2026-11-30T02:00") == ("2026-11-30", Span(day("11-27"), day("11-29")))
    assert of(OFFICE, "2026-11-29T02:00") == ("2026-11-27", Span(day("11-26"), day("11-26")))


def test_without_any_office_hours_every_day_counts() -> None:
    assert of(OFFICE, "2026-11-29T02:00", Schedule()) == (
        "2026-11-29",
        Span(day("11-28"), day("11-28")),
    )


def test_a_holiday_of_weeks_is_told_of_in_part() -> None:
    closed = Schedule(
        WEEK.timezone, WEEK.weekly, {day("11-01") + n * when.A_DAY: "" for n in range(29)}
    )
    found = of(OFFICE, "2026-11-30T02:00", closed)
    assert found is not None
    assert found[1].length == when.LOOKED_BACK
    assert of(OFFICE, "2026-11-28T02:00", closed) is None


@pytest.mark.parametrize(
    ("date", "written", "expected"),
    [
        # The clocks go forward: 02:30 does not exist, and is 03:30.
        ("2026-03-29", "02:30", "2026-03-29T01:30"),
        # They go back: 02:30 comes twice, and the first counts.
        ("2026-10-25", "02:30", "2026-10-25T00:30"),
        ("2026-10-25", "09:00", "2026-10-25T08:00"),
    ],
)
def test_the_day_on_which_clocks_are_changed(date: str, written: str, expected: str) -> None:
    found = when.moment(dt.date.fromisoformat(date), written, "Europe/Berlin")
    assert found == at(expected)


@given(
    zone=st.sampled_from(ZONES),
    minute=st.integers(0, 1439),
    hour=st.integers(0, 365 * 24),
    steps=st.lists(st.integers(1, 36 * 60), max_size=40),
    setting=st.sampled_from([DAILY, OFFICE, MONDAYS]),
)
def test_whoever_looks_often_enough_makes_each_day_once_and_misses_none(
    zone: str, minute: int, hour: int, steps: list[int], setting: Setting
) -> None:
    told = Setting(
        channel="c",
        every=setting.every,
        skip_closed=setting.skip_closed,
        at=f"{minute // 60:02}:{minute % 60:02}",
    )
    now = at("2026-01-01T00:00") + dt.timedelta(hours=hour)
    made, missed = list[dt.date](), list[dt.date]()
    for step in steps:
        now += dt.timedelta(minutes=step)
        due = when.last_due(told, WEEK, zone, now)
        if due is None or (made and due.day <= made[-1]):
            continue
        if made:
            missed += when.missed(told, WEEK, due, made[-1])
        assert due.at <= now
        made.append(due.day)
    assert made == sorted(set(made))
    if made:
        every = [made[0] + n * when.A_DAY for n in range((made[-1] - made[0]).days + 1)]
        on = {each for each in every if when._is_on(told, WEEK, each)}
        assert on == {*made} | {*missed}


def test_the_next_one_comes_after_now() -> None:
    found = when.next_due(MONDAYS, WEEK, "Asia/Shanghai", at("2026-11-30T01:00"))
    assert found is not None
    assert found.at == at("2026-12-07T01:00")


def test_a_day_that_was_told_of_is_not_told_of_again_at_a_later_time() -> None:
    evening = Setting(channel="c", at="18:00")
    now = at("2026-11-30T02:00")
    found = when.next_due(evening, WEEK, "Asia/Shanghai", now, day("11-30"))
    assert found is not None
    assert found.period == "2026-12-01"
