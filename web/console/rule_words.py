"""Rules in words, for those who read the list of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from app.rules.shape import Rule, Then, When
from web.http import words
from web.http.words import N_

DONE = {
    "saved": N_("Saved. It counts for messages from now on."),
    "mode": N_("Saved. It counts for messages from now on."),
    "reminders": N_("Saved. It counts for messages from now on."),
    "on": N_("Switched on"),
    "off": N_("Switched off"),
    "restored": N_("The rule is back"),
}
MODES = {
    "all": N_("Every rule that matches, one after the other"),
    "first": N_("The first rule that matches, no other"),
}
HOURS = {
    "": N_("At any time"),
    "inside": N_("In office hours"),
    "outside": N_("Outside of office hours"),
}
VERIFIED = {
    "": N_("Anybody"),
    "yes": N_("Signed in on the website"),
    "no": N_("Not signed in on the website"),
}
PRIORITIES = {
    "": N_("As it is"),
    "high": N_("High"),
    "normal": N_("Normal"),
    "low": N_("Low"),
}
TOLD = {
    "": N_("All channels, as usual"),
    "only": N_("Only these channels"),
    "nobody": N_("Nobody (the message is in the inbox)"),
}


class Names(msgspec.Struct, frozen=True):
    """What ids and keys are called: agents, channels, fields of the form, brands."""

    agents: Mapping[str, str]
    channels: Mapping[str, str]
    fields: Mapping[str, str]
    brands: Mapping[str, str] = {}


def when(locale: str, wanted: When, names: Names) -> list[str]:
    return list(_when(locale, wanted, names)) or [words.say(locale, N_("Every message"))]


def _when(locale: str, wanted: When, names: Names) -> Iterator[str]:
    lists = (
        (N_("Brand: {list}"), [names.brands.get(each, "…") for each in wanted.brands]),
        (N_("Category: {list}"), wanted.categories),
        (N_("Words: {list}"), wanted.words),
        (N_("Site: {list}"), wanted.sites),
        (N_("Language: {list}"), wanted.languages),
    )
    for msgid, entries in lists:
        if entries:
            yield words.say(locale, msgid, {"list": words.listed(locale, entries)})
    for key, entries in wanted.answers.items():
        facts = {"name": names.fields.get(key, key), "sentence": words.listed(locale, entries)}
        yield words.say(locale, N_("{name}: {sentence}"), facts)
    if wanted.hours:
        yield words.say(locale, HOURS[wanted.hours])
    if wanted.verified is not None:
        yield words.say(locale, VERIFIED["yes" if wanted.verified else "no"])


def then(locale: str, effects: Then, names: Names) -> list[str]:
    return list(_then(locale, effects, names))


def _then(locale: str, effects: Then, names: Names) -> Iterator[str]:
    if effects.category:
        yield words.say(locale, N_("Category: {list}"), {"list": effects.category})
    if effects.priority:
        named = words.say(locale, PRIORITIES[effects.priority])
        yield words.say(locale, N_("Priority: {priority}"), {"priority": named})
    if effects.assignee and effects.assignee in names.agents:
        yield words.say(locale, N_("Given to {name}"), {"name": names.agents[effects.assignee]})
    if effects.assign_next:
        yield words.say(locale, N_("Given to the next who is online"))
    if effects.tags:
        yield words.say(locale, N_("Tags: {list}"), {"list": words.listed(locale, effects.tags)})
    if effects.quiet:
        yield words.say(locale, N_("Nobody is told"))
    told = [names.channels[uid] for uid in effects.channels if uid in names.channels]
    if told:
        yield words.say(locale, N_("Told only: {list}"), {"list": words.listed(locale, told)})


MISSING = {
    "assignee": N_("The person is gone"),
    "online": N_("Nobody was online"),
    "channels": N_("The channels are gone"),
}


def did(locale: str, was: Mapping[str, Any], now: Mapping[str, Any], names: Names) -> list[str]:
    """What a rule did to a message, as its story has it."""
    found = then(
        locale,
        Then(
            category=now.get("category") or "",
            priority=now.get("priority"),
            assignee=now.get("assignee"),
            tags=[each for each in now.get("tags", []) if each not in was.get("tags", [])],
            channels=now.get("channels") or [],
            quiet=now.get("channels") == [],
        ),
        names,
    )
    missing = [MISSING[each] for each in now.get("missing", []) if each in MISSING]
    return [*found, *(words.say(locale, text) for text in missing)]


def is_broken(rule: Rule, names: Names) -> bool:
    """Whether somebody or a channel that it names is gone."""
    then = rule.then
    gone = any(uid not in names.channels for uid in then.channels)
    return gone or bool(then.assignee and then.assignee not in names.agents)
