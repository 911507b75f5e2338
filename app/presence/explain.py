""" "Why is the form shown now?": every rule that was looked at, in order, and what it said."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from app.hours.clock import next_change, open_at
from app.presence.decide import decide, holiday
from app.presence.facts import CONSOLE, Facts, Said

NAMED = 5
"""So many agents are listed by name; more are counted."""
DECIDING = {
    "override": "override",
    "overloaded": "overload",
    "within_hours": "hours",
    "outside_hours": "hours",
    "holiday": "hours",
    "no_hours": "hours",
    "no_agents": "rule",
}


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """`says` is "online", "offline", or empty when the rule does not apply.

    `detail` is an English message id whose places are filled from `facts`, moments among them.
    """

    rule: str
    says: str
    detail: str
    facts: dict[str, Any] = {}
    decides: bool = False


def steps(facts: Facts) -> list[Step]:
    presence = decide(facts)
    found = [
        _override(facts),
        _overload(facts),
        _console(facts),
        _reports(facts),
        _hours(facts),
        _rule(facts.rule, presence.state),
    ]
    deciding = DECIDING.get(presence.reason) or _who_is_online(facts)
    return [msgspec.structs.replace(step, decides=step.rule == deciding) for step in found]


def _who_is_online(facts: Facts) -> str:
    in_console = any(said.source == CONSOLE for said in facts.counted)
    return "console" if in_console else "reports"


def _override(facts: Facts) -> Step:
    if facts.forced_until is None:
        return Step(rule="override", says="", detail="Nothing is set by hand.")
    known = {"who": facts.override_by, "time": facts.forced_until}
    if facts.override == "online":
        detail = "{who} has set online until {time}."
    else:
        detail = "{who} has set offline until {time}."
    return Step(rule="override", says=facts.override, detail=detail, facts=known)


def _overload(facts: Facts) -> Step:
    said = facts.overload
    if said is None:
        return Step(rule="overload", says="", detail="No chat system says that it is overloaded.")
    return Step(
        rule="overload",
        says="offline",
        detail="{who} says that it is overloaded until {time}.",
        facts={"who": said.name, "time": said.overloaded_until},
    )


def _console(facts: Facts) -> Step:
    there = [said for said in facts.counted if said.source == CONSOLE]
    if not there:
        return Step(rule="console", says="", detail="Nobody is online in the console.")
    detail = "Online in the console: {names} ({n})"
    known = {"names": _names(there), "n": len(there)}
    return Step(rule="console", says="online", detail=detail, facts=known)


def _reports(facts: Facts) -> Step:
    there = [said for said in facts.counted if said.source != CONSOLE]
    if there:
        last = max(there, key=lambda said: said.until)
        return Step(
            rule="reports",
            says="online",
            detail="{who} reports {n} online, good until {time}.",
            facts={
                "who": last.name,
                "n": sum(said.online for said in there),
                "time": last.until,
            },
        )
    known = [said for said in facts.said if said.source != CONSOLE]
    if not known:
        return Step(rule="reports", says="", detail="No chat system has reported.")
    newest = max(known, key=lambda said: said.at)
    if newest.until > facts.now:
        detail = "{who} reports that nobody is online, good until {time}."
    else:
        detail = "The last report of {who} ran out at {time}: nobody knows, so nobody counts."
    return Step(
        rule="reports",
        says="offline" if newest.until > facts.now else "",
        detail=detail,
        facts={"who": newest.name, "time": newest.until},
    )


def _hours(facts: Facts) -> Step:
    if facts.rule == "agents":
        return Step(rule="hours", says="", detail="The rule does not ask for office hours.")
    if facts.schedule.is_empty:
        detail = "No office hours are set; that counts as closed."
        return Step(rule="hours", says="offline", detail=detail)
    is_open = open_at(facts.schedule, facts.now)
    change = next_change(facts.schedule, facts.now)
    if change is None:
        detail = "Open, and never to close." if is_open else "Closed, and no opening is planned."
    elif is_open:
        detail = "Open until {time}."
    elif holiday(facts) is None:
        detail = "Closed until {time}."
    else:
        detail = "A day off ({name}); closed until {time}."
    return Step(
        rule="hours",
        says="online" if is_open else "offline",
        detail=detail,
        facts={"time": change, "name": holiday(facts) or ""},
    )


def _rule(rule: str, state: str) -> Step:
    if rule == "agents":
        detail = "The rule: online while an agent is online."
    elif rule == "hours":
        detail = "The rule: online in office hours."
    else:
        detail = "The rule: online in office hours while an agent is online."
    return Step(rule="rule", says=state, detail=detail)


def _names(said: Sequence[Said]) -> str:
    shown = [each.name for each in said[:NAMED]]
    return ", ".join(shown) + (" …" if len(said) > NAMED else "")
