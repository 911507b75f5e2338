"""Both languages say the same."""

from __future__ import annotations

import re

import msgspec
import pytest

from app.channels.words import CHINESE, ENGLISH, counted, remedy_of, words_in


def test_every_word_has_the_same_places_in_both_languages() -> None:
    english = msgspec.structs.asdict(ENGLISH)
    for name, chinese in msgspec.structs.asdict(CHINESE).items():
        assert english[name]
        for form in english[name].split("|"):
            assert re.findall(r"\{\w+\}", chinese) == re.findall(r"\{\w+\}", form)


@pytest.mark.parametrize(
    ("count", "said"), [(0, "0 new messages"), (1, "1 new message"), (2, "2 new messages")]
)
def test_english_counts_one_differently(count: int, said: str) -> None:
    assert counted(ENGLISH.digest, count) == said
    assert counted(CHINESE.digest, count) == f"{count} 条新留言"


def test_a_broken_channel_has_something_to_do_about_it() -> None:
    said = [remedy_of(how, ENGLISH) for how in ("gone", "permanent_config", "retry", "")]

    assert ["off" in said[0], "wrong" in said[1], said[2] == said[3]] == [True] * 3


@pytest.mark.parametrize("locale", ["zh-CN", "zh", "zh-TW", "ZH_cn"])
def test_chinese_is_chinese(locale: str) -> None:
    assert words_in(locale) is CHINESE


@pytest.mark.parametrize("locale", ["en", "en-GB", "fr", ""])
def test_everything_else_is_english(locale: str) -> None:
    assert words_in(locale) is ENGLISH
