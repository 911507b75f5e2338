"""Asking a visitor back."""

from __future__ import annotations

from app.fields import BUILT_IN, check
from web.visitor import asked

WRITTEN = {"content": "好", "phone": "138-0013-80"}


def test_a_doubt_is_open_until_it_was_seen_beside_the_same_text() -> None:
    doubts = check.look(BUILT_IN, WRITTEN).doubts
    assert asked.open_doubts(BUILT_IN, WRITTEN, doubts) == doubts

    seen = {**WRITTEN, "sure": asked.seen_with(BUILT_IN, WRITTEN, doubts)}
    assert asked.open_doubts(BUILT_IN, seen, doubts) == []
    assert asked.open_doubts(BUILT_IN, {**seen, "phone": "138-0013-800"}, doubts) == doubts
