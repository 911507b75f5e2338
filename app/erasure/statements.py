"""SQL text: which messages are as old as they may get, and what their notices leave behind."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from typing import Any

import msgspec

from app import database
from app.channels.sender import EVENT
from app.database import columns, names
from app.reading import uids
from app.tables import Attempt, Delivery, Dispatch, FeedEvent, Message, ReceivedMail, Remark

m, d, r = names(Message, "m"), names(Delivery, "d"), names(Remark, "r")
s, a, sent = names(Dispatch), names(Attempt), names(Delivery)
mail, e = names(ReceivedMail), names(FeedEvent)
MOMENTS = {
    "pending": m.created_at,
    "handled": f"COALESCE({m.handled_at}, {m.created_at})",
    "spam": m.created_at,
    "trash": f"COALESCE({m.trashed_at}, {m.created_at})",
}
"""Since when a message of a status has been so."""


class Carried(msgspec.Struct):
    dispatch: uuid.UUID | None
    earlier: str


class Old(msgspec.Struct, frozen=True, kw_only=True):
    """Messages of a status that have been so since before a moment, and of which nothing was said
    since. Of these categories or, with `but`, of all others; without any, of all. With `anonymise`
    those that were anonymised already are left out."""

    organization: uuid.UUID
    status: str
    before: dt.datetime
    categories: Sequence[str] = ()
    but: bool = False
    anonymise: bool = False

    def where(self) -> tuple[str, list[Any]]:
        # No message is older than its id says: that leads to the index, the moment decides.
        sql = (
            f"{m.organization} = ? AND {m.status} = ? AND {m.id} < ?"
            f" AND {MOMENTS[self.status]} < ?"
            f" AND NOT EXISTS (SELECT 1 FROM {r} WHERE {r.message} = {m.id}"
            f" AND {r.created_at} >= ?)"
        )
        latest = uids.around(self.before, 1)
        values: list[Any] = [self.organization, self.status, latest, self.before, self.before]
        if self.categories:
            marks = ", ".join("?" * len(self.categories))
            sql += f" AND {m.category} {'NOT ' if self.but else ''}IN ({marks})"
            values += self.categories
        if self.anonymise:
            sql += f" AND {m.erased_at} IS NULL"
        return sql, values


async def old(which: Old, *, most: int) -> list[uuid.UUID]:
    """Oldest first."""
    where, values = which.where()
    sql = f"SELECT {m.id} FROM {m} WHERE {where} ORDER BY {m.id} LIMIT {most:d}"
    return await database.values(uuid.UUID, sql, *values)


async def how_many(which: Old) -> int:
    where, values = which.where()
    return await database.value(int, f"SELECT COUNT(*) FROM {m} WHERE {where}", *values) or 0


class Left(msgspec.Struct):
    id: uuid.UUID
    ip: str


async def whole_addresses(
    organization: uuid.UUID, before: dt.datetime, after: uuid.UUID, *, networks: bool, most: int
) -> list[Left]:
    """Messages after one that were left before a moment and have an address that is no network, or
    any with `networks`; oldest first."""
    sql = (
        f"SELECT {columns(m.id, m.ip)} FROM {m} WHERE {m.organization} = ? AND {m.id} > ?"
        f" AND {m.id} < ? AND {m.created_at} <= ? AND {m.ip} <> ''"
    )
    sql += "" if networks else f" AND {m.ip} NOT LIKE '%/%'"
    latest = uids.around(before, 1)
    sql = f"{sql} ORDER BY {m.id} LIMIT {most:d}"
    return await database.rows(Left, sql, organization, after, latest, before)


async def carried(messages: Sequence[uuid.UUID]) -> set[uuid.UUID]:
    """The dispatches that told of these messages, or of what happened to them, also before a
    replay."""
    these, ids = database.one_of(columns(sent.message), messages)
    known = f"SELECT {columns(sent.dispatch, sent.earlier)} FROM {sent} WHERE"
    happened, _ = database.one_of(columns(e.message), messages)
    of_events = f"{sent.purpose} = '{EVENT}' AND {sent.about} IN (SELECT {e.id} FROM {e}"
    sql = f"{known} {these} UNION ALL {known} {of_events} WHERE {happened})"
    found: set[uuid.UUID] = set()
    for each in await database.rows(Carried, sql, ids, ids):
        found.update(msgspec.json.decode(each.earlier, type=list[uuid.UUID]))
        if each.dispatch:
            found.add(each.dispatch)
    return found


class Other(msgspec.Struct):
    """Somebody else's message with the same text."""

    id: uuid.UUID
    repeat_of: uuid.UUID
    status: str
    priority: str
    channels: str | None


