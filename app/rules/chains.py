"""Chains of reminders as they are written down: which is for a message, and what its steps say."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Literal

import msgspec

from app.text import folded

STEPS_MAX = 5
AFTER_MAX = 60 * 200
"""200 office hours."""
PURPOSES = tuple(f"remind{step}" for step in range(1, STEPS_MAX + 1))
"""Of deliveries, one for each step."""
ASSIGNEE = "assignee"
"""In the place of a channel: whom the message is given to, by mail."""

Mention = Literal["", "duty", "next"]
Priority = Literal["high", "normal", "low"]


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """After so many minutes of office time since the message, this channel; or, since the message
    was given to them, the "assignee". `mention`: who is on duty then, or the next after them; each
    further step for the next goes to one more."""

    name: str = ""
    after_minutes: Annotated[int, msgspec.Meta(ge=1, le=AFTER_MAX)]
    channel: Annotated[str, msgspec.Meta(description="A uid, or `assignee`.")]
    mention: Mention = ""


class Chain(msgspec.Struct, frozen=True, kw_only=True):
    """For messages of these categories and priorities; without any, for all that no chain before it
    is for."""

    categories: list[str] = []
    priorities: list[Priority] = []
    steps: list[Step]

    def is_for(self, category: str, priority: str) -> bool:
        if self.priorities and priority not in self.priorities:
            return False
        return not self.categories or folded(category) in map(folded, self.categories)


def chains_of(stored: str | None) -> list[Chain]:
    return msgspec.json.decode(stored, type=list[Chain]) if stored else []


def steps_for(chains: Sequence[Chain], category: str, priority: str) -> Sequence[Step]:
    return next((each.steps for each in chains if each.is_for(category, priority)), ())


def calls(chains: Sequence[Chain], purpose: str, category: str, priority: str) -> int | None:
    """Whom a step calls: 0 for who is on duty, n for the nth after them, None for nobody."""
    steps = steps_for(chains, category, priority)
    place = PURPOSES.index(purpose) if purpose in PURPOSES else len(steps)
    if place >= len(steps) or not steps[place].mention:
        return None
    if steps[place].mention == "duty":
        return 0
    return sum(each.mention == "next" for each in steps[: place + 1])
