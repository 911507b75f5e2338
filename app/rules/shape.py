"""A rule as it is written down: which messages it means, and what it does with them."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

BACK_MAX = 60 * 24 * 7
"""Minutes."""

Mode = Literal["all", "first"]
"""Whether all rules that match a message count, one after the other, or the first only."""


class When(msgspec.Struct, frozen=True, kw_only=True):
    """Which messages are meant: every condition that is given must hold, and of a list any entry.
    Without conditions it means every message.

    `words` may stand anywhere in what was written. `answers` are those to the form's own fields, by
    key. `verified`: the website has signed who its visitor is. `brands` are uids, of the first the
    organization's.
    """

    categories: list[str] = []
    words: list[str] = []
    sites: list[str] = []
    answers: dict[str, list[str]] = {}
    hours: Literal["inside", "outside"] | None = None
    verified: bool | None = None
    languages: list[str] = []
    brands: list[str] = []


class NextOnline(msgspec.Struct, frozen=True, kw_only=True):
    """To whoever of these agents is online and got nothing by a rule for the longest; without
    agents, of all. If they have not begun after so many minutes, it is taken back."""

    agents: list[str] = []
    back_after_minutes: Annotated[int, msgspec.Meta(ge=1, le=BACK_MAX)] | None = None


class Then(msgspec.Struct, frozen=True, kw_only=True):
    """What is done. `channels` are the only ones that are told, by uid; `quiet`: nobody is told."""

    category: str = ""
    priority: Literal["high", "normal", "low"] | None = None
    assignee: str | None = None
    assign_next: NextOnline | None = None
    tags: list[str] = []
    channels: list[str] = []
    quiet: bool = False

    @property
    def named(self) -> set[str]:
        """The agents whom it may assign messages to, as far as it names them."""
        turns = self.assign_next.agents if self.assign_next else []
        return {*([self.assignee] if self.assignee else []), *turns}


class Rule(msgspec.Struct, frozen=True, kw_only=True):
    """A rule without `uid` is a new one."""

    uid: str | None = None
    name: str
    enabled: bool = True
    when: When = When()
    then: Then


class Rules(msgspec.Struct, frozen=True, kw_only=True):
    """All rules of an organization, in their order."""

    mode: Mode = "all"
    rules: list[Rule]
