"""Changing how replies are mailed."""

from __future__ import annotations

from typing import Any

import pytest

from app.errors import Invalid
from app.mail import change
from app.mail.words import TEXT_MAX, ReplyMail
from app.tables import Organization
from tests.app.deliveries.conftest import Add

ZH = {"language": "zh-CN", "signature": "客服"}


async def test_it_is_read_as_it_was_saved(org: Organization, channel: str) -> None:
    raw = {"channel": channel, "answer_to": " hi@shop.example ", "texts": [ZH, {"language": "en"}]}
    saved = await change.save(org, raw, by="tests")
    assert await change.read(org.id) == saved
    # What says nothing is not kept.
    assert (saved.answer_to, [each.language for each in saved.texts]) == (
        "hi@shop.example",
        ["zh-CN"],
    )
    await change.save(org, {}, by="tests")
    assert await change.read(org.id) == ReplyMail()


async def test_every_fault_is_told(org: Organization, add: Add) -> None:
    robot = await add("custom", "http://127.0.0.1:9/hook")
    for raw, places in (
        ({"channel": robot}, ["/channel"]),
        ({"channel": "x"}, ["/channel"]),
        ({"answer_to": "nobody"}, ["/answer_to"]),
        ({"on": "yes"}, ["/on"]),
        ({"more": 1}, ["/more"]),
        ({"texts": [ZH, ZH]}, ["/texts/1"]),
        ({"texts": [{**ZH, "language": "xx"}]}, ["/texts/0/language"]),
        ({"texts": [{**ZH, "brand": "x"}]}, ["/texts/0/brand"]),
        ({"texts": [{**ZH, "opening": "x" * (TEXT_MAX + 1)}]}, ["/texts/0/opening"]),
        ({"texts": [{**ZH, "opening": "a\x00"}]}, ["/texts/0/opening"]),
    ):
        with pytest.raises(Invalid) as raised:
            await change.save(org, dict[str, Any](raw), by="tests")
        assert [each.pointer for each in raised.value.problems] == places, raw
