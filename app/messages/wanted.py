"""Which messages are meant: the filter of lists, of actions on many, and of exports."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator
from typing import Any

import msgspec
from piccolo.columns.combination import WhereRaw
from piccolo.custom_types import Combinable

from app.errors import Invalid
from app.messages import statements
from app.messages.acts import PRIORITIES
from app.overview.parts import GENUINE
from app.reading import uids
from app.tables import Message

STATUSES = ("pending", "handled", "spam", "repeat", "trash")
"""A "repeat" adds nothing new to the visitor's first message, which counts it."""
NOTICES = ("failed", "pending", "sent")
FIRST = ("handled", "kept", "late")
"""Handled once, in time, or not in time, which may still be to come."""
SOLVED = ("yes", "no")
LACKS = ("category", "site")
NOBODY = "nobody"
NUMBER_MAX = 2**63 - 1
EARLIEST, LATEST = (dt.datetime(year, 1, 1, tzinfo=dt.UTC) for year in (1970, 9999))


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """Every condition that is given must hold. Without `status`, everything but the trash; without
    `repeats`, repeats are only counted at their first. `assignee` is an agent's uid or NOBODY.
    `snoozed` says whether snoozed messages are the only ones or left out. `mentions` is an agent
    whom notes mention; spam is left out then. `contact` are phones and e-mail addresses; the
    visitor has one of them. `answers` are those to the form's own fields, by key. `only` are the
    ids of the only messages that are looked at, also of those in the trash; `until_id` is the
    newest id. `after` is a number: visitors have done something since. `genuine` leaves out spam
    and the trash. `hours` are spans of time; the message was left in one of them. `handler` is who
    has handled it, `solved` what its visitor says. `brand` is a uid, the organization's for its
    first."""

    status: str = ""
    repeats: bool = True
    q: str = ""
    since: dt.datetime | None = None
    until: dt.datetime | None = None
    category: str = ""
    assignee: str = ""
    tag: str = ""
    priority: str = ""
    site: str = ""
    notice: str = ""
    mentions: uuid.UUID | None = None
    outcome: str = ""
    outcome_reason: str = ""
    snoozed: bool | None = None
    overdue: bool = False
    added: bool = False
    contact: tuple[str, ...] = ()
    answers: dict[str, str] = {}
    only: tuple[uuid.UUID, ...] = ()
    until_id: uuid.UUID | None = None
    after: int | None = None
    genuine: bool = False
    hours: tuple[tuple[dt.datetime, dt.datetime], ...] | None = None
    handled_since: dt.datetime | None = None
    handled_until: dt.datetime | None = None
    handler: str = ""
    first: str = ""
    solved: str = ""
    lacks: str = ""
    brand: str = ""


EVERYTHING = Wanted()


def contacts(text: str) -> tuple[str, ...]:
    """Phones and e-mail addresses with commas between them."""
    return tuple(filter(None, map(str.strip, text.split(","))))


def conditions(organization: uuid.UUID, wanted: Wanted, now: dt.datetime) -> Iterator[Combinable]:
    """All but the organization and what is searched for: words, contact and answers, which `inbox`
    looks after. Raises Invalid at /status, /priority, /notice or /assignee."""
    if wanted.only:
        yield Message.id.is_in(list(wanted.only))
    if wanted.until_id:
        yield Message.id <= wanted.until_id
    yield from _state(wanted, now)
    yield from _equal(organization, wanted)
    yield from _handled(wanted, now)
    if wanted.brand:
        brand = uids.uid(wanted.brand)
        yield Message.brand.is_null() if brand == organization else Message.brand == brand
    if wanted.mentions:
        yield WhereRaw(statements.MENTIONED, wanted.mentions)
        yield Message.status.not_in(["spam", "trash"])
    yield from _left(wanted)
    if wanted.after is not None:
        yield Message.activity > wanted.after


