"""SQL text of the search: conditions and joins that Piccolo cannot express."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence

import msgspec

from app import database
from app.database import columns, names
from app.reading.grams import answer_pair
from app.reading.search import Term
from app.tables import Message, Organization, SearchChange, SearchLeaf, SearchSegment

s, leaf, c, m = names(SearchSegment), names(SearchLeaf), names(SearchChange), names(Message)
s_, c_, m_ = names(SearchSegment, "s"), names(SearchChange, "c"), names(Message, "m")
o_ = names(Organization, "o")
c__, m__ = names(SearchChange, "search_change"), names(Message, "message")
"""By the tables' own names, where another table has a column of that name, too."""
NONE = uuid.UUID(int=0)
EVERY = uuid.UUID(int=(1 << 128) - 1)
"""Before and after every id."""
LIKE_ESCAPE = str.maketrans({"\\": "\\\\", "%": "\\%", "_": "\\_"})
Range = tuple[uuid.UUID, uuid.UUID]
"""Ids after the first one, up to the second."""


class Segment(msgspec.Struct):
    id: int
    after: uuid.UUID
    last: uuid.UUID
    leaves: int
    earliest: dt.datetime | None
    latest: dt.datetime | None


class Text(msgspec.Struct):
    id: uuid.UUID
    search: str
    fields: str
    created_at: dt.datetime


class _Leaf(msgspec.Struct):
    id: int
    bits: bytes


class _Blocks(msgspec.Struct):
    id: int
    blocks: bytes


def holds(wanted: Sequence[Term], answers: Mapping[str, str]) -> tuple[str, list[str]]:
    """A condition and its values: the text has all terms, of each at least one spelling, and own
    fields were answered so. Piccolo's LIKE has no ESCAPE."""
    like = f"{m.search} LIKE ? ESCAPE '\\'"
    terms = [" OR ".join(" AND ".join([like] * len(way)) for way in term) for term in wanted]
    pieces = [piece for term in wanted for way in term for piece in way]
    patterns = [f"%{piece.translate(LIKE_ESCAPE)}%" for piece in pieces]
    # Exactly so: SQLite's LIKE takes capitals for small letters.
    within = "instr" if isinstance(database.engine(), database.SQLite) else "strpos"
    terms += [f"{within}({m.fields}, ?) > 0"] * len(answers)
    pairs = [answer_pair(*each) for each in answers.items()]
    return f"({') AND ('.join(terms)})" if terms else "", [*patterns, *pairs]


EACH = "value"
"""What json_each of SQLite calls an item."""


async def forget_these(ids: Sequence[uuid.UUID], after: uuid.UUID, last: uuid.UUID) -> None:
    """Changes of messages of a range."""
    these, bound = database.one_of(columns(c.id), ids)
    sql = f"DELETE FROM {c} WHERE {these} AND {c.message} > ? AND {c.message} <= ?"
    await database.execute(sql, bound, after, last)


async def segments(organization: uuid.UUID, before: uuid.UUID) -> list[Segment]:
    """Those with ids before this one, newest first."""
    sql = (
        f"SELECT {columns(s.id, s.after, s.last, s.leaves, s.earliest, s.latest)} FROM {s}"
        f" WHERE {s.organization} = ? AND {s.after} < ? ORDER BY {s.last} DESC"
    )
    return await database.rows(Segment, sql, organization, before)


async def leaves(ids: Sequence[int]) -> dict[int, bytes]:
    these, bound = database.one_of(columns(leaf.id), ids)
    sql = f"SELECT {columns(leaf.id, leaf.bits)} FROM {leaf} WHERE {these}"
    return {each.id: each.bits for each in await database.rows(_Leaf, sql, bound)}


async def blocks(ids: Sequence[int]) -> dict[int, bytes]:
    """The last ids of the blocks of these segments, one after the other."""
    these, bound = database.one_of(columns(s.id), ids)
    sql = f"SELECT {columns(s.id, s.blocks)} FROM {s} WHERE {these}"
    return {each.id: each.blocks for each in await database.rows(_Blocks, sql, bound)}


