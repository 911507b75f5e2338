"""Moments as people read them."""

from __future__ import annotations

import datetime as dt

import pytest

from web.http import moments

NOW = dt.datetime(2026, 11, 22, 10, 0, tzinfo=dt.UTC)
SOON = dt.datetime(2026, 11, 23, 1, 0, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("locale", "zone", "expected"),
    [
        ("zh-CN", "Asia/Shanghai", "周一 09:00（北京时间）"),
        ("en", "Asia/Shanghai", "Mon 09:00 (China Time)"),
        ("zh-CN", "America/New_York", "20:00（北美东部时间）"),
        ("en", "Europe/Berlin", "Mon 02:00 (Central European Time)"),
        ("en", "Etc/GMT-3", "Mon 04:00 (GMT+03:00)"),
        ("zh-CN", "UTC", "周一 01:00（GMT+00:00）"),
        ("en", "PRC", "Mon 09:00 (GMT+08:00)"),
    ],
)
def test_who_may_be_elsewhere_reads_whose_time_it_is(locale: str, zone: str, expected: str) -> None:
    assert moments.coming_there(locale, zone, SOON, NOW) == expected
