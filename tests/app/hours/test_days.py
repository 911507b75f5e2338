"""Holidays from files: what people export, and what is wrong in which line."""

from __future__ import annotations

import contextlib
import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app import hours
from app.errors import Invalid

NEW_YEAR, MAKE_UP = dt.date(2027, 1, 1), dt.date(2027, 2, 6)
USUAL = hours.check({"weekly": {"tue": [["09:00", "18:00"]]}})

CALENDAR = """BEGIN:VCALENDAR
VERSION:2.0
BEGIN:VEVENT
DTSTART;VALUE=DATE:20270101
DTEND;VALUE=DATE:20270104
SUMMARY;LANGUAGE=zh:元旦\\, 放
 假
END:VEVENT
BEGIN:VEVENT
DTSTART:20270206
SUMMARY:春节（班）
BEGIN:VALARM
SUMMARY:别忘了
DTSTART:20200101T000000
END:VALARM
END:VEVENT
END:VCALENDAR
"""


def lines(text: str) -> list[tuple[str, str]]:
    with pytest.raises(Invalid) as caught:
        hours.import_days(text)
    return [(problem.facts["line"], problem.code) for problem in caught.value.problems]


def event(*properties: str) -> str:
    return "\r\n".join(
        ["BEGIN:VCALENDAR", "BEGIN:VEVENT", *properties, "END:VEVENT", "END:VCALENDAR"]
    )


def test_a_table_with_headings_holidays_and_make_up_days() -> None:
    found = hours.import_csv(
        "\ufeff日期,名称,类型,时段\r\n2027-01-01,元旦,休,\r\n"
        "2027/2/6,,调休,09:00-12:00 13:30-18:00\r\n"
    )

    assert found.holidays == {NEW_YEAR: "元旦"}
    assert found.makeup_days == {MAKE_UP: (("09:00", "12:00"), ("13:30", "18:00"))}


@pytest.mark.parametrize(
    "text", ["2027-01-01", "2027.1.1\t元旦", "20270101;元旦;holiday", "2027年1月1日,元旦\n\n"]
)
def test_a_table_may_be_as_plain_as_a_list_of_dates(text: str) -> None:
    assert list(hours.import_days(text).holidays) == [NEW_YEAR]


def test_hours_make_a_make_up_day_also_when_typed_full_width() -> None:
    found = hours.import_csv("2027-02-06,班,,９：００－１８：００")

    assert found.makeup_days == {MAKE_UP: (("09:00", "18:00"),)}


def test_every_bad_line_of_a_table_is_named() -> None:
    text = (
        "date,name\n2027-02-30,x\n2027-01-01,元旦,maybe\n2027-01-02,,班,9-18\n"
        "2027-01-03,,班,18:00-18:00\n2027-01-04,,休\n2027-01-04,,班\ntomorrow"
    )

    assert sorted(lines(text)) == [
        ("2", "date_format"),
        ("3", "not_a_choice"),
        ("4", "time_format"),
        ("5", "empty_slot"),
        ("7", "also_holiday"),
        ("8", "date_format"),
    ]


def test_a_calendar_file_of_whole_days() -> None:
    found = hours.import_days(CALENDAR)

    assert found.holidays == {NEW_YEAR + dt.timedelta(days=n): "元旦, 放假" for n in range(3)}
    assert found.makeup_days == {MAKE_UP: ()}


def test_only_marked_days_count_where_a_calendar_marks_them() -> None:
    text = CALENDAR.replace(
        "SUMMARY:春节（班）", "SUMMARY:春节\nX-APPLE-SPECIAL-DAY:ALTERNATE-WORKDAY"
    )
    found = hours.import_days(text)

    assert (found.holidays, list(found.makeup_days)) == ({}, [MAKE_UP])


def test_a_duration_and_a_cancelled_event() -> None:
    three = hours.import_days(event("DTSTART:20270101", "DURATION:P3D", "SUMMARY:x"))

    assert len(three.holidays) == 3
    with pytest.raises(Invalid):
        hours.import_days(event("DTSTART:20270101", "STATUS:CANCELLED"))


@pytest.mark.parametrize(
    ("properties", "line", "code"),
    [
        (["SUMMARY:x"], "2", "required"),
        (["SUMMARY:x", "DTSTART:20270101T090000"], "4", "not_whole_day"),
        (["DTSTART:20270230"], "3", "date_format"),
        (["DTSTART:20270101", "DTEND:20261231"], "2", "out_of_range"),
        (["DTSTART:20270101", "DTEND:20280101"], "2", "out_of_range"),
        (["DTSTART:20270101", "RRULE:FREQ=YEARLY"], "4", "repeating"),
        (["DTSTART:20270101", "DURATION:PT8H"], "4", "duration_format"),
        (["DTSTART:20270101", "what is this"], "4", "malformed"),
    ],
)
def test_a_bad_line_of_a_calendar_is_named(properties: list[str], line: str, code: str) -> None:
    assert (line, code) in lines(event(*properties))


def test_what_is_no_calendar_and_what_breaks_off() -> None:
    with pytest.raises(Invalid) as caught:
        hours.import_ics("2027-01-01")
    assert caught.value.problems[0].code == "no_calendar"
    assert lines("BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:20270101") == [("2", "malformed")]


def test_a_make_up_day_without_hours_takes_those_of_a_usual_day() -> None:
    made = hours.merged(USUAL, hours.import_days(CALENDAR))

    assert made.makeup_days == {MAKE_UP: (("09:00", "18:00"),)}
    with pytest.raises(Invalid):
        hours.merged(hours.check({}), hours.import_days(CALENDAR))


def test_an_imported_day_replaces_what_was_said_about_it() -> None:
    before = hours.merged(USUAL, hours.import_csv("2027-02-06,休息\n2027-01-01,班,班"))
    after = hours.merged(before, hours.import_days(CALENDAR))

    assert after.makeup_days == {MAKE_UP: (("09:00", "18:00"),)}
    assert after.holidays[NEW_YEAR] == "元旦, 放假"


def test_too_much_is_refused() -> None:
    first = dt.date(2020, 1, 1)
    days = "\n".join(str(first + dt.timedelta(days=n)) for n in range(1001))

    for text in (days, "x" * 200_001, "", "\n\n"):
        with pytest.raises(Invalid) as caught:
            hours.import_days(text)
        assert caught.value.problems[0].pointer == "/text"


@given(st.text(alphabet=st.characters(), max_size=200), st.booleans())
def test_no_text_does_anything_but_import_or_be_refused(text: str, is_calendar: bool) -> None:
    with contextlib.suppress(Invalid):
        assert hours.import_days(event(text) if is_calendar else text)
