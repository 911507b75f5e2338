"""Which events a change is."""

from __future__ import annotations

from typing import Any

import pytest

from app.feed.derive import by, derive

BEFORE = "previous_status"


@pytest.mark.parametrize(
    ("action", "was", "now", "events"),
    [
        ("noted", {}, {"remark": "r"}, {}),
        ("unreplied", {}, {"remark": "r"}, {}),
        ("prioritised", {"priority": "low"}, {"priority": "high"}, {}),
        ("added", {}, {"remark": "r"}, {"message.added": {"remark": "r"}}),
        ("replied", {}, {"remark": "r"}, {"message.replied": {"remark": "r"}}),
        ("solved", {}, {}, {"message.solved": {}}),
        ("corrected", {}, {"corrected": ["phone"]}, {"message.corrected": {}}),
        (
            "handled",
            {"status": "pending", "outcome": ""},
            {"status": "handled", "outcome": "phone"},
            {"message.handled": {BEFORE: "pending", "outcome": "phone", "outcome_reason": ""}},
        ),
        (
            "undone",
            {"status": "handled"},
            {"status": "pending"},
            {"message.reopened": {BEFORE: "handled"}},
        ),
        (
            "spam",
            {"status": "pending"},
            {"status": "spam"},
            {"message.spam": {BEFORE: "pending", "reason": ""}},
        ),
        ("x", {"status": "spam"}, {"status": "trash"}, {"message.deleted": {"erased": False}}),
        ("x", {"status": "trash"}, {"status": "handled"}, {"message.restored": {BEFORE: "trash"}}),
        ("x", {"status": "repeat"}, {"status": "pending"}, {}),
        (
            "x",
            {"assignee": "a"},
            {"assignee": None},
            {"message.assigned": {"previous_assignee": "a"}},
        ),
        (
            "rule",
            {"assignee": None, "status": "pending"},
            {"assignee": "a", "status": "spam"},
            {
                "message.spam": {BEFORE: "pending", "reason": ""},
                "message.assigned": {"previous_assignee": None},
            },
        ),
    ],
)
def test_what_was_and_what_is_say_which_events(
    action: str, was: dict[str, Any], now: dict[str, Any], events: dict[str, Any]
) -> None:
    assert dict(derive(action, was, now)) == events


def test_nobody_is_named() -> None:
    assert [by("rule", "Night shift"), by("handled", "owner@shop.example"), by("added", "")] == [
        "rule",
        "team",
        "visitor",
    ]
