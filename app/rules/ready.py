"""Rules as they are in force, made ready for many messages."""

from __future__ import annotations

import msgspec

from app.hours.schedule import Schedule
from app.rules.match import Matcher
from app.rules.shape import Mode, Then


class Ready(msgspec.Struct, frozen=True):
    """A rule that is on, made ready for many messages."""

    uid: str
    name: str
    matcher: Matcher
    then: Then


class InForce(msgspec.Struct, frozen=True, kw_only=True):
    """`agents` are those to whom something can be given; `channels` the only ones that are told
    where no rule says which, if there are any."""

    mode: Mode = "all"
    rules: tuple[Ready, ...] = ()
    schedule: Schedule = Schedule()
    agents: frozenset[str] = frozenset()
    channels: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        return not self.rules and not self.channels

    @property
    def takes_turns(self) -> bool:
        return any(rule.then.assign_next for rule in self.rules)
