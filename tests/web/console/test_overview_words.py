"""Every number of the overview says what it means, in both languages."""

from __future__ import annotations

import pytest

from web.console.overview_words import TABLES, TILES
from web.http import words


@pytest.mark.parametrize("locale", ["zh-CN", "en"])
def test_every_number_is_named_and_explained(locale: str) -> None:
    said = [(title, meaning) for title, meaning in TILES.values()]
    said += [(title, meaning) for title, _, meaning in TABLES.values()]
    for title, meaning in said:
        assert words.say(locale, title)
        assert words.say(locale, meaning).endswith(("。", "."))
    titles = [words.say(locale, title) for title, _ in said]
    assert len(set(titles[: len(TILES)])) == len(TILES)


def test_every_table_has_a_name_for_each_column() -> None:
    for name, (_, columns, _) in TABLES.items():
        assert columns, name
        assert len(set(columns)) == len(columns), name
