"""An import of unusual days, before it counts."""

from __future__ import annotations

import base64
import datetime as dt

import pytest

from app import hours
from app.errors import Invalid
from web.console import hours_import


def test_a_file_comes_before_what_is_typed() -> None:
    file = base64.b64encode("元旦".encode("gb18030")).decode()
    assert hours_import.text_of({"file": file, "text": "x"}) == "元旦"


@pytest.mark.parametrize("file", ["", "%%%", "元旦", "a"])
def test_what_is_no_file_is_passed_over(file: str) -> None:
    assert hours_import.text_of({"file": file, "text": "x"}) == "x"


def test_what_has_to_be_asked_has_a_likely_answer() -> None:
    wanted = hours_import.shown("zh-CN", hours.import_days("2027-02-05,调休\n2027-02-06,调休"))
    assert [line.kind for line in wanted.asked] == ["off", "work"]
    said = {"day-2027-02-05": "off", "day-soon": "off", "text": "x"}
    assert hours_import.answers(said) == {dt.date(2027, 2, 5): "off"}


def test_a_list_of_a_year_is_taken_to_reach_to_its_end() -> None:
    week = hours.import_days("2027-10-01至2027-10-07,国庆")
    assert hours_import.shown("zh-CN", week).until == dt.date(2027, 12, 31)
    one_day = hours.import_days("2027-03-01,店庆")
    assert hours_import.shown("zh-CN", one_day).until is None


def test_the_end_of_a_calendar_is_read_as_people_write_days() -> None:
    for typed in ("2027-12-31", "2027/12/31", " 2027年12月31日 "):
        assert hours_import.until({"calendar_until": typed}) == dt.date(2027, 12, 31)
    assert hours_import.until({"calendar_until": " "}) is None
    with pytest.raises(Invalid):
        hours_import.until({"calendar_until": "soon"})
