"""The filter of the inbox in words: its tabs, what may be chosen, and what is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from app.brands.shape import Brand
from app.errors import Conflict, Invalid
from app.fields.shape import Form
from app.languages import said
from app.messages import filter as filters
from app.messages.filter import OWN, Filter
from app.messages.inbox import Row
from app.messages.outcomes import Outcomes
from app.messages.statements import Used
from app.messages.wanted import NOBODY, contacts
from app.messages.wording import PRIORITIES
from app.people.colleagues import Colleague
from web.console import day_words
from web.console.flash import Banner
from web.http import words
from web.http.request import Incoming
from web.http.words import N_

TABS = {
    "pending": N_("Waiting"),
    "mine": N_("Mine"),
    "mentioned": N_("Mentions me"),
    "unassigned": N_("Unassigned"),
    "later": N_("Later"),
    "handled": N_("Handled"),
    "spam": N_("Spam"),
    "trash": N_("Trash"),
    "all": N_("All"),
}
GENUINE = N_("All but spam")
WORDS_FOR = {
    **PRIORITIES,
    "failed": N_("A notice failed"),
    "sent": N_("Notified"),
    "waiting": N_("A notice waits"),
    "overdue": N_("Overdue"),
    "added": N_("The visitor added something"),
    NOBODY: N_("Nobody"),
}
PERIODS = {
    "today": N_("Today"),
    "yesterday": N_("Yesterday"),
    "week": N_("Last 7 days"),
    "month": N_("Last 30 days"),
}


def filter_of(request: Incoming) -> Filter:
    """What makes no sense is left out."""
    return filters.read(request.query_params)


FIRST = {
    "handled": N_("Handled at least once"),
    "kept": N_("Handled in time"),
    "late": N_("Not handled in time"),
}
SOLVED = {"yes": N_("Solved, says the visitor"), "no": N_("Not solved, says the visitor")}
LACKS = {"category": N_("Without a category"), "site": N_("Without a site")}


class Chip(msgspec.Struct, frozen=True):
    """A part of the filter that is on, and the address of the list without it."""

    text: str
    without: str


def chips(
    locale: str,
    chosen: Filter,
    colleagues: Sequence[Colleague],
    form: Form | None,
    used: Sequence[Used],
    outcomes: Outcomes,
    brands: Sequence[Brand] = (),
) -> list[Chip]:
    """Of all but the tab, the words searched for and the two days."""
    parts = Parts(locale, colleagues, form, used, outcomes, brands)
    return [
        Chip(parts.said(name, value), f"/inbox{chosen.without(name)}")
        for name, value in chosen.parameters().items()
        if name not in {"status", "q", "since", "until"}
    ]


class Parts:
    """Says the parts of a filter, also of those that name what is gone."""

    def __init__(
        self,
        locale: str,
        colleagues: Sequence[Colleague],
        form: Form | None,
        used: Sequence[Used],
        outcomes: Outcomes,
        brands: Sequence[Brand] = (),
    ) -> None:
        self._locale = locale
        self._brands = {str(each.id): each.name for each in brands}
        self._people = {each.uid: each for each in colleagues}
        fields = form.fields if form else []
        self._labels = {field.key: said(field.label, locale) for field in fields}
        self._tags = {each.name for each in used if each.used}
        self._outcomes = outcomes.every(locale)

    def whole(self, chosen: Filter) -> list[str]:
        """Every part, the tab first."""
        tab = words.say(self._locale, TABS.get(chosen.status, GENUINE))
        rest = [
            self.said(name, value)
            for name, value in chosen.parameters().items()
            if name not in {"status", "since", "until"}
        ]
        if chosen.since or chosen.until:
            rest.append(f"{chosen.since or '…'} – {chosen.until or '…'}")
        return [tab, *rest]

    def said(self, name: str, value: str) -> str:
        """Of one part by its parameter."""
        key = name.removeprefix(OWN)
        if name != key:
            return f"{self._labels.get(key, key)}: {value}"
        if name == "assignee" and value != NOBODY:
            return self._who(value)
        if name == "tag" and value not in self._tags:
            return self._say(N_("{name} (no message has this tag)"), name=value)
        if name == "q":
            return self._say(N_("“{words}”"), words=value)
        if name in {"overdue", "added"}:
            return self._say(WORDS_FOR[name])
        if name == "when":
            return self._say(PERIODS[value])
        if name == "notice" and value == "pending":
            return self._say(WORDS_FOR["waiting"])
        if name == "outcome":
            return self._outcomes.get(value, value)
        if name == "contact":
            return ", ".join(contacts(value))
        return self._of_overview(name, value)

    def _of_overview(self, name: str, value: str) -> str:
        """Of parts that the overview's numbers link with, and of those that say it themselves."""
        if name == "brand":
            return self._brands.get(value) or self._say(N_("A brand that is gone"))
        if name == "hour":
            return day_words.hour(self._locale, value)
        if name == "zone":
            return self._say(N_("Days of {zone}"), zone=value)
        if name == "dates":
            return self._say(N_("By the day of handling"))
        if name == "handler":
            return self._say(N_("Handled by {name}"), name=value)
        known = {"first": FIRST, "solved": SOLVED, "lacks": LACKS}.get(name, WORDS_FOR)
        return self._say(known[value]) if value in known else value

    def _who(self, uid: str) -> str:
        found = self._people.get(uid)
        if found is None:
            return self._say(N_("Somebody who is gone"))
        if not found.works:
            return self._say(N_("{name} (no longer works here)"), name=found.name)
        return found.name

    def _say(self, text: str, **facts: str) -> str:
        return words.say(self._locale, text, facts)


