"""Query parameters of lists, read into the arguments of `messages.inbox` and the like."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from app.errors import Invalid, Problem
from app.messages.acts import PRIORITIES
from app.messages.wanted import NOBODY, NOTICES, STATUSES, contacts
from app.reading import dates, numbers, objects, uids
from web.http.operation import Parameter
from web.http.words import N_

Readers = dict[str, tuple[str, Callable[[str], Any]]]
"""From a parameter to the argument's name and its reader."""

SEARCH_LIMIT = 64
PAGE_SIZE = 50
PAGE_LIMIT = 200
CURSOR_LIMIT = 256
VALUE_LIMIT = 255
CONTACT_LIMIT = 400
TRUTH = ("true", "false")

UID = Parameter("uid", "The message.", {"type": "string", "format": "uuid"}, "path")
PAGING = (
    Parameter(
        "limit",
        "How many.",
        {"type": "integer", "minimum": 1, "maximum": PAGE_LIMIT, "default": PAGE_SIZE},
    ),
    Parameter("cursor", "`next_cursor` of the page before."),
)
FILTERS = (
    Parameter("status", "Only these.", {"type": "string", "enum": ["", *STATUSES]}),
    Parameter("q", "Words to find.", {"type": "string", "maxLength": SEARCH_LIMIT}),
    Parameter("from", "Not before: a date, or a time as in RFC 3339. UTC unless it says more."),
    Parameter("to", "Before this time; of a date, before its end."),
    Parameter("assignee", "Given to this agent (uid), or to `nobody`."),
    Parameter("category", "Only of this category."),
    Parameter("tag", "Only with this tag."),
    Parameter("priority", "Only these.", {"type": "string", "enum": ["", *PRIORITIES]}),
    Parameter("site", "Only from this host: www.example.com."),
    Parameter("brand", "Only of this brand (uid)."),
    Parameter(
        "contact",
        "From whoever has this phone number, e-mail address or WeChat id, "
        "however it is written; several with"
        " commas between them.",
        {"type": "string", "maxLength": CONTACT_LIMIT},
    ),
    Parameter("outcome", "Only those that were handled so: a key of `GET …/outcomes`."),
    Parameter("outcome_reason", "Only those that had this reason: a key as well."),
    Parameter("notice", "With a notice in this state.", {"type": "string", "enum": ["", *NOTICES]}),
    Parameter(
        "snoozed", "Only those that are, or are not.", {"type": "string", "enum": ["", *TRUTH]}
    ),
    Parameter(
        "overdue",
        "Only those that wait longer than was promised.",
        {"type": "string", "enum": ["", "true"]},
    ),
)
PARAMETERS = (*FILTERS, *PAGING)


def read(query: Mapping[str, str], readers: Readers | None = None) -> dict[str, Any]:
    """Raises Invalid with every bad parameter. An empty one counts as left out."""
    readers = readers or READERS
    problems: list[Problem] = []
    found: dict[str, Any] = {"limit": PAGE_SIZE} if "limit" in readers else {}
    for name, text in query.items():
        if name not in readers:
            problems.append(objects.unknown(name, readers))
        elif text:
            argument, reader = readers[name]
            try:
                found[argument] = reader(text)
            except Invalid as error:
                problems += error.problems
    if problems:
        raise Invalid(problems)
    return found


def paging_of(found: dict[str, Any]) -> dict[str, Any]:
    """Takes the page out of what was read; the filter stays."""
    return {name: found.pop(name) for name in PAGED if name in found}


def one_of(place: str, known: Sequence[str]) -> Callable[[str], str]:
    def reader(text: str) -> str:
        if text in known:
            return text
        raise Invalid.at(place, "not_a_choice", N_("Use one of {known}"), known=", ".join(known))

    return reader


def _truth(place: str, known: Sequence[str]) -> Callable[[str], bool]:
    reader = one_of(place, known)
    return lambda text: reader(text) == "true"


def _assignee(text: str) -> str:
    if text == NOBODY or uids.uid_or_none(text):
        return text
    raise Invalid.at("/assignee", "unknown_agent", N_("There is no such agent"))


def _brand(text: str) -> str:
    if found := uids.uid_or_none(text):
        return str(found)
    raise Invalid.at("/brand", "unknown_brand", N_("There is no such brand"))


def _value(place: str) -> Callable[[str], str]:
    return lambda text: _short(text, place, VALUE_LIMIT)


def _contacts(text: str) -> tuple[str, ...]:
    return contacts(_short(text, "/contact", CONTACT_LIMIT))


def _words(text: str) -> str:
    return _short(text, "/q", SEARCH_LIMIT)


def cursor_of(text: str) -> str:
    return _short(text, "/cursor", CURSOR_LIMIT)


def _short(text: str, place: str, limit: int) -> str:
    if len(text) <= limit:
        return text
    raise Invalid.at(place, "too_long", N_("Use at most {limit} characters"), limit=str(limit))


def limit_of(text: str) -> int:
    found = numbers.whole(text)
    if found is not None and 1 <= found <= PAGE_LIMIT:
        return found
    raise Invalid.at("/limit", "out_of_range", N_("Use 1 to {limit}"), limit=str(PAGE_LIMIT))


def _since(text: str) -> dt.datetime:
    return time_of(text, "/from")


def _until(text: str) -> dt.datetime:
    return time_of(text, "/to", end=True)


def time_of(text: str, place: str, *, end: bool = False) -> dt.datetime:
    """With `end`, a bare date means its end, so that a range includes it. Raises Invalid."""
    moment = dates.bound(text, end=end)
    if moment is None:
        detail = N_("This must be a date or a time, like 2026-11-22 or 2026-11-22T08:00:00Z")
        raise Invalid.at(place, "time_format", detail)
    return moment


def moment_of(text: str, place: str) -> dt.datetime:
    """A time that says its offset. Raises Invalid for any other."""
    moment = dates.moment(text, None)
    if moment is None:
        detail = N_("This must be a time with its offset, like 2026-11-22T08:00:00Z")
        raise Invalid.at(place, "time_format", detail)
    return moment


PAGED: Readers = {
    "limit": ("limit", limit_of),
    "cursor": ("cursor", cursor_of),
}
FILTER: Readers = {
    "status": ("status", one_of("/status", STATUSES)),
    "q": ("q", _words),
    "from": ("since", _since),
    "to": ("until", _until),
    "assignee": ("assignee", _assignee),
    "category": ("category", _value("/category")),
    "tag": ("tag", _value("/tag")),
    "priority": ("priority", one_of("/priority", PRIORITIES)),
    "site": ("site", _value("/site")),
    "brand": ("brand", _brand),
    "contact": ("contact", _contacts),
    "outcome": ("outcome", _value("/outcome")),
    "outcome_reason": ("outcome_reason", _value("/outcome_reason")),
    "notice": ("notice", one_of("/notice", NOTICES)),
    "snoozed": ("snoozed", _truth("/snoozed", TRUTH)),
    "overdue": ("overdue", _truth("/overdue", TRUTH[:1])),
}
TAKEN: Readers = {**FILTER, "format": ("format", str)}
"""Of an export, which has no pages."""
READERS: Readers = {
    **FILTER,
    **PAGED,
}
