"""The widget's own words, as its script has them."""

from __future__ import annotations

import pytest

from app.languages import LANGUAGES
from app.widget import words
from tests.documents import ROOT


def test_the_script_has_the_words_of_every_language() -> None:
    written = (ROOT / "web" / "scripts" / "embed" / "words.js").read_text("utf-8")

    assert written == words.script(), "run `make faces`"
    assert '"zh": ["留言", "给我们留言"' in written


def test_two_languages_of_one_family_are_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(LANGUAGES, "zh-TW", "繁體中文")

    assert words.short_tags() == {"zh-tw": "zh-TW", "zh": "zh-CN", "en": "en"}
    assert "(zh-tw|zh|en)" in words.script()
