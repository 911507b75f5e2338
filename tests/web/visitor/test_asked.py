"""Asking a visitor back."""

from __future__ import annotations

from app.fields import built_in, check
from web.visitor import asked

WRITTEN = {"content": "好", "phone": "138-0013-80"}


def test_a_doubt_is_open_until_it_was_seen_beside_the_same_text() -> None:
    doubts = check.look(built_in(), WRITTEN).doubts
    assert asked.open_doubts(built_in(), WRITTEN, doubts) == doubts

    seen = {**WRITTEN, "sure": asked.seen_with(built_in(), WRITTEN, doubts)}
    assert asked.open_doubts(built_in(), seen, doubts) == []
    assert asked.open_doubts(built_in(), {**seen, "phone": "138-0013-800"}, doubts) == doubts
