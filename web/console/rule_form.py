"""A rule as the values of its form, and back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal

from app.rules.shape import NextOnline, Rule, Then, When
from web.console.filled import SEPARATORS, whole_number

CATEGORY, LANGUAGE, CHANNEL, ANSWER = "category-", "language-", "channel-", "answer-"
AGENT, BRAND = "agent-", "brand-"
"""Ticks and inputs of which there are several begin so."""
HOURS: dict[str, Literal["inside", "outside"]] = {"inside": "inside", "outside": "outside"}
PRIORITIES: dict[str, Literal["high", "normal", "low"]] = {
    "high": "high",
    "normal": "normal",
    "low": "low",
}
NEXT = "next"
"""Instead of an agent: the next who is online."""
VERIFIED = {"yes": True, "no": False}


def rule_of(form: Mapping[str, str], uid: str | None) -> Rule:
    """What was typed, unchecked."""
    told, chosen = form.get("told", ""), form.get("assignee") or None
    return Rule(
        uid=uid,
        name=form.get("name", ""),
        enabled="enabled" in form,
        when=When(
            categories=[value for _, value in _ticked(form, CATEGORY)],
            words=_entries(form.get("words", "")),
            sites=_entries(form.get("sites", "")),
            answers={
                key: entries for key, text in _ticked(form, ANSWER) if (entries := _entries(text))
            },
            hours=HOURS.get(form.get("hours", "")),
            verified=VERIFIED.get(form.get("verified", "")),
            languages=[value for _, value in _ticked(form, LANGUAGE)],
            brands=[value for _, value in _ticked(form, BRAND)],
        ),
        then=Then(
            category=form.get("category", ""),
            priority=PRIORITIES.get(form.get("priority", "")),
            assignee=chosen if chosen != NEXT else None,
            assign_next=_next(form) if chosen == NEXT else None,
            tags=_entries(form.get("tags", "")),
            channels=[uid for uid, _ in _ticked(form, CHANNEL)] if told == "only" else [],
            quiet=told == "nobody",
        ),
    )


def values_of(rule: Rule) -> dict[str, str]:
    """The values of the inputs that exist once."""
    when, then = rule.when, rule.then
    verified = {True: "yes", False: "no"}
    return {
        "name": rule.name,
        "enabled": "on" if rule.enabled else "",
        "words": "\n".join(when.words),
        "sites": "\n".join(when.sites),
        "hours": when.hours or "",
        "verified": "" if when.verified is None else verified[when.verified],
        "category": then.category,
        "priority": then.priority or "",
        "assignee": NEXT if then.assign_next else then.assignee or "",
        "back_after_minutes": _minutes(then.assign_next),
        "tags": ", ".join(then.tags),
        "told": "nobody" if then.quiet else "only" if then.channels else "",
        **{f"{ANSWER}{key}": "\n".join(texts) for key, texts in when.answers.items()},
    }


def _next(form: Mapping[str, str]) -> NextOnline:
    """A time that is no number of minutes is left for the check of the rule to refuse."""
    minutes = whole_number(form.get("back_after_minutes", ""))
    return NextOnline(
        agents=[uid for uid, _ in _ticked(form, AGENT)],
        back_after_minutes=0 if isinstance(minutes, str) else minutes,
    )


def _minutes(wanted: NextOnline | None) -> str:
    return str(wanted.back_after_minutes or "") if wanted else ""


def input_of(pointer: str) -> str:
    """The input to which a fault of the rule belongs; empty for the rule as a whole. What it does
    begins with the category."""
    part, _, rest = pointer.strip("/").partition("/")
    if part == "name":
        return "name"
    if part == "then" and not rest:
        return "category"
    name, _, inner = rest.partition("/")
    if name == "assign_next":
        return "back_after_minutes" if inner == "back_after_minutes" else "assignee"
    ticked = dict.fromkeys(("categories", "languages", "brands"), "")
    several = {"answers": ANSWER + inner.partition("/")[0], **ticked}
    return several.get(name, {"channels": "told", "quiet": "told"}.get(name, name))


def _ticked(form: Mapping[str, str], prefix: str) -> Iterator[tuple[str, str]]:
    for name, value in form.items():
        if name.startswith(prefix) and value:
            yield name.removeprefix(prefix), value


def _entries(text: str) -> list[str]:
    return [each.strip() for each in SEPARATORS.split(text) if each.strip()]
