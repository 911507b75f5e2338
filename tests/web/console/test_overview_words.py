"""Lengths of time in the overview."""

from __future__ import annotations

import pytest

from web.console import overview_words


@pytest.mark.parametrize(
    ("minutes", "zh", "en"),
    [
        (0, "0 分钟", "0 min"),
        (59, "59 分钟", "59 min"),
        (190, "3 小时 10 分钟", "3 h 10 min"),
        (47 * 60, "47 小时 0 分钟", "47 h 0 min"),
        (51 * 60, "2 天 3 小时", "2 d 3 h"),
    ],
)
def test_a_time_has_two_units_at_most(minutes: int, zh: str, en: str) -> None:
    assert overview_words.lasting("zh-CN", minutes) == zh
    assert overview_words.lasting("en", minutes) == en
