"""How targets are kept, in words."""

from __future__ import annotations

import datetime as dt

import pytest

from app.targets.replies import Broken, Promise
from app.targets.words import broken, usual

NOW = dt.datetime(2026, 11, 30, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("found", "zh", "en"),
    [
        (
            Promise(120, 92, 25, True),
            "通常在营业时间 2 小时内回复，近 30 天 92% 做到。",
            "We usually reply within 2 h of our office hours: 92 % of the time in the last"
            " 30 days.",
        ),
        (
            Promise(30, 100, 25, False),
            "通常 30 分钟内回复，近 30 天 100% 做到。",
            "We usually reply within 30 min: 100 % of the time in the last 30 days.",
        ),
    ],
)
def test_visitors_read_what_is_usual(found: Promise, zh: str, en: str) -> None:
    assert usual("zh-CN", found) == zh
    assert usual("en", found) == en


def test_the_team_reads_which_target_is_missed() -> None:
    assert broken("zh-CN", Broken("售后", 30, 6, 20, NOW)) == (
        "售后（30 分钟内处理）：近 30 天 20 条里有 6 条超时"
    )
    assert broken("zh-CN", Broken("", 30, 6, 20, NOW)).startswith("没有分类")
    assert broken("en", Broken(None, 120, 6, 20, NOW)) == (
        "All messages (2 h): 6 of 20 late in 30 days"
    )
