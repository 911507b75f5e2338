"""What the fields of several kinds accept."""

from __future__ import annotations

import pytest

from app.channels.fields import with_keyword


@pytest.mark.parametrize(
    ("said", "keywords", "shown"),
    [
        ("新留言", [], "新留言"),
        ("新留言", ["留言"], "新留言"),
        ("新留言", ["客服", "新"], "新留言"),
        ("新留言", ["客服", "售后"], "客服\n新留言"),
    ],
)
def test_a_keyword_is_added_only_where_none_is(said: str, keywords: list[str], shown: str) -> None:
    assert with_keyword(said, keywords) == shown
