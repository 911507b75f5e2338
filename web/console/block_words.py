"""What people call the parts of the block list."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.blocks.shape import Kind
from web.http import words
from web.http.words import N_

KINDS: dict[Kind, str] = {
    "phone": N_("Phone"),
    "email": N_("Email"),
    "wechat": N_("WeChat ID"),
    "ip": N_("IP address or network"),
    "words": N_("Words"),
}
ENDS = {
    "day": N_("For 1 day"),
    "week": N_("For 7 days"),
    "month": N_("For 30 days"),
    "ever": N_("For ever"),
    "date": N_("Until the end of a day"),
}
KEEP = N_("As it is: until {time}")
DONE = {
    "saved": N_("Saved. It counts for messages from now on."),
    "removed": N_("Removed from the block list."),
}
CAUGHT = N_("The block list has it: {entry}")
ENTRY = N_("{kind} {text}")
WITH_REASON = N_("{kind} {text} ({reason})")


def entry(locale: str, caught: Mapping[str, Any]) -> str:
    """The entry that caught a message, in a few words."""
    label = next((label for kind, label in KINDS.items() if kind == caught.get("kind")), "")
    facts = {
        "kind": words.say(locale, label) if label else "",
        "text": str(caught.get("text", "")),
        "reason": str(caught.get("reason", "")),
    }
    return words.say(locale, WITH_REASON if facts["reason"] else ENTRY, facts)
