"""Times in two languages."""

from __future__ import annotations

import datetime as dt

import pytest

from web.http import words

NOW = dt.datetime(2026, 11, 22, 4, 30, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("moment", "chinese", "english"),
    [
        (dt.datetime(2026, 11, 22, 2, 30, tzinfo=dt.UTC), "10:30", "10:30"),
        (dt.datetime(2026, 11, 21, 15, 59, tzinfo=dt.UTC), "昨天 23:59", "Yesterday 23:59"),
        (dt.datetime(2026, 3, 1, 0, 0, tzinfo=dt.UTC), "3月1日 08:00", "1 Mar 08:00"),
        (dt.datetime(2025, 12, 31, 0, 0, tzinfo=dt.UTC), "2025-12-31", "31 Dec 2025"),
    ],
)
def test_times_are_short_and_in_the_organization_s_zone(
    moment: dt.datetime, chinese: str, english: str
) -> None:
    assert words.short("zh-CN", "Asia/Shanghai", moment, NOW) == chinese
    assert words.short("en", "Asia/Shanghai", moment, NOW) == english


def test_how_long_ago() -> None:
    assert words.ago("zh-CN", NOW - dt.timedelta(minutes=3), NOW) == "3 分钟前"
    assert words.ago("zh-CN", NOW - dt.timedelta(seconds=44), NOW) == "刚刚"
    assert words.ago("en", NOW - dt.timedelta(hours=2), NOW) == "2 hours ago"
