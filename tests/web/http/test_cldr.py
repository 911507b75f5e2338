"""How languages write dates and numbers."""

from __future__ import annotations

import datetime as dt

import pytest
from babel.dates import format_date

from app.languages import LANGUAGES
from web.http.cldr import cldr


@pytest.mark.parametrize("tag", LANGUAGES)
def test_every_language_is_known_and_looked_up_once(tag: str) -> None:
    assert cldr(tag) is cldr(tag)
    assert format_date(dt.date(2027, 1, 31), "d", locale=cldr(tag)) == "31"


def test_each_has_its_own_words() -> None:
    day = dt.date(2027, 1, 31)
    assert format_date(day, "EEEE", locale=cldr("zh-CN")) == "星期日"
    assert format_date(day, "EEEE", locale=cldr("en")) == "Sunday"
