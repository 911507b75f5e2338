"""The list of messages, the counts, and one message with everything about it."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator

import msgspec
from piccolo.columns.combination import WhereRaw
from piccolo.custom_types import Combinable
from piccolo.query.functions import Count

from app import database
from app.deliveries.tries import Try, attempts, trail
from app.errors import Invalid, NotFound
from app.fields.shape import Label
from app.messages import statements
from app.messages.answers import Answer, answers, listed
from app.messages.same import folded
from app.messages.stored import STORED, Stored
from app.reading import references, uids
from app.reading.search import Term, terms
from app.tables import Delivery, Message
from app.text import clean_line

STATUSES = ("pending", "handled", "spam", "repeat")
"""A "repeat" adds nothing new to the visitor's first message, which counts it."""
PAGE_MAX = 200
QUERY_MAX = 200
READ_APART = {"uid", "fields", "written", "labels", "consents", "repeat_of", "deliveries"}
LIKE_ESCAPE = str.maketrans({"\\": "\\\\", "%": "\\%", "_": "\\_"})


class Tally(msgspec.Struct):
    """Deliveries of a message by state; those being sent count as pending."""

    pending: int = 0
    sent: int = 0
    failed: int = 0
    cancelled: int = 0


class Row(msgspec.Struct, kw_only=True):
    uid: str
    reference: str
    shown_reference: str
    status: str
    name: str
    phone: str
    email: str
    ip: str
    user_agent: str
    language: str
    content: str
    category: str
    fields: dict[str, str]
    written: dict[str, str] = {}
    labels: dict[str, Label] = {}
    consents: list[dict[str, str]] = []
    form_version: int | None = None
    spam_reason: str = ""
    source: str
    page_url: str
    referrer: str
    external_id: str = ""
    created_at: dt.datetime
    read_at: dt.datetime | None
    handled_at: dt.datetime | None
    handled_by: str
    outcome: str
    note: str
    solved: str
    repeats: int
    repeat_of: str | None
    deliveries: Tally

    def answers(self, locale: str) -> list[Answer]:
        return list(answers(self.fields, self.labels, locale))

    def listed(self, locale: str) -> list[tuple[str, str]]:
        return list(listed(self.fields, self.labels, locale))


class Page(msgspec.Struct):
    items: list[Row]
    next_cursor: str | None


class Counts(msgspec.Struct):
    pending: int = 0
    unread: int = 0
    handled: int = 0
    spam: int = 0
    repeat: int = 0


class Sent(msgspec.Struct, kw_only=True):
    """One delivery. `shared` is how many messages its dispatch carried."""

    uid: str
    channel_uid: str
    channel_name: str
    kind: str
    purpose: str
    state: str
    due_at: dt.datetime
    created_at: dt.datetime
    done_at: dt.datetime | None
    reason: str
    dispatch: str | None
    shared: int
    attempts: list[Try]


class Shown(msgspec.Struct):
    message: Row
    repeats: list[Row]
    deliveries: list[Sent]


async def inbox(
    organization: uuid.UUID,
    *,
    status: str = "",
    repeats: bool = True,
    q: str = "",
    since: dt.datetime | None = None,
    until: dt.datetime | None = None,
    limit: int = 50,
    cursor: str = "",
) -> Page:
    """Newest first; without `repeats`, repeats are only counted at their first. Raises Invalid at
    /status, /limit or /cursor."""
    if status and status not in STATUSES:
        raise Invalid.at("/status", "not_a_choice", "Use one of {known}", known=", ".join(STATUSES))
    if not 1 <= limit <= PAGE_MAX:
        raise Invalid.at("/limit", "out_of_range", "Use 1 to {limit}", limit=str(PAGE_MAX))
    query = Message.select(*STORED).where(Message.organization == organization)
    if not repeats:
        query = query.where(Message.status != "repeat")
    query = query.where(*_conditions(status, q, since, until, cursor))
    query = query.order_by(Message.id, ascending=False).limit(limit + 1)
    rows = await database.rows(Stored, query)
    items = await _with_tallies(rows[:limit])
    return Page(items, items[-1].uid if len(rows) > limit else None)


