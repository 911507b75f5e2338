"""What an agent may do with messages: each act says what a message becomes. `change` applies them
to one message or to many."""

from __future__ import annotations

import datetime as dt
import functools
import inspect
import uuid
from collections.abc import Callable, Mapping, Sequence
from typing import Any, ParamSpec, get_type_hints

import msgspec
from msgspec.structs import replace

from app.errors import Invalid
from app.reading.tags import tag
from app.text import clean, clean_line

NOTE_MAX = 2000
PRIORITIES = ("high", "normal", "low")
CATEGORY_MAX = 64
TAGS_MAX = 20
"""Of one message."""
SNOOZE_DAYS_MAX = 366


class State(msgspec.Struct, kw_only=True):
    """What an act may change of a message, and what it may ask."""

    id: uuid.UUID
    status: str
    outcome: str
    outcome_reason: str
    note: str
    handled_at: dt.datetime | None
    handled_by: str
    first_handled_at: dt.datetime | None
    open_minutes: int | None
    category: str
    left_category: str | None
    assignee: uuid.UUID | None
    assigned_at: dt.datetime | None
    back_at: dt.datetime | None
    priority: str
    snoozed_until: dt.datetime | None
    kept_status: str
    trashed_at: dt.datetime | None
    read_at: dt.datetime | None
    added_at: dt.datetime | None
    repeat_of: uuid.UUID | None
    spam_reason: str
    changed: int
    created_at: dt.datetime
    brand: uuid.UUID | None = None
    erased_at: dt.datetime | None = None
    tags: list[str] = []


OPEN = ("pending", "repeat")

Make = Callable[[State, dt.datetime], State]
"""What a message becomes; itself when there is nothing to do. Must not change its argument."""


class Act(msgspec.Struct, frozen=True):
    """`action` is the word for it in the story. Whoever does it has read the message, or not.
    `said` makes the same act again, see `again`. `undoes` is the act that it takes back. `agent`
    does it, if an agent does: nobody is told of what they do themselves."""

    action: str
    make: Make
    reads: bool = True
    said: str = ""
    undoes: uuid.UUID | None = None
    agent: uuid.UUID | None = None


P = ParamSpec("P")
_makers: dict[str, Callable[..., Act]] = {}


def _repeatable(maker: Callable[P, Act]) -> Callable[P, Act]:
    """Its acts can be kept as text, and made again in another process."""
    signature = inspect.signature(maker)

    @functools.wraps(maker)
    def make(*args: P.args, **named: P.kwargs) -> Act:
        given = signature.bind(*args, **named).arguments
        said = msgspec.json.encode((maker.__name__, given)).decode()
        return replace(maker(*args, **named), said=said)

    _makers[maker.__name__] = make
    return make


def again(said: str) -> Act:
    """The act that was kept as text."""
    name, given = msgspec.json.decode(said, type=tuple[str, dict[str, Any]])
    hints = get_type_hints(_makers[name])
    return _makers[name](**{key: msgspec.convert(given[key], hints[key]) for key in given})


@_repeatable
def handled(
    outcome: str, note: str, *, by: str, reason: str = "", agent: uuid.UUID | None = None
) -> Act:
    """`agent` handles it. Raises Invalid at /note; outcome and reason are checked, see
    `app.messages.outcomes`."""
    text = clean(note)
    if len(text) > NOTE_MAX:
        limit = str(NOTE_MAX)
        raise Invalid.at("/note", "too_long", "Use at most {limit} characters", limit=limit)

    def make(state: State, now: dt.datetime) -> State:
        if state.status in {"handled", "trash"}:
            return state
        return replace(
            state,
            status="handled",
            outcome=outcome,
            outcome_reason=reason,
            note=text,
            handled_by=by,
            handled_at=now,
            first_handled_at=state.first_handled_at or now,
            snoozed_until=None,
        )

    return Act("handled", make, agent=agent)


@_repeatable
def spam() -> Act:
    def make(state: State, _: dt.datetime) -> State:
        if state.status in {"spam", "trash"}:
            return state
        return replace(state, status="spam", snoozed_until=None)

    return Act("spam", make)