async def found(
    organization: uuid.UUID,
    ranges: Sequence[Range],
    wanted: Sequence[Term],
    answers: Mapping[str, str],
) -> list[uuid.UUID]:
    """Messages in these ranges that have all terms and answers. Range by range: either planner
    would otherwise rather read the whole table."""
    condition, patterns = holds(wanted, answers)
    within = f"{m__.organization} = ? AND {m__.id} > {{}} AND {m__.id} <= {{}}"
    within += f" AND {condition}" if condition else ""
    if isinstance(database.engine(), database.SQLite):
        pairs = msgspec.json.encode([[str(low), str(high)] for low, high in ranges]).decode()
        inside = within.format(f"json_extract(r.{EACH}, '$[0]')", f"json_extract(r.{EACH}, '$[1]')")
        sql = f"SELECT {m__.id} FROM json_each(?) AS r CROSS JOIN {m} WHERE {inside}"
        return await database.values(uuid.UUID, sql, pairs, organization, *patterns)
    inside = within.format("r.low", "r.high")
    sql = (
        "SELECT found.one FROM unnest(?::uuid[], ?::uuid[]) AS r (low, high)"
        f" CROSS JOIN LATERAL (SELECT {m__.id} AS one FROM {m} WHERE {inside} OFFSET 0) AS found"
    )
    lows, highs = [low for low, _ in ranges], [high for _, high in ranges]
    return await database.values(uuid.UUID, sql, lows, highs, organization, *patterns)


async def texts(
    organization: uuid.UUID, after: uuid.UUID, last: uuid.UUID, most: int
) -> list[Text]:
    """The next messages after an id, and their texts."""
    sql = (
        f"SELECT {columns(m.id, m.search, m.fields, m.created_at)} FROM {m}"
        f" WHERE {m.organization} = ? AND {m.id} > ? AND {m.id} <= ? ORDER BY {m.id} LIMIT {most}"
    )
    return await database.rows(Text, sql, organization, after, last)


async def count(organization: uuid.UUID, after: uuid.UUID, last: uuid.UUID) -> int:
    sql = f"SELECT count(*) AS n FROM {m} WHERE {m.organization} = ? AND {m.id} > ? AND {m.id} <= ?"
    return await database.value(int, sql, organization, after, last) or 0


async def crowded(among: Sequence[uuid.UUID], least: int) -> uuid.UUID | None:
    """One of these organizations with at least so many messages that are in no segment. The OFFSET
    stops counting there."""
    these, bound = database.one_of(columns(o_.id), among)
    sql = (
        f"SELECT {o_.id} FROM {o_} WHERE {these} AND EXISTS (SELECT 1 FROM {m_}"
        f" WHERE {m_.organization} = {o_.id} AND {m_.id} > coalesce({o_.searched}, '{NONE}')"
        f" LIMIT 1 OFFSET {least - 1}) LIMIT 1"
    )
    return await database.value(uuid.UUID, sql, bound)


async def forget(before: dt.datetime) -> None:
    """Deletes changes from before that time of messages that are in no segment."""
    sql = (
        f"DELETE FROM {c} WHERE {c.created_at} < ? AND NOT EXISTS (SELECT 1 FROM {s_}"
        f" WHERE {s_.organization} = {c__.organization} AND {s_.last} >= {c__.message})"
    )
    await database.execute(sql, before)


class Waiting(msgspec.Struct):
    """A segment, and how many of its messages have changed since when."""

    id: int
    organization: uuid.UUID
    after: uuid.UUID
    last: uuid.UUID


async def changed_segment(many: int, before: dt.datetime) -> Waiting | None:
    """A segment with many changes, or with one from before that time."""
    shown = columns(s_.id, s_.organization, s_.after, s_.last)
    sql = (
        f"SELECT {shown} FROM {s_} JOIN {c_} ON {c_.organization} = {s_.organization}"
        f" AND {c_.message} > {s_.after} AND {c_.message} <= {s_.last} GROUP BY {shown}"
        f" HAVING count(*) >= {many} OR min({c_.created_at}) < ? ORDER BY count(*) DESC LIMIT 1"
    )
    return await database.row(Waiting, sql, before)


async def miscounted_segment() -> Waiting | None:
    """A segment that has more or fewer messages than when it was made: some were deleted."""
    sql = (
        f"SELECT {columns(s_.id, s_.organization, s_.after, s_.last)} FROM {s_}"
        f" WHERE {s_.messages} <> (SELECT count(*) FROM {m_} WHERE"
        f" {m_.organization} = {s_.organization} AND {m_.id} > {s_.after} AND {m_.id} <= {s_.last})"
        " LIMIT 1"
    )
    return await database.row(Waiting, sql)
