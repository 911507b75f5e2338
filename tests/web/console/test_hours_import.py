"""An import of unusual days, before it counts."""

from __future__ import annotations

import base64
import datetime as dt

import pytest

from app import hours
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
