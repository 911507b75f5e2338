"""What the fields of several kinds accept."""

from __future__ import annotations

import re
from pathlib import Path

import msgspec
import pytest

from app.channels.fields import Mobiles, OpenIds, UserIds, with_keyword


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


def test_no_pattern_lets_a_line_break_pass_at_its_end() -> None:
    """`$` alone matches before one, and msgspec only searches."""
    loose = re.compile(r"""(?<!\\)\$["'](?!\s*r?["'])""")
    found = [
        f"{path.name}: {line.strip()}"
        for path in Path("app").rglob("*.py")
        for line in path.read_text("utf-8").splitlines()
        if ("pattern=" in line or line.startswith("TIME =")) and loose.search(line)
    ]
    assert found == []
    for kind, said in ((Mobiles, "13800138000"), (UserIds, "li.si"), (OpenIds, "ou_1")):
        assert msgspec.convert([said], kind) == [said]
        with pytest.raises(msgspec.ValidationError):
            msgspec.convert([f"{said}\n"], kind)
