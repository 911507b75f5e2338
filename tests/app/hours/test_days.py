"""Holidays from files: what people export, and what is wrong in which line."""

from __future__ import annotations

import contextlib
import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app import hours
from app.errors import Invalid
from app.hours.ics import import_ics

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
    """What was not taken."""
    try:
        problems = hours.import_days(text).left
    except Invalid as error:
        problems = tuple(error.problems)
    return [(problem.facts["line"], problem.code) for problem in problems]


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
    assert list(hours.import_days(text).holidays) == [dt.date(2027, 1, 4)]


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
        (["SUMMARY:x", "DTSTART:20270101T090000"], "2", "not_whole_day"),
        (["DTSTART:20270230"], "2", "date_format"),
        (["DTSTART:20270101", "DTEND:20261231"], "2", "out_of_range"),
        (["DTSTART:20270101", "DTEND:20280101"], "2", "out_of_range"),
        (["DTSTART:20270101", "RRULE:FREQ=SECONDLY"], "2", "repeating"),
        (["DTSTART:20270101", "RRULE:FREQ=OFTEN"], "2", "repeating"),
        (["DTSTART:20270101", "RRULE:FREQ=DAILY;INTERVAL=0"], "2", "repeating"),
        (["DTSTART:20270101", "RRULE:FREQ=DAILY;INTER", " VAL=0"], "2", "repeating"),
        (["DTSTART:00010101", "RRULE:FREQ=DAILY"], "2", "repeating"),
        (["DTSTART:20270101", "DURATION:soon"], "2", "date_format"),
        (
            ["SUMMARY:补班", "DTSTART:20270101T090000", "DTEND:20270103T090000"],
            "2",
            "not_whole_day",
        ),
    ],
)
def test_an_event_that_cannot_be_taken_is_named(
    properties: list[str], line: str, code: str
) -> None:
    assert (line, code) in lines(event(*properties))


def test_what_is_no_calendar_and_what_breaks_off() -> None:
    with pytest.raises(Invalid) as caught:
        import_ics("2027-01-01")
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


def test_one_broken_event_harms_no_other() -> None:
    text = CALENDAR.replace(
        "END:VCALENDAR", "BEGIN:VEVENT\nDTSTART:soon\nEND:VEVENT\nEND:VCALENDAR"
    )

    assert len(hours.import_days(text).holidays) == 3
    assert lines(text) == [("17", "date_format")]


def test_make_up_days_with_their_hours_and_whole_days_written_as_times() -> None:
    """As a calendar that many in China subscribe to has them."""
    text = (
        'BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:1\nDTSTART;TZID="Asia/Shanghai":20270214T090000\n'
        "DTEND;TZID=Asia/Shanghai:20270214T180000\nSUMMARY:春节 补班 第1天/共2天\nBEGIN:VALARM\n"
        "TRIGGER:-PT60M\nACTION:DISPLAY\nEND:VALARM\nEND:VEVENT\nBEGIN:VEVENT\nUID:2\n"
        "DTSTART:20270405T000000\nDTEND:20270406T235959\nSUMMARY:清明节 假\n 期\nEND:VEVENT\n"
        "BEGIN:VEVENT\nUID:3\nDTSTART:20270930T160000Z\nDTEND:20271001T160000Z\nSUMMARY:国庆\n"
        "END:VEVENT\nEND:VCALENDAR\n"
    )
    for raw in (text.encode(), text.encode("gb18030"), text.replace("\n", "\r\n").encode("utf-16")):
        found = hours.import_days(raw, timezone="Asia/Shanghai")
        assert found.makeup_days == {dt.date(2027, 2, 14): (("09:00", "18:00"),)}
        assert {str(day): name for day, name in found.holidays.items()} == {
            "2027-04-05": "清明节 假期",
            "2027-04-06": "清明节 假期",
            "2027-10-01": "国庆",
        }
        assert (found.asked, found.left) == ({}, ())


def test_one_occurrence_can_be_cancelled() -> None:
    repeating = ("DTSTART;VALUE=DATE:20270101", "RRULE:FREQ=DAILY;COUNT=3", "UID:1")
    cancelled = ("DTSTART;VALUE=DATE:20270102", "RECURRENCE-ID;VALUE=DATE:20270102", "UID:1")
    text = event(*repeating, "END:VEVENT", "BEGIN:VEVENT", *cancelled, "STATUS:CANCELLED")

    found = import_ics(text, today=dt.date(2026, 11, 29))

    assert list(found.holidays) == [dt.date(2027, 1, 1), dt.date(2027, 1, 3)]