@_repeatable
def reopened() -> Act:
    """Undoes "handled" and "spam". Cancelled deliveries stay so: an agent has seen the message. One
    that was anonymised stays as it is: nobody could answer it."""

    def make(state: State, _: dt.datetime) -> State:
        if state.status in {"pending", "trash"} or state.erased_at:
            return state
        return replace(
            state,
            status="pending",
            outcome="",
            outcome_reason="",
            handled_by="",
            handled_at=None,
        )

    return Act("reopened", make)


@_repeatable
def assigned(agent: uuid.UUID | None, giver: uuid.UUID | None = None) -> Act:
    """To an agent of the organization, which the caller has made sure of; None: to nobody. `giver`
    is the agent who gives it."""

    def make(state: State, now: dt.datetime) -> State:
        if state.assignee == agent:
            return state
        at = now if agent else None
        return replace(state, assignee=agent, assigned_at=at, back_at=None)

    return Act("assigned" if agent else "unassigned", make, reads=False, agent=giver)


@_repeatable
def claimed(agent: uuid.UUID) -> Act:
    """Takes what nobody has."""

    def make(state: State, now: dt.datetime) -> State:
        if state.assignee is not None:
            return state
        return replace(state, assignee=agent, assigned_at=now, back_at=None)

    return Act("claimed", make, agent=agent)


@_repeatable
def prioritized(priority: str) -> Act:
    """Raises Invalid at /priority."""
    if priority not in PRIORITIES:
        known = ", ".join(PRIORITIES)
        raise Invalid.at("/priority", "not_a_choice", "Use one of {known}", known=known)
    return Act("prioritized", lambda state, _: replace(state, priority=priority), reads=False)


@_repeatable
def categorized(category: str) -> Act:
    def make(state: State, _: dt.datetime) -> State:
        if state.category == category:
            return state
        left = state.category if state.left_category is None else state.left_category
        return replace(state, category=category, left_category=left)

    return Act("categorized", make, reads=False)


def category(text: str) -> str:
    """As it is stored. Raises Invalid at /category."""
    name = clean_line(text).strip()
    if len(name) > CATEGORY_MAX:
        limit = str(CATEGORY_MAX)
        raise Invalid.at("/category", "too_long", "Use at most {limit} characters", limit=limit)
    return name


@_repeatable
def tagged(add: Sequence[str] = (), remove: Sequence[str] = ()) -> Act:
    """Raises Invalid at /tag. A message that has the most it may have keeps those."""
    more, less = [tag(each) for each in add], {tag(each) for each in remove}

    def make(state: State, _: dt.datetime) -> State:
        kept = {each for each in state.tags if each not in less}
        return replace(state, tags=sorted({*kept, *more})[: max(len(kept), TAGS_MAX)])

    return Act("tagged", make, reads=False)


@_repeatable
def woken() -> Act:
    return Act("woken", lambda state, _: replace(state, snoozed_until=None), reads=False)


@_repeatable
def retagged(names: Sequence[str]) -> Act:
    """With these tags and no others. Raises Invalid at /tag."""
    wanted = sorted({tag(each) for each in names})[:TAGS_MAX]
    return Act("tagged", lambda state, _: replace(state, tags=wanted), reads=False)


@_repeatable
def snoozed(
    until: dt.datetime,
    *,
    now: dt.datetime,
    place: str = "/until",
    brands: Mapping[str, dt.datetime] | None = None,
) -> Act:
    """Until a time; another for messages of `brands`, by uid. Raises Invalid at `place` for one
    that has passed or is more than a year away."""
    own = dict(brands or {})
    latest = now + dt.timedelta(days=SNOOZE_DAYS_MAX)
    if not all(now < each <= latest for each in (until, *own.values())):
        raise Invalid.at(place, "out_of_range", "Choose a time within the next year")

    def make(state: State, _: dt.datetime) -> State:
        then = own.get(str(state.brand), until)
        return replace(state, snoozed_until=then) if state.status == "pending" else state

    return Act("snoozed", make)


@_repeatable
def trashed() -> Act:
    def make(state: State, now: dt.datetime) -> State:
        if state.status == "trash":
            return state
        return replace(
            state, status="trash", kept_status=state.status, trashed_at=now, snoozed_until=None
        )

    return Act("trashed", make)


@_repeatable
def restored() -> Act:
    """Out of the trash, as it was before."""

    def make(state: State, _: dt.datetime) -> State:
        if state.status != "trash":
            return state
        return replace(state, status=state.kept_status, kept_status="", trashed_at=None)

    return Act("restored", make)
