"""The words of replies, and how they are stored."""

from __future__ import annotations

import msgspec

from app.mail.words import ReplyMail, Text, stored

BRAND = "01890000-0000-7000-8000-000000000001"
OWN = ReplyMail(
    texts=(
        Text(language="zh-CN", opening="{shop} 您好", signature="客服"),
        Text(language="zh-CN", brand=BRAND, signature="{shop} 客服 {other}"),
    )
)


def test_the_brands_words_come_first_then_those_of_all_then_the_built_in_ones() -> None:
    facts = {"shop": "小店", "reference": "LM-1"}
    assert OWN.said("", "zh-CN", **facts) == ("小店 您好", "客服")
    assert OWN.said(BRAND, "zh-CN", **facts) == ("小店 您好", "小店 客服 {other}")
    opening, signature = OWN.said(BRAND, "en", **facts)
    assert "LM-1" in opening
    assert signature == "小店"


def test_it_is_kept_as_json_and_on_at_first() -> None:
    assert stored("") == ReplyMail()
    assert stored("").on
    assert stored(msgspec.json.encode(OWN).decode()) == OWN