def _conditions(
    status: str, q: str, since: dt.datetime | None, until: dt.datetime | None, cursor: str
) -> Iterator[Combinable]:
    if status:
        yield Message.status == status
    for term in terms(folded(clean_line(q))[:QUERY_MAX]):
        yield _found(term)
    if since:
        yield Message.created_at >= since
    if until:
        yield Message.created_at < until
    if cursor:
        yield Message.id < uids.cursor(cursor)


def _found(term: Term) -> WhereRaw:
    """A condition: all texts of at least one spelling of the term."""
    ways = [statements.contains(len(way)) for way in term]
    patterns = [f"%{text.translate(LIKE_ESCAPE)}%" for way in term for text in way]
    return WhereRaw(f"(({') OR ('.join(ways)}))", *patterns)


async def counts(organization: uuid.UUID) -> Counts:
    query = Message.select(Message.status, Count(alias="n")).group_by(Message.status)
    query = query.where(Message.organization == organization)
    found = Counts(**{each.status: each.n for each in await database.rows(_Counted, query)})
    found.unread = await Message.count().where(
        Message.organization == organization,
        Message.read_at.is_null(),
        Message.status == "pending",
    )
    return found


class _Counted(msgspec.Struct):
    status: str
    n: int


async def by_reference(organization: uuid.UUID, text: str) -> Row:
    return await _only(organization, Message.reference == references.read(text))


async def one(organization: uuid.UUID, uid: str) -> Row:
    return await _only(organization, Message.id == uids.uid(uid))


async def _only(organization: uuid.UUID, condition: Combinable) -> Row:
    query = Message.select(*STORED).where(Message.organization == organization, condition)
    found = await database.row(Stored, query)
    if found is None:
        raise NotFound
    return (await _with_tallies([found]))[0]


async def show(organization: uuid.UUID, uid: str) -> Shown:
    message = await one(organization, uid)
    repeats = await statements.repeats(organization, uuid.UUID(uid), PAGE_MAX)
    return Shown(message, await _with_tallies(repeats), await _deliveries(organization, uid))


class _Owed(msgspec.Struct):
    message: uuid.UUID
    state: str
    n: int


async def _with_tallies(rows: list[Stored]) -> list[Row]:
    if not rows:
        return []
    query = Delivery.select(Delivery.message, Delivery.state, Count(alias="n"))
    query = query.where(Delivery.message.is_in([row.id for row in rows]))
    query = query.group_by(Delivery.message, Delivery.state)
    tallies: dict[uuid.UUID, Tally] = {}
    for each in await database.rows(_Owed, query):
        tally = tallies.setdefault(each.message, Tally())
        state = "pending" if each.state == "sending" else each.state
        setattr(tally, state, getattr(tally, state) + each.n)
    return [_row(row, tallies.get(row.id, Tally())) for row in rows]


def _row(row: Stored, tally: Tally) -> Row:
    same = set(Row.__struct_fields__) - READ_APART
    return Row(
        uid=str(row.id),
        fields=msgspec.json.decode(row.fields, type=dict[str, str]),
        written=msgspec.json.decode(row.written, type=dict[str, str]),
        labels=msgspec.json.decode(row.labels, type=dict[str, Label]),
        consents=msgspec.json.decode(row.consents, type=list[dict[str, str]]),
        repeat_of=str(row.repeat_of) if row.repeat_of else None,
        deliveries=tally,
        **{name: getattr(row, name) for name in same},
    )


async def _deliveries(organization: uuid.UUID, uid: str) -> list[Sent]:
    told = await statements.told(organization, uuid.UUID(uid))
    trails = {each.id: trail(each.earlier, each.dispatch) for each in told}
    tries = await attempts([dispatch for path in trails.values() for dispatch in path])
    return [
        Sent(
            uid=str(each.id),
            channel_uid=str(each.channel),
            channel_name=each.channel_name,
            kind=each.channel_kind,
            purpose=each.purpose,
            state=each.state,
            due_at=each.due_at,
            created_at=each.created_at,
            done_at=each.done_at,
            reason=each.reason,
            dispatch=str(each.dispatch) if each.dispatch else None,
            shared=each.size or 1,
            attempts=[one for dispatch in trails[each.id] for one in tries.get(dispatch, [])],
        )
        for each in told
    ]