def test_an_event_that_repeats_itself_counts_for_the_next_years() -> None:
    text = event("DTSTART;VALUE=DATE:20250101", "RRULE:FREQ=YEARLY", "SUMMARY:元旦", "UID:1")
    moved = "\r\n".join(
        ["BEGIN:VEVENT", "UID:1", "RECURRENCE-ID;VALUE=DATE:20280101"]
        + ["DTSTART;VALUE=DATE:20280103", "SUMMARY:元旦", "END:VEVENT", "END:VCALENDAR"]
    )
    found = import_ics(text, today=dt.date(2027, 5, 1))
    assert [str(day) for day in found.holidays] == [
        "2027-01-01",
        "2028-01-01",
        "2029-01-01",
        "2030-01-01",
    ]
    found = import_ics(text.replace("END:VCALENDAR", moved), today=dt.date(2027, 5, 1))
    assert dt.date(2028, 1, 3) in found.holidays
    assert dt.date(2028, 1, 1) not in found.holidays


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30;COUNT=2",
        "FREQ=YEARLY;BYMONTH=2,4;BYMONTHDAY=31;UNTIL=20300101T000000Z",
        "FREQ=MONTHLY;BYMONTH=4;BYMONTHDAY=-31",
        "FREQ=YEARLY;BYYEARDAY=1;BYMONTH=7",
        "FREQ=YEARLY;BYMONTH=1;BYMONTHDAY=1;BYSETPOS=2",
    ],
)
def test_a_rule_that_no_day_fits_is_named(rule: str) -> None:
    for start in ("DTSTART;VALUE=DATE:20270101", "DTSTART:20240229T000000Z"):
        text = event(start, f"RRULE:{rule}", "SUMMARY:休", "UID:1")
        assert lines(text) == [("2", "repeating")]


def test_a_rule_that_fits_a_day_in_many_years_is_read() -> None:
    text = event("DTSTART;VALUE=DATE:20240229", "RRULE:FREQ=YEARLY", "SUMMARY:闰日休", "UID:1")
    found = import_ics(text, today=dt.date(2026, 11, 29))
    assert list(found.holidays) == [dt.date(2028, 2, 29)]


def test_repeating_events_that_take_too_long_together_are_named() -> None:
    endless = "RRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30"
    many = "\n".join(
        f"BEGIN:VEVENT\nUID:{n}\nDTSTART;VALUE=DATE:20270101\n{endless}\nEND:VEVENT"
        for n in range(500)
    )
    plain = "BEGIN:VEVENT\nUID:last\nDTSTART;VALUE=DATE:20270101\nSUMMARY:元旦\nEND:VEVENT"
    found = import_ics(f"BEGIN:VCALENDAR\n{many}\n{plain}\nEND:VCALENDAR")
    assert found.holidays == {NEW_YEAR: "元旦"}
    assert {problem.code for problem in found.left} >= {"repeating"}


def test_a_day_that_is_only_observed_is_asked_about() -> None:
    for words in ("纪念日\\n要隐藏纪念日", "Observance\\nTo hide observances"):
        text = event("DTSTART;VALUE=DATE:20270214", "SUMMARY:情人节", f"DESCRIPTION:{words}")
        assert import_ics(text).asked == {dt.date(2027, 2, 14): "情人节"}
    for words in ("公众假期", "Public holiday"):
        text = event("DTSTART;VALUE=DATE:20270101", "SUMMARY:元旦", f"DESCRIPTION:{words}")
        assert import_ics(text).holidays == {NEW_YEAR: "元旦"}


OFF = (
    "春节休息不上班",
    "春节不用上班",
    "国庆放假",
    "休",
    "中秋节(休)",
    "调休放假",
    "无需补班",
    "holiday",
)
WORK = (
    "春节（班）",
    "国庆节 补班",
    "调休上班",
    "班",
    "春节 补班 第1天/共2天",
    "照常营业",
    "make-up day",
)
EITHER = ("国庆调休", "调休", "春节值班", "补休", "放假前一天上班，下午休息")


@pytest.mark.parametrize(
    ("name", "kind"),
    [*((name, "off") for name in OFF), *((name, "work") for name in WORK)]
    + [(name, "asked") for name in EITHER],
)
def test_a_name_means_the_same_in_a_table_and_in_a_calendar(name: str, kind: str) -> None:
    for text in (
        f"2027-01-01,{name}",
        f"2027-01-01,,{name}",
        event("DTSTART:20270101", f"SUMMARY:{name}"),
    ):
        found = hours.import_days(text.replace("，", " "))
        days = {"off": found.holidays, "work": found.makeup_days, "asked": found.asked}
        assert {each for each, listed in days.items() if listed} == {kind}


@pytest.mark.parametrize(
    "raw",
    [
        "日期,名称\n2027/1/1,元旦".encode("gb18030"),
        "日期\t名称\n2027年1月1日\t元旦".encode("utf-16"),
        "Date;Name\n1.1.2027;元旦".encode("utf-8-sig"),
        "日期,名称\n2027/1/1 0:00,元旦".encode(),
        "46388,元旦".encode("gbk"),
    ],
)
def test_a_table_is_read_as_spreadsheets_save_it(raw: bytes) -> None:
    assert hours.import_days(raw).holidays == {NEW_YEAR: "元旦"}


def test_a_line_may_name_a_first_and_a_last_day() -> None:
    assert (
        len(hours.import_days("2027/10/1-2027/10/7,国庆\n2027-02-05至2027-02-11,春节").holidays)
        == 14
    )


@given(st.text(alphabet=st.characters(), max_size=200), st.booleans())
def test_no_text_does_anything_but_import_or_be_refused(text: str, is_calendar: bool) -> None:
    with contextlib.suppress(Invalid):
        assert hours.import_days(event(text) if is_calendar else text)


@pytest.mark.parametrize(
    "raw",
    [
        b"PK\x03\x04\x14\0\x06\0[Content_Types].xml",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\0\0\0\0workbook",
        b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
        b"%PDF-1.7\n%\xe2",
    ],
)
def test_a_workbook_is_told_from_a_table(raw: bytes) -> None:
    with pytest.raises(Invalid) as caught:
        hours.import_days(raw)
    assert [(each.pointer, each.code) for each in caught.value.problems] == [("/text", "no_text")]
