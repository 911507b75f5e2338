"""Sentences and times in two languages."""

from __future__ import annotations

import datetime as dt

import pytest

from tools import words as tool
from web.http import words

NOW = dt.datetime(2026, 11, 22, 4, 30, tzinfo=dt.UTC)


def test_every_sentence_is_translated() -> None:
    assert tool.compare(tool.collect(), tool.catalogue()) == []


def test_sentences_are_found_where_they_hide() -> None:
    source = """
HINT = "Copy the robot's address again."
TABLE = {"a": ("retry", "It is tried again by itself.")}
OPERATOR = "Ask the operator."
OPEN = {"x": f"This is private. {OPERATOR}"}
class Kind: label = "A kind"
def one():
    detail = "There is no variable {name}."
    detail += " Did you mean {near}?"
    raise Problem("/x", "code", detail)
def two():
    raise Invalid.at("/y", "code", "First." if x else "Second.")
"""
    assert set(tool.from_code(source)) == {
        "Copy the robot's address again.",
        "It is tried again by itself.",
        "Ask the operator.",
        "This is private. Ask the operator.",
        "A kind",
        "There is no variable {name}.",
        "There is no variable {name}. Did you mean {near}?",
        "First.",
        "Second.",
    }


def test_facts_fill_the_places() -> None:
    said = words.say("zh-CN", "Use {min} to {max} characters", {"min": 10, "max": "128"})

    assert said == "用 10 到 128 个字符"


def test_a_value_that_looks_like_a_place_is_not_filled_again() -> None:
    assert words.fill("{a} {b}", {"a": "{b}", "b": "1"}) == "{b} 1"


def test_unknown_places_and_unknown_sentences_stay() -> None:
    assert words.say("zh-CN", "Nobody wrote {this}", {}) == "Nobody wrote {this}"


@pytest.mark.parametrize(("n", "said"), [(1, "Fix 1 item"), (2, "Fix 2 items"), (0, "Fix 0 items")])
def test_english_has_a_plural(n: int, said: str) -> None:
    assert words.say_many("en", "Fix {n} item", "Fix {n} items", n) == said


def test_chinese_has_none() -> None:
    assert words.say_many("zh-CN", "Fix {n} item", "Fix {n} items", 2) == "有 2 处需要修改"


@pytest.mark.parametrize(
    ("header", "locale"),
    [
        ("zh-TW,zh;q=0.9", "zh-CN"),
        ("en-GB", "en"),
        ("fr, en;q=0.2, zh;q=0.1", "en"),
        ("en;q=0, zh;q=0.1", "zh-CN"),
        ("fr", None),
        ("", None),
        ("en;q=x", None),
        (",;=q" * 1000, None),
    ],
)
def test_the_browser_s_best_language_is_taken(header: str, locale: str | None) -> None:
    assert words.accepted(header) == locale


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
    assert words.ago("zh-CN", NOW - dt.timedelta(minutes=3), NOW) == "3分钟前"
    assert words.ago("en", NOW - dt.timedelta(hours=2), NOW) == "2 hours ago"
