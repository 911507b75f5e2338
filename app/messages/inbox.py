"""Finding messages: the list, the counts, one message with everything about it."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable
from typing import Any

import msgspec

from app import database
from app.deliveries.tries import Try, attempts, trail
from app.errors import Invalid, NotFound
from app.fields import Label
from app.messages.answers import Answer, answers, listed
from app.messages.same import folded
from app.reading import references, uids
from app.reading.search import Term, terms
from app.text import clean_line

STATUSES = ("pending", "handled", "spam", "repeat")
"""A "repeat" is what a visitor says again and nothing else; it is counted at the first."""
PAGE_MAX = 200
QUERY_MAX = 200
READ_APART = {"uid", "fields", "written", "labels", "consents", "repeat_of", "deliveries"}
LIKE_ESCAPE = str.maketrans({"\\": "\\\\", "%": "\\%", "_": "\\_"})


class Tally(msgspec.Struct):
    """Deliveries of a message by state; what is on the wire counts as pending."""

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
    """Newest first; without `repeats`, what a visitor said again is only counted at its first.
    Raises Invalid at /status, /limit or /cursor."""
    if status and status not in STATUSES:
        raise Invalid.at("/status", "not_a_choice", "Use one of {known}", known=", ".join(STATUSES))
    if not 1 <= limit <= PAGE_MAX:
        raise Invalid.at("/limit", "out_of_range", "Use 1 to {limit}", limit=str(PAGE_MAX))
    conditions: list[str] = ["organization = {}"]
    values: list[Any] = [organization]
    if not repeats:
        conditions.append("status <> 'repeat'")
    for condition, *bound in _conditions(status, q, since, until, cursor):
        conditions.append(condition)
        values += bound
    rows = await database.fetch(
        f"SELECT * FROM message WHERE {' AND '.join(conditions)}"
        f" ORDER BY id DESC LIMIT {limit + 1}",
        *values,
    )
    more = len(rows) > limit
    items = await _with_tallies(rows[:limit])
    return Page(items, items[-1].uid if more else None)


def _conditions(
    status: str, q: str, since: dt.datetime | None, until: dt.datetime | None, cursor: str
) -> Iterable[tuple[Any, ...]]:
    """Each with its values."""
    if status:
        yield "status = {}", status
    for term in terms(folded(clean_line(q))[:QUERY_MAX]):
        condition, patterns = _found(term)
        yield condition, *patterns
    if since:
        yield "created_at >= {}", since
    if until:
        yield "created_at < {}", until
    if cursor:
        yield "id < {}", uids.cursor(cursor)


def _found(term: Term) -> tuple[str, list[str]]:
    """Any way of writing it, and all that belongs to that way."""
    like = "search LIKE {} ESCAPE '\\'"
    ways = [" AND ".join([like] * len(way)) for way in term]
    patterns = [f"%{text.translate(LIKE_ESCAPE)}%" for way in term for text in way]
    return f"(({') OR ('.join(ways)}))", patterns


async def counts(organization: uuid.UUID) -> Counts:
    rows = await database.fetch(
        "SELECT status, count(*) AS n FROM message WHERE organization = {} GROUP BY status",
        organization,
    )
    found = Counts(**{row["status"]: row["n"] for row in rows})
    unread = await database.fetch(
        "SELECT count(*) AS n FROM message WHERE organization = {} AND read_at IS NULL"
        " AND status = 'pending'",
        organization,
    )
    found.unread = unread[0]["n"]
    return found


async def by_reference(organization: uuid.UUID, text: str) -> Row:
    rows = await database.fetch(
        "SELECT * FROM message WHERE organization = {} AND reference = {}",
        organization,
        references.read(text),
    )
    return await _only(rows)


async def one(organization: uuid.UUID, uid: str) -> Row:
    rows = await database.fetch(
        "SELECT * FROM message WHERE organization = {} AND id = {}", organization, uids.uid(uid)
    )
    return await _only(rows)


async def _only(rows: list[dict[str, Any]]) -> Row:
    if not rows:
        raise NotFound
    return (await _with_tallies(rows))[0]


async def show(organization: uuid.UUID, uid: str) -> Shown:
    message = await one(organization, uid)
    repeats = await database.fetch(
        "SELECT * FROM message WHERE organization = {} AND id IN"
        " (SELECT id FROM message WHERE repeat_of = {}) ORDER BY id LIMIT 200",
        organization,
        uuid.UUID(uid),
    )
    return Shown(message, await _with_tallies(repeats), await _deliveries(organization, uid))


async def _with_tallies(rows: list[dict[str, Any]]) -> list[Row]:
    if not rows:
        return []
    condition, value = database.one_of("message", [row["id"] for row in rows])
    found = await database.fetch(
        f"SELECT message, state, count(*) AS n FROM delivery WHERE {condition}"
        " GROUP BY message, state",
        value,
    )
    tallies: dict[uuid.UUID, Tally] = {}
    for each in found:
        tally = tallies.setdefault(each["message"], Tally())
        state = "pending" if each["state"] == "sending" else each["state"]
        setattr(tally, state, getattr(tally, state) + each["n"])
    return [_row(row, tallies.get(row["id"], Tally())) for row in rows]


def _row(row: dict[str, Any], tally: Tally) -> Row:
    same = set(Row.__struct_fields__) - READ_APART
    return Row(
        uid=str(row["id"]),
        fields=msgspec.json.decode(row["fields"], type=dict[str, str]),
        written=msgspec.json.decode(row["written"], type=dict[str, str]),
        labels=msgspec.json.decode(row["labels"], type=dict[str, Label]),
        consents=msgspec.json.decode(row["consents"], type=list[dict[str, str]]),
        repeat_of=str(row["repeat_of"]) if row["repeat_of"] else None,
        deliveries=tally,
        **{name: row[name] for name in same},
    )


async def _deliveries(organization: uuid.UUID, uid: str) -> list[Sent]:
    rows = await database.fetch(
        "SELECT d.*, c.name AS channel_name, c.kind AS channel_kind, s.size AS size"
        " FROM delivery d JOIN channel c ON c.id = d.channel"
        " LEFT JOIN dispatch s ON s.id = d.dispatch"
        " WHERE d.organization = {} AND d.id IN"
        " (SELECT id FROM delivery WHERE message = {}) ORDER BY d.id",
        organization,
        uuid.UUID(uid),
    )
    trails = {row["id"]: trail(row) for row in rows}
    tries = await attempts([dispatch for path in trails.values() for dispatch in path])
    return [
        Sent(
            uid=str(row["id"]),
            channel_uid=str(row["channel"]),
            kind=row["channel_kind"],
            dispatch=str(row["dispatch"]) if row["dispatch"] else None,
            shared=row["size"] or 1,
            attempts=[each for dispatch in trails[row["id"]] for each in tries.get(dispatch, [])],
            **{
                name: row[name]
                for name in (
                    *("channel_name", "purpose", "state", "due_at", "created_at", "done_at"),
                    "reason",
                )
            },
        )
        for row in rows
    ]
