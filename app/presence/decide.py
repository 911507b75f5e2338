"""Online or offline, from the facts alone. Unknown means offline: the form is shown."""

from __future__ import annotations

import datetime as dt
from typing import Literal
from zoneinfo import ZoneInfo

import msgspec

from app.hours.clock import next_change, open_at
from app.presence.facts import Facts

State = Literal["online", "offline"]


class Presence(msgspec.Struct, frozen=True, kw_only=True):
    """What visitors see. `reason` says what decided it:

    override · overloaded · agents_online · no_agents · within_hours · outside_hours · holiday ·
    no_hours
    """

    state: State
    reason: str
    rule: str
    agents_online: int
    until: dt.datetime | None
    """When the override or the report of overload that decides ends by itself."""
    next_change_at: dt.datetime | None
    """When the state changes next as far as known: an override's or overload's end, or the
    hours."""


def decide(facts: Facts) -> Presence:
    online, reason = _decided(facts)
    until = facts.forced_until if reason == "override" else None
    if reason == "overloaded" and facts.overload:
        until = facts.overload.overloaded_until
    return Presence(
        state="online" if online else "offline",
        reason=reason,
        rule=facts.rule,
        agents_online=facts.agents,
        until=until,
        next_change_at=_next_change(facts, online),
    )


def _decided(facts: Facts) -> tuple[bool, str]:
    if facts.forced_until:
        return facts.override == "online", "override"
    if facts.overload:
        return False, "overloaded"
    if facts.rule != "agents" and not open_at(facts.schedule, facts.now):
        return False, _why_closed(facts)
    if facts.rule == "hours":
        return True, "within_hours"
    return (True, "agents_online") if facts.agents else (False, "no_agents")


def _why_closed(facts: Facts) -> str:
    if facts.schedule.is_empty:
        return "no_hours"
    return "outside_hours" if holiday(facts) is None else "holiday"


def holiday(facts: Facts) -> str | None:
    """Today's holiday by name; None on other days and make-up days."""
    today = facts.now.astimezone(ZoneInfo(facts.schedule.timezone)).date()
    if today in facts.schedule.makeup_days:
        return None
    return facts.schedule.holidays.get(today)


def _next_change(facts: Facts, online: bool) -> dt.datetime | None:
    """The first moment when the planned state differs: ends of override and overload, and the first
    opening or closing after each."""
    overload = facts.overload
    ends = [facts.forced_until, overload.overloaded_until if overload else None]
    candidates = list(ends)
    if facts.rule != "agents":
        starts = (facts.now, *ends)
        candidates += [next_change(facts.schedule, start) for start in starts if start]
    changes = [at for at in candidates if at and _planned(facts, at) != online]
    return min(changes, default=None)


def _planned(facts: Facts, at: dt.datetime) -> bool:
    """Whether it will be online then if all goes as planned: agents who are there stay, and
    somebody comes when the office opens."""
    if facts.forced_until and at < facts.forced_until:
        return facts.override == "online"
    if facts.overload and at < (facts.overload.overloaded_until or at):
        return False
    if facts.rule == "agents":
        return facts.agents > 0
    is_open = open_at(facts.schedule, at)
    if facts.rule == "hours":
        return is_open
    return is_open and (facts.agents > 0 or not open_at(facts.schedule, facts.now))