async def with_repeats(organization: uuid.UUID, messages: Sequence[uuid.UUID]) -> list[uuid.UUID]:
    """Those of these that are there, and what the same visitors sent again."""
    these, ids = database.one_of(columns(m.id), messages)
    firsts, _ = database.one_of(columns(m.repeat_of), messages)
    sql = (
        f"SELECT {m.id} FROM {m} WHERE {m.organization} = ? AND {these}"
        f" UNION SELECT {m.id} FROM {m} WHERE {m.organization} = ? AND {firsts}"
        f" AND 'repeat' IN ({m.status}, {m.kept_status})"
    )
    return sorted(await database.values(uuid.UUID, sql, organization, ids, organization, ids))


async def handled(organization: uuid.UUID, messages: Sequence[uuid.UUID]) -> set[uuid.UUID]:
    these, ids = database.one_of(columns(m.id), messages)
    sql = (
        f"SELECT {m.id} FROM {m} WHERE {m.organization} = ? AND {m.status} = 'handled' AND {these}"
    )
    return set(await database.values(uuid.UUID, sql, organization, ids))


async def others(messages: Sequence[uuid.UUID]) -> list[Other]:
    """What others wrote that is the same as one of these, and none of these."""
    firsts, ids = database.one_of(columns(m.repeat_of), messages)
    these, _ = database.one_of(columns(m.id), messages)
    known = columns(m.id, m.repeat_of, m.status, m.priority, m.channels)
    sql = f"SELECT {known} FROM {m} WHERE {firsts} AND NOT ({these})"
    return await database.rows(Other, sql, ids, ids)


async def forget_words(dispatches: Sequence[uuid.UUID]) -> None:
    """What a platform answered may repeat what it was told. The tries stay: limits count them."""
    these, ids = database.one_of(columns(a.dispatch), dispatches)
    said = (
        f"{a.message} = '', {a.hint} = '', {a.facts} = '{{}}', {a.response} = '',"
        f" {a.recipients} = '[]'"
    )
    await database.execute(f"UPDATE {a} SET {said} WHERE {these}", ids)
    these, ids = database.one_of(columns(s.id), dispatches)
    to = f"{s.accepted} = '[]', {s.refused} = '[]'"
    sql = f"UPDATE {s} SET {to} WHERE {these} AND {s.state} <> 'sending'"
    await database.execute(sql, ids)


async def forget_empty(dispatches: Sequence[uuid.UUID]) -> None:
    """Those that carry nothing any more."""
    these, ids = database.one_of(columns(s.id), dispatches)
    carried, _ = database.one_of(columns(d.dispatch), dispatches)
    full = f"SELECT {d.dispatch} FROM {d} WHERE {carried}"
    await database.execute(f"DELETE FROM {s} WHERE {these} AND {s.id} NOT IN ({full})", ids, ids)


async def mails_of(organization: uuid.UUID, addresses: Sequence[str]) -> list[uuid.UUID]:
    """What came from these addresses and belongs to no message."""
    if not addresses:
        return []
    these, senders = database.one_of(f"LOWER({mail.sender})", [each.lower() for each in addresses])
    sql = f"SELECT {mail.id} FROM {mail} WHERE {mail.organization} = ? AND {mail.message} IS NULL"
    return await database.values(uuid.UUID, f"{sql} AND {these}", organization, senders)


async def forget_mails(organization: uuid.UUID, mails: Sequence[uuid.UUID]) -> None:
    these, ids = database.one_of(columns(mail.id), mails)
    sql = f"DELETE FROM {mail} WHERE {mail.organization} = ? AND {these}"
    await database.execute(sql, organization, ids)
