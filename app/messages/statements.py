"""SQL text: the statements of every message left, which are cheaper so, and those that Piccolo
cannot express."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence

import msgspec

from app import database
from app.database import columns, names
from app.messages.stored import STORED, Stored
from app.tables import Channel, Delivery, Dispatch, Message

m = names(Message)
d, c, s = names(Delivery, "d"), names(Channel, "c"), names(Dispatch, "s")
mine = names(Delivery)
MESSAGES = f"SELECT {columns(*STORED)} FROM {m}"


class Told(msgspec.Struct):
    """A delivery of a message. `size` is how many messages its dispatch carries."""

    id: uuid.UUID
    channel: uuid.UUID
    channel_name: str
    channel_kind: str
    purpose: str
    state: str
    due_at: dt.datetime
    created_at: dt.datetime
    done_at: dt.datetime | None
    reason: str
    earlier: str
    dispatch: uuid.UUID | None
    size: int | None


async def known(
    organization: uuid.UUID,
    ids: Sequence[str],
    marks: Sequence[str],
    since: dt.datetime,
    *,
    odd: bool,
) -> list[Stored]:
    """Messages with these submission ids, and the firsts of these texts with their corrections;
    with `odd` also those set aside. Runs for every message left."""
    by_id, these_ids = database.one_of(columns(m.submission_id), ids)
    by_mark, these_marks = database.one_of(columns(m.fingerprint), marks)
    same_text = f"SELECT {m.id} FROM {m} WHERE {m.organization} = ? AND {by_mark} AND"
    # Not "or": SQLite would then walk through everything that the organization ever got.
    parts = [
        f"SELECT {m.id} FROM {m} WHERE {m.organization} = ? AND {by_id}",
        f"{same_text} {m.told_at} > ?",
    ]
    values = [organization, these_ids, organization, these_marks, since]
    if odd:
        parts.append(
            f"{same_text} {m.repeat_of} IS NULL AND {m.told_at} IS NULL AND {m.created_at} > ?"
        )
        values += [organization, these_marks, since]
    sql = f"{MESSAGES} WHERE {m.id} IN ({' UNION ALL '.join(parts)}) ORDER BY {m.id}"
    return await database.rows(Stored, sql, *values)


async def add_repeats(counts: Mapping[uuid.UUID, int]) -> None:
    """All in one trip. Runs for every message left."""
    sql = f"UPDATE {m} SET {m.repeats} = {m.repeats} + ? WHERE {m.id} = ?"
    await database.execute_many(sql, [(more, first) for first, more in counts.items()])


async def told(organization: uuid.UUID, message: uuid.UUID) -> list[Told]:
    """The deliveries of a message. The inner SELECT leads SQLite to the index of its message."""
    sql = (
        f"SELECT {columns(d.id, d.channel, d.purpose, d.state, d.due_at, d.created_at)},"
        f" {columns(d.done_at, d.reason, d.earlier, d.dispatch, s.size)},"
        f" {c.name} AS channel_name, {c.kind} AS channel_kind"
        f" FROM {d} JOIN {c} ON {c.id} = {d.channel} LEFT JOIN {s} ON {s.id} = {d.dispatch}"
        f" WHERE {d.organization} = ? AND {d.id} IN"
        f" (SELECT {mine.id} FROM {mine} WHERE {mine.message} = ?) ORDER BY {d.id}"
    )
    return await database.rows(Told, sql, organization, message)


async def repeats(organization: uuid.UUID, first: uuid.UUID, most: int) -> list[Stored]:
    """The repeats of a first. The inner SELECT leads SQLite to the index of `repeat_of`."""
    sql = (
        f"{MESSAGES} WHERE {m.organization} = ? AND {m.id} IN"
        f" (SELECT {m.id} FROM {m} WHERE {m.repeat_of} = ?) ORDER BY {m.id} LIMIT {most}"
    )
    return await database.rows(Stored, sql, organization, first)


def contains(count: int) -> str:
    """`count` LIKE conditions joined by AND; Piccolo's LIKE has no ESCAPE."""
    return " AND ".join([f"{m.search} LIKE {{}} ESCAPE '\\'"] * count)


async def addresses(
    organization: uuid.UUID, mark: str, since: dt.datetime, *, but: str, most: int
) -> list[str]:
    """Other addresses that sent the same text, at most `most`. Runs for every message left."""
    sql = (
        f"SELECT DISTINCT {m.ip} FROM {m} WHERE {m.organization} = ? AND {m.fingerprint} = ?"
        f" AND {m.created_at} > ? AND {m.ip} <> ? LIMIT {most}"
    )
    return await database.values(str, sql, organization, mark, since, but)
