"""What a day is, from what it is called."""

from __future__ import annotations

import pytest

from app.hours.kinds import kind_of

NAMES = {
    "off": (
        "春节休息不上班",
        "春节不用上班",
        "停班",
        "国庆放假",
        "休",
        "假",
        "Holiday",
        "closed",
        *(
            "非工作日",
            "毋须上班",
            "取消补班",
            "停止对外营业",
            "No work",
            "Non-working day",
            "not open",
        ),
    ),
    "work": (
        "春节（班）",
        "国庆节 补班",
        "调休上班",
        "班",
        "国庆节后上班",
        "工作日",
        "Working day",
        *("不放假", "不休息", "春节不打烊", "全年无休", "营业", "开门", "Not a holiday"),
    ),
    "either": ("国庆调休", "调休", "值班", "补休", "放假前一天上班"),
    "": ("元旦", "腊八", "班会", ""),
}


@pytest.mark.parametrize(
    ("name", "kind"), [(name, kind) for kind, names in NAMES.items() for name in names]
)
def test_a_name_says_what_a_day_is(name: str, kind: str) -> None:
    assert kind_of(name) == kind
