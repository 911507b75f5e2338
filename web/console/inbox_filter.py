"""The filter of the inbox, as it stands in the page's address: whoever opens the address sees the
same, but for "mine"."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

import msgspec

from app.errors import Conflict, Invalid
from app.fields.shape import Form
from app.languages import said
from app.messages.inbox import Row
from app.messages.search.find import QUERY_MAX
from app.messages.statements import Used
from app.messages.wanted import NOBODY, NOTICES, Wanted, contacts
from app.messages.wording import PRIORITIES
from app.people.colleagues import Colleague
from app.reading import dates, uids
from web.console.auth import Desk
from web.console.flash import Banner
from web.http import words
from web.http.request import Incoming
from web.http.words import N_

TABS = {
    "pending": N_("Waiting"),
    "mine": N_("Mine"),
    "unassigned": N_("Unassigned"),
    "later": N_("Later"),
    "handled": N_("Handled"),
    "spam": N_("Spam"),
    "trash": N_("Trash"),
    "all": N_("All"),
}
WORDS_FOR = {
    **PRIORITIES,
    "failed": N_("A notice failed"),
    "sent": N_("Notified"),
    "waiting": N_("A notice waits"),
    "overdue": N_("Overdue"),
    "added": N_("The visitor added something"),
    NOBODY: N_("Nobody"),
}
OWN = "f."
"""Before the key of a form's own field."""
VALUE_MAX = 200
CONTACT_MAX = 400
"""The longest phone and e-mail address together."""
OWN_MAX = 10


class Filter(msgspec.Struct, frozen=True):
    """`own` are the wanted answers to the form's own fields, by key."""

    status: str = "pending"
    q: str = ""
    since: str = ""
    until: str = ""
    category: str = ""
    assignee: str = ""
    tag: str = ""
    priority: str = ""
    site: str = ""
    notice: str = ""
    overdue: str = ""
    added: str = ""
    contact: str = ""
    own: dict[str, str] = {}

    def parameters(self) -> dict[str, str]:
        """Those that differ from what is usual."""
        plain = {**msgspec.structs.asdict(self), **{OWN + k: v for k, v in self.own.items()}}
        del plain["own"]
        usual = msgspec.structs.asdict(Filter())
        return {name: value for name, value in plain.items() if value != usual.get(name, "")}

    def query(self, **changes: str) -> str:
        """ "?q=…"; empty when everything is as usual. An empty change drops a part."""
        usual = msgspec.structs.asdict(Filter())
        mine = {**self.parameters(), **changes}
        unusual = {name: value for name, value in mine.items() if value != usual.get(name, "")}
        return f"?{urlencode(unusual)}" if unusual else ""

    def without(self, name: str) -> str:
        return self.query(**{name: ""})

    @property
    def narrowed(self) -> bool:
        """Whether there is more to it than a tab."""
        return bool(set(self.parameters()) - {"status"})

    def wanted(self, desk: Desk) -> Wanted:
        """Raises Invalid for what cannot be looked for."""
        zone = desk.org.timezone
        status, snoozed = self.status, None
        assignee = self.assignee
        if status in {"pending", "mine", "unassigned", "later"}:
            snoozed = status == "later"
            assignee = {"mine": str(desk.agent.id), "unassigned": NOBODY}.get(status, assignee)
            status = "pending"
        return Wanted(
            status="" if status == "all" else status,
            repeats=False,
            q=self.q,
            since=dates.midnight(dates.iso_day(self.since), zone),
            until=dates.midnight(dates.iso_day(self.until), zone, days=1),
            category=self.category,
            assignee=assignee,
            tag=self.tag,
            priority=self.priority,
            site=self.site,
            notice=self.notice,
            snoozed=snoozed,
            overdue=bool(self.overdue),
            added=bool(self.added),
            contact=contacts(self.contact),
            answers=self.own,
        )


def filter_of(request: Incoming) -> Filter:
    """What makes no sense is left out."""
    asked = request.query_params

    def one_of(name: str, known: Sequence[str] | Mapping[str, Any]) -> str:
        found = asked.get(name, "")
        return found if found in known else ""

    def text(name: str) -> str:
        return asked.get(name, "").replace("\0", "").strip()[:VALUE_MAX]

    assignee = text("assignee")
    own = [
        (key.removeprefix(OWN), value.replace("\0", ""))
        for key, value in asked.items()
        if key.startswith(OWN) and "\0" not in key
    ]
    return Filter(
        status=one_of("status", TABS) or "pending",
        q=asked.get("q", "").strip()[:QUERY_MAX],
        since=dates.shown(asked.get("since", "")),
        until=dates.shown(asked.get("until", "")),
        category=text("category"),
        assignee=assignee if assignee == NOBODY or uids.uid_or_none(assignee) else "",
        tag=text("tag"),
        priority=one_of("priority", PRIORITIES),
        site=text("site"),
        notice=one_of("notice", NOTICES),
        overdue="yes" if asked.get("overdue") else "",
        added="yes" if asked.get("added") else "",
        contact=asked.get("contact", "").strip()[:CONTACT_MAX],
        own={key: value.strip()[:VALUE_MAX] for key, value in own[:OWN_MAX] if value.strip()},
    )


class Chip(msgspec.Struct, frozen=True):
    """A part of the filter that is on, and the address of the list without it."""

    text: str
    without: str


def chips(
    locale: str, chosen: Filter, colleagues: Sequence[Colleague], form: Form | None
) -> list[Chip]:
    names = {each.uid: each.name for each in colleagues}
    labels = {field.key: said(field.label, locale) for field in form.fields} if form else {}
    found = []
    for name, value in chosen.parameters().items():
        if name in {"status", "q", "since", "until"}:
            continue
        key = name.removeprefix(OWN)
        if name != key:
            text = f"{labels.get(key, key)}: {value}"
        elif name == "assignee" and value != NOBODY:
            text = names.get(value, value)
        elif name in {"overdue", "added"}:
            text = words.say(locale, WORDS_FOR[name])
        elif name == "notice" and value == "pending":
            text = words.say(locale, WORDS_FOR["waiting"])
        elif name == "contact":
            text = ", ".join(contacts(value))
        elif value in WORDS_FOR:
            text = words.say(locale, WORDS_FOR[value])
        else:
            text = value
        found.append(Chip(text, f"/inbox{chosen.without(name)}"))
    return found


Pairs = list[tuple[str, str]]
"""Of a value and its words."""


def choices(
    locale: str,
    chosen: Filter,
    people: Sequence[Colleague],
    categories: Mapping[str, str],
    used: Sequence[Used],
    sites: Sequence[str],
) -> dict[str, Pairs]:
    """What the list may be narrowed by."""
    said = {name: words.say(locale, text) for name, text in WORDS_FOR.items()}
    workers = _workers(people, chosen.assignee)
    return {
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