def common(organization: uuid.UUID, wanted: Wanted, now: dt.datetime) -> dict[str, list[Any]]:
    """What the messages have in common, for `common.rarest`; nothing but a status says
    nothing: its list has an index in its order."""
    asked: dict[str, Any] = {
        "category": wanted.category,
        "site": wanted.site,
        "priority": wanted.priority if wanted.priority != "normal" else "",
        "assignee": uids.uid(wanted.assignee) if wanted.assignee not in {"", NOBODY} else "",
        "outcome": wanted.outcome,
        "tag": wanted.tag,
        "notice": wanted.notice,
        "mentions": wanted.mentions or "",
        "snoozed": now if wanted.snoozed else "",
        "overdue": now if wanted.overdue else "",
        "handler": wanted.handler,
        "solved": wanted.solved,
    }
    found = {name: [value] for name, value in asked.items() if value}
    if wanted.lacks:
        found.setdefault(wanted.lacks, [""])
    if wanted.brand:
        brand = uids.uid(wanted.brand)
        found |= {"first_brand": []} if brand == organization else {"brand": [brand]}
    if wanted.status == "pending" and wanted.assignee:
        nobodys = wanted.assignee == NOBODY
        found |= {"waits_for_nobody": []} if nobodys else {"waits_for": found.pop("assignee")}
    if wanted.added:
        found["added"] = []
    if wanted.first == "late" and wanted.status in {"", "pending"}:
        found["late_or_waiting"] = [organization, now]
    elif wanted.first == "late":
        found["late"] = []
    if wanted.handled_since or wanted.handled_until:
        found["handled"] = [wanted.handled_since or EARLIEST, wanted.handled_until or LATEST]
    if wanted.only or not found:
        return {}
    return {**found, "status": [wanted.status]} if wanted.status else found


def _state(wanted: Wanted, now: dt.datetime) -> Iterator[Combinable]:
    if wanted.status:
        yield Message.status == _one_of("/status", wanted.status, STATUSES)
    elif wanted.genuine:
        yield Message.status.is_in(list(GENUINE))
    elif not wanted.only:
        yield Message.status != "trash"
    if not wanted.repeats:
        yield Message.status != "repeat"
    if wanted.snoozed:
        yield Message.snoozed_until > now
    elif wanted.snoozed is False:
        yield Message.snoozed_until.is_null() | (Message.snoozed_until <= now)
    if wanted.overdue:
        yield Message.status == "pending"
        yield Message.due_at < now
    if wanted.added:
        yield Message.added_at.is_not_null()


def _equal(organization: uuid.UUID, wanted: Wanted) -> Iterator[Combinable]:
    if wanted.category:
        yield Message.category == wanted.category
    if wanted.site:
        yield Message.site == wanted.site
    if wanted.priority:
        yield Message.priority == _one_of("/priority", wanted.priority, PRIORITIES)
    if wanted.assignee == NOBODY:
        yield Message.assignee.is_null()
    elif wanted.assignee:
        yield Message.assignee == uids.uid(wanted.assignee)
    if wanted.tag:
        yield WhereRaw(statements.TAGGED, organization, wanted.tag)
    if wanted.notice:
        yield _notified(organization, _one_of("/notice", wanted.notice, NOTICES))

    if wanted.lacks == "category":
        yield Message.category == ""
    if wanted.lacks == "site":
        yield Message.site == ""


def _notified(organization: uuid.UUID, state: str) -> Combinable:
    if state == "failed":
        return WhereRaw(statements.NOT_NOTIFIED, organization)
    return WhereRaw(statements.NOTIFIED, state)


def _left(wanted: Wanted) -> Iterator[Combinable]:
    if wanted.since:
        yield Message.created_at >= wanted.since
    if wanted.until:
        yield Message.created_at < wanted.until
    if wanted.hours is not None:
        one, values = statements.HOUR, [each for span in wanted.hours for each in span]
        yield WhereRaw(f"({' OR '.join([one] * len(wanted.hours)) or '1 = 0'})", *values)


def _handled(wanted: Wanted, now: dt.datetime) -> Iterator[Combinable]:
    if wanted.handled_since:
        yield Message.handled_at >= wanted.handled_since
    if wanted.handled_until:
        yield Message.handled_at < wanted.handled_until
    if wanted.handler:
        yield Message.handled_by == wanted.handler
    if wanted.solved:
        yield Message.solved == wanted.solved
    if wanted.first == "handled":
        yield Message.first_handled_at.is_not_null()
    elif wanted.first == "kept":
        yield WhereRaw(statements.KEPT)
    elif wanted.first == "late":
        yield WhereRaw(statements.LATE, now)
    if wanted.outcome:
        yield WhereRaw(statements.OUTCOME, wanted.outcome)
    if wanted.outcome_reason:
        yield Message.outcome_reason == wanted.outcome_reason


def _one_of(place: str, text: str, known: tuple[str, ...]) -> str:
    if text in known:
        return text
    raise Invalid.at(place, "not_a_choice", "Use one of {known}", known=", ".join(known))
