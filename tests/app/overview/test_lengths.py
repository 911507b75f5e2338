"""Lengths of time in the overview."""

from __future__ import annotations

import pytest

from app.overview import lengths


@pytest.mark.parametrize(
    ("minutes", "zh", "en"),
    [
        (0, "0 分钟", "0 min"),
        (59, "59 分钟", "59 min"),
        (190, "3 小时 10 分钟", "3 h 10 min"),
        (47 * 60, "47 小时", "47 h"),
        (51 * 60, "2 天 3 小时", "2 d 3 h"),
    ],
)
def test_a_time_has_two_units_at_most(minutes: int, zh: str, en: str) -> None:
    assert lengths.lasting("zh-CN", minutes) == zh
    assert lengths.lasting("en", minutes) == en


@pytest.mark.parametrize(
    ("minutes", "zh"),
    [(30, "30 分钟"), (120, "2 小时"), (12000, "200 小时"), (3001, "50 小时 1 分钟")],
)
def test_a_target_is_never_told_in_days(minutes: int, zh: str) -> None:
    assert lengths.target("zh-CN", minutes) == zh