Pairs = list[tuple[str, str]]
"""Of a value and its words."""


def choices(
    locale: str,
    chosen: Filter,
    people: Sequence[Colleague],
    categories: Mapping[str, str],
    used: Sequence[Used],
    sites: Sequence[str],
    outcomes: Outcomes,
    brands: Sequence[Brand] = (),
) -> dict[str, Pairs]:
    """What the list may be narrowed by."""
    said = {name: words.say(locale, text) for name, text in WORDS_FOR.items()}
    workers = _workers(people, chosen.assignee)
    return {
        "when": [(name, words.say(locale, text)) for name, text in PERIODS.items()],
        "assignee": [(NOBODY, said[NOBODY]), *workers],
        "category": [*categories.items()],
        "tag": [(each.name, each.name) for each in used],
        "priority": [(each, said[each]) for each in PRIORITIES],
        "site": [(each, each) for each in sites],
        "notice": [
            ("failed", said["failed"]),
            ("pending", said["waiting"]),
            ("sent", said["sent"]),
        ],
        "outcome": [*outcomes.every(locale).items()],
        "brand": [(str(each.id), each.name) for each in brands],
    }


def settings(
    locale: str, row: Row, people: Sequence[Colleague], categories: Mapping[str, str]
) -> dict[str, Pairs]:
    """What a message may be set to; what it is stays among them."""
    said = {name: words.say(locale, text) for name, text in WORDS_FOR.items()}
    workers = _workers(people, row.assignee or "")
    known = {row.category: row.category, **categories}
    return {
        "assignee": [("", said[NOBODY]), *workers],
        "priority": [(each, said[each]) for each in PRIORITIES],
        "category": [
            ("", words.say(locale, N_("none"))),
            *(each for each in known.items() if each[0]),
        ],
    }


def _workers(people: Sequence[Colleague], also: str) -> Pairs:
    return [(each.uid, each.name) for each in people if each.works or each.uid == also]


def refusal(locale: str, error: Invalid | Conflict) -> Banner:
    """Why nothing was changed."""
    if isinstance(error, Conflict):
        return Banner("warn", "triangle-alert", words.say(locale, error.detail, error.facts))
    text = " ".join(words.say(locale, each.detail, each.facts) for each in error.problems)
    return Banner("err", "circle-alert", text)
