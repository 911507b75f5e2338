"""Which events a change is, by what was and what is now, whatever act made it so. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

OPEN = ("pending", "repeat")
SAID = {"added": "message.added", "replied": "message.replied"}
Found = Iterator[tuple[str, dict[str, Any]]]


def derive(action: str, was: Mapping[str, Any], now: Mapping[str, Any]) -> Found:
    """Types with what each says beside the message. `action` is the word of the story."""
    if action in SAID and "remark" in now:
        yield SAID[action], {"remark": now["remark"]}
    if action in ("corrected", "solved"):
        yield f"message.{action}", {}
    if "status" in now and "status" in was:
        yield from _moved(was["status"], now["status"], now)
    if "assignee" in now:
        yield "message.assigned", {"previous_assignee": was.get("assignee")}


def _moved(old: str, new: str, now: Mapping[str, Any]) -> Found:
    before = {"previous_status": old}
    if new == "trash":
        yield "message.deleted", {"erased": False}
    elif old == "trash":
        yield "message.restored", before
    elif new == "handled":
        how = {name: now.get(name, "") for name in ("outcome", "outcome_reason")}
        yield "message.handled", {**before, **how}
    elif new == "spam":
        yield "message.spam", {**before, "reason": ""}
    elif new in OPEN and old not in OPEN:
        yield "message.reopened", before


def by(action: str, actor: str) -> str:
    """Who did it, without a name."""
    if action == "rule":
        return "rule"
    return "team" if actor else "visitor"
