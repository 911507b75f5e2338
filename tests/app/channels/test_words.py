"""Both languages say the same."""

from __future__ import annotations

import re

import msgspec
import pytest

from app.channels.words import CHINESE, ENGLISH, words_in


def test_every_word_has_the_same_places_in_both_languages() -> None:
    english = msgspec.structs.asdict(ENGLISH)
    for name, chinese in msgspec.structs.asdict(CHINESE).items():
        assert english[name]
        assert re.findall(r"\{\w+\}", chinese) == re.findall(r"\{\w+\}", english[name])


@pytest.mark.parametrize("locale", ["zh-CN", "zh", "zh-TW", "ZH_cn"])
def test_chinese_is_chinese(locale: str) -> None:
    assert words_in(locale) is CHINESE


@pytest.mark.parametrize("locale", ["en", "en-GB", "fr", ""])
def test_everything_else_is_english(locale: str) -> None:
    assert words_in(locale) is ENGLISH
