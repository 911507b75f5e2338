"""The shapes of Feishu's rich messages."""

from __future__ import annotations

from typing import Any

from app.channels.feishu import card as feishu_card
from app.channels.wording import Draft


def card(body: str, **options: Any) -> list[dict[str, Any]]:
    given = {"markdown": False, **options}
    made = feishu_card.card(Draft("T", body), [], [], **given)
    elements: list[dict[str, Any]] = made["elements"]
    return elements


def test_what_is_quoted_stands_between_two_lines() -> None:
    shown = [
        e["tag"] if e["tag"] == "hr" else e["text"]["content"]
        for e in card("a\nb\n\n> c\n> \n> d\n\ne")
    ]

    assert shown == ["a\nb", "hr", "c\n\nd", "hr", "e"]


def test_two_quotations_share_a_line() -> None:
    assert [e["tag"] for e in card("> a\n\n> b")] == ["hr", "div", "hr", "div", "hr"]


def test_markdown_is_one_element() -> None:
    assert card("a\n\n> b", markdown=True) == [{"tag": "markdown", "content": "a\n\n> b"}]


def test_a_post_leaves_empty_lines_out() -> None:
    made = feishu_card.post(Draft("T", "a\n\nb"), ["all"], [("open", "https://x.example")])

    assert made["zh_cn"]["content"] == [
        [{"tag": "text", "text": "a"}],
        [{"tag": "text", "text": "b"}],
        [{"tag": "a", "text": "open", "href": "https://x.example"}],
        [{"tag": "at", "user_id": "all"}],
    ]
