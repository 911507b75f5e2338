"""Which language serves which tag, and which text where one is missing."""

from __future__ import annotations

import pytest

from app import languages


@pytest.mark.parametrize(
    ("tag", "language"),
    [
        ("en", "en"),
        ("en-GB", "en"),
        ("EN_us", "en"),
        (" zh ", "zh-CN"),
        ("zh-TW", "zh-CN"),
        ("zh_Hant_HK", "zh-CN"),
        ("fr", None),
        ("e", None),
        ("-", None),
        ("", None),
    ],
)
def test_any_tag_of_a_language_that_we_speak_is_served(tag: str, language: str | None) -> None:
    assert languages.nearest(tag) == language


def test_a_region_with_a_language_of_its_own_gets_that(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(languages.LANGUAGES, "zh-TW", "繁體中文")

    assert languages.nearest("zh-tw") == "zh-TW"
    assert languages.nearest("zh-HK") == "zh-CN"


@pytest.mark.parametrize(
    ("header", "language"),
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
def test_the_browser_s_best_language_is_taken(header: str, language: str | None) -> None:
    assert languages.accepted(header) == language


@pytest.mark.parametrize(
    ("texts", "said"),
    [
        ({"zh-CN": "中", "en": "E", "fr": "F"}, "F"),
        ({"zh-CN": "中", "en": "E"}, "E"),
        ({"zh-CN": "中", "en": ""}, "中"),
        ({}, ""),
    ],
)
def test_where_a_text_is_missing_english_serves_and_then_any(
    texts: dict[str, str], said: str
) -> None:
    assert languages.said(texts, "fr") == said
