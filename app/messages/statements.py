"""SQL text: the statements of every message left, which are cheaper so, and those that Piccolo
cannot express."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from app import database
from app.database import columns, names
from app.messages.stored import STORED, STORED_EVENT, Stored, StoredEvent
from app.tables import (
    Agent,
    Channel,
    Delivery,
    Dispatch,
    Event,
    Mention,
    Message,
    Organization,
    Tag,
    Tagging,
)

m = names(Message)
d, c, s = names(Delivery, "d"), names(Channel, "c"), names(Dispatch, "s")
mine = names(Delivery)
e, t, g = names(Event), names(Tag, "t"), names(Tagging, "g")
w, a = names(Mention, "w"), names(Agent, "a")
m_ = names(Message, Message._meta.tablename)
w_ = names(Mention)
o = names(Organization, "o")
EVENTS = f"SELECT {columns(*STORED_EVENT)} FROM {e}"
MESSAGES = f"SELECT {columns(*STORED)} FROM {m}"
BACK = (
    f"SELECT {columns(m.id, m.organization, m.assignee, m.status)} FROM {m}"
    f" WHERE {m.back_at} <= ? ORDER BY {m.back_at}"
)
"""Whose time with somebody is over; asked every minute by every worker."""


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
    agent: uuid.UUID | None
    about: uuid.UUID | None
    agent_name: str | None


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
        f" {columns(d.done_at, d.reason, d.earlier, d.dispatch, d.agent, d.about, s.size)},"
        f" coalesce(nullif({a.name}, ''), {a.email}) AS agent_name,"
        f" {c.name} AS channel_name, {c.kind} AS channel_kind"
        f" FROM {d} JOIN {c} ON {c.id} = {d.channel} LEFT JOIN {s} ON {s.id} = {d.dispatch}"
        f" LEFT JOIN {a} ON {a.id} = {d.agent}"
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


async def addresses(
    organization: uuid.UUID, sent: Sequence[tuple[str, str]], within: dt.timedelta, *, most: int
) -> list[int]:
    """For each fingerprint and address, in their order: how many other addresses sent the same
    text, counted up to `most`. Runs for every message left."""
    asked, pairs = database.pairs(sent)
    ago, since = database.ago(within)
    others = (
        f"SELECT DISTINCT {m.ip} FROM {m} WHERE {m.organization} = ?"
        f" AND {m.fingerprint} = asked.one AND {m.created_at} > {ago} AND {m.ip} <> asked.other"
        f" LIMIT {most}"
    )
    sql = (
        f"SELECT (SELECT count(*) FROM ({others}) AS others) AS n FROM {asked} ORDER BY asked.place"
    )
    return await database.values(int, sql, organization, since, *pairs)


# Conditions of a list of messages. Piccolo fills {} with values.
TAGGED = (
    f"EXISTS (SELECT 1 FROM {g} JOIN {t} ON {t.id} = {g.tag}"
    f" WHERE {g.message} = {m_.id} AND {t.organization} = {{}} AND {t.name} = {{}})"
)
NOTIFIED = (
    f"EXISTS (SELECT 1 FROM {d} WHERE {d.message} = {m_.id} AND {d.state} = {{}}"
    f" AND {d.purpose} NOT LIKE 'remind%' AND {d.agent} IS NULL)"
)
NOT_NOTIFIED = (
    f"({m.id} IN (SELECT {d.message} FROM {d} WHERE {d.organization} = {{}}"
    f" AND {d.state} = 'failed' AND {d.purpose} NOT LIKE 'remind%' AND {d.agent} IS NULL"
    f" AND {d.message} IS NOT NULL)) IS TRUE"
)
"""Few failed, so they are read once, by the index that has all of this; but messages are walked
through in the order of the list, and not put in order."""
# The second half leads to the index, which has no others.
OUTCOME = f"({m.outcome} = {{}} AND {m.outcome} <> '')"
MENTIONED = f"{m.id} IN (SELECT {w.message} FROM {w} WHERE {w.agent} = {{}})"
# A viewer takes care of nothing any more, and nobody of what is set aside.
UNSEEN = (
    f"FROM {w} JOIN {m_} ON {m_.id} = {w.message} JOIN {a} ON {a.id} = {w.agent}"
    f" WHERE {w.organization} = ? AND {w.agent} = ? AND {w.seen_at} IS NULL"
    f" AND {m_.status} NOT IN ('spam', 'trash') AND {a.role} <> 'viewer'"
)
HOUR = f"({m.created_at} >= {{}} AND {m.created_at} < {{}})"
KEPT = f"{m.first_handled_at} <= {m.due_at}"
LATE = (
    f"({m.first_handled_at} > {m.due_at} OR ({m.first_handled_at} IS NULL"
    f" AND {m.status} = 'pending' AND {m.due_at} < {{}}))"
)
OLDER = f"({m.activity}, {m.id}) < ({{}}, {{}})"


class Tagged(msgspec.Struct):
    message: uuid.UUID
    name: str


class Used(msgspec.Struct):
    """A tag, and whether any message has it."""

    name: str
    used: bool


async def tags(messages: Sequence[uuid.UUID]) -> list[Tagged]:
    marks = ", ".join("?" * len(messages))
    sql = (
        f"SELECT {columns(g.message, t.name)} FROM {g} JOIN {t} ON {t.id} = {g.tag}"
        f" WHERE {g.message} IN ({marks}) ORDER BY {t.name}"
    )
    return await database.rows(Tagged, sql, *messages)


async def tags_used(organization: uuid.UUID) -> list[Used]:
    has = f"EXISTS (SELECT 1 FROM {g} WHERE {g.tag} = {t.id})"
    sql = f"SELECT {t.name}, {has} AS used FROM {t} WHERE {t.organization} = ? ORDER BY {t.name}"
    return await database.rows(Used, sql, organization)


async def waiting(messages: Sequence[uuid.UUID]) -> list[uuid.UUID]:
    """Of these messages, those with deliveries that are not over."""
    marks = ", ".join("?" * len(messages))
    sql = (
        f"SELECT DISTINCT {mine.message} FROM {mine}"
        f" WHERE {mine.message} IN ({marks}) AND {mine.state} IN ('pending', 'sending')"
    )
    return await database.values(uuid.UUID, sql, *messages)


async def story(
    organization: uuid.UUID, message: uuid.UUID, *, after: int = -1
) -> list[StoredEvent]:
    """The events of a message with a larger number than `after`, oldest first."""
    sql = (
        f"{EVENTS} WHERE {e.message} = ? AND {e.organization} = ? AND {e.number} > ?"
        f" ORDER BY {e.id}"
    )
    return await database.rows(StoredEvent, sql, message, organization, after)


async def act(
    organization: uuid.UUID, mark: uuid.UUID, messages: Sequence[uuid.UUID] | None = None
) -> list[StoredEvent]:
    """The events of an act, of these messages or of all."""
    sql, bound = f"{EVENTS} WHERE {e.act} = ? AND {e.organization} = ?", [mark, organization]
    if messages is not None:
        these, ids = database.one_of(columns(e.message), messages)
        sql, bound = f"{sql} AND {these}", [*bound, ids]
    return await database.rows(StoredEvent, f"{sql} ORDER BY {e.id}", *bound)


class About(msgspec.Struct):
    """What says to whom a message is told."""

    id: uuid.UUID
    status: str
    channels: str | None
    priority: str


async def about(organization: uuid.UUID, messages: Sequence[uuid.UUID]) -> list[About]:
    """In the order of their ids, which are bound as one list: there may be many."""
    these, ids = database.one_of(columns(m.id), messages)
    sql = (
        f"SELECT {columns(m.id, m.status, m.channels, m.priority)} FROM {m}"
        f" WHERE {m.organization} = ? AND {these} ORDER BY {m.id}"
    )
    return await database.rows(About, sql, organization, ids)


class Counted(msgspec.Struct):
    name: str
    n: int


WAITS = f"SELECT 1 FROM {m} WHERE {m.organization} = ? AND {m.status} = 'pending'"
# In these words the index of what is due is enough, and nothing else comes into question.
OVERDUE = f"{WAITS} AND {m.due_at} < ? AND coalesce({m.snoozed_until}, {m.due_at}) <= ?"
UNREAD = f" AND {m.read_at} IS NULL"


async def unread(
    organizations: Sequence[uuid.UUID], now: dt.datetime, *, most: int
) -> dict[uuid.UUID, int]:
    """Of each organization, at most `most`."""
    asked = [(str(each), _waiting(each, now, UNREAD)) for each in organizations]
    return {uuid.UUID(each.name): each.n for each in await _counted(asked, most)}


async def counts(
    organization: uuid.UUID, me: uuid.UUID | None, now: dt.datetime, *, most: int
) -> list[Counted]:
    """At most `most` of each: however many there are, no more entries of an index are read."""
    asked = [
        ("pending", _waiting(organization, now)),
        ("unread", _waiting(organization, now, UNREAD)),
        ("unassigned", _waiting(organization, now, f" AND {m.assignee} IS NULL")),
        ("overdue", (OVERDUE, [organization, now, now])),
        ("later", (f"{WAITS} AND {m.snoozed_until} > ?", [organization, now])),
    ]
    for status in ("handled", "spam", "trash"):
        these = f"SELECT 1 FROM {m} WHERE {m.organization} = ? AND {m.status} = '{status}'"
        asked.append((status, (these, [organization])))
    if me:
        asked += [
            ("mine", _waiting(organization, now, f" AND {m.assignee} = ?", me)),
            ("mentioned", (f"SELECT DISTINCT {w.message} {UNSEEN}", [organization, me])),
        ]
    return await _counted(asked, most)


def _waiting(
    organization: uuid.UUID, now: dt.datetime, more: str = "", *values: Any
) -> tuple[str, list[Any]]:
    """What waits and is not snoozed. Not by "or": each half is a range of an index."""
    never = f"{WAITS} AND {m.snoozed_until} IS NULL{more}"
    no_longer = f"{WAITS} AND {m.snoozed_until} <= ?{more}"
    return f"{never} UNION ALL {no_longer}", [organization, *values, organization, now, *values]


async def _counted(asked: Sequence[tuple[str, tuple[str, list[Any]]]], most: int) -> list[Counted]:
    """How many rows each of these statements has, by its name; at most `most`."""
    parts = [
        f"SELECT '{name}' AS name, count(*) AS n FROM ({these} LIMIT {most}) AS counted"
        for name, (these, _) in asked
    ]
    values = [value for _, (_, more) in asked for value in more]
    return await database.rows(Counted, " UNION ALL ".join(parts), *values)


async def unseen(
    organization: uuid.UUID, agent: uuid.UUID, *, after: int, most: int
) -> list[uuid.UUID]:
    """Messages that mention them, the latest first."""
    sql = (
        f"SELECT {w.message} {UNSEEN} AND {w.number} > ? GROUP BY {w.message}"
        f" ORDER BY max({w.number}) DESC LIMIT {most}"
    )
    return await database.values(uuid.UUID, sql, organization, agent, after)


async def forget_mentions_before_last(
    organization: uuid.UUID, message: uuid.UUID, agent: uuid.UUID
) -> None:
    theirs = f"{w_.organization} = ? AND {w_.message} = ? AND {w_.agent} = ?"
    last = f"SELECT max({w_.number}) FROM {w_} WHERE {theirs}"
    sql = f"DELETE FROM {w_} WHERE {theirs} AND {w_.number} < ({last})"
    await database.execute(sql, *(organization, message, agent) * 2)


async def take_back_mentions(
    organization: uuid.UUID, act: uuid.UUID, messages: Sequence[uuid.UUID]
) -> None:
    """Those by the notes of an act that nobody has seen: its events have their number."""
    these, ids = database.one_of(columns(w.message), messages)
    by_act = (
        f"SELECT 1 FROM {e} WHERE {e.act} = ? AND {e.organization} = ?"
        f" AND {e.message} = {w.message} AND {e.number} = {w.number}"
    )
    sql = (
        f"DELETE FROM {w_} WHERE {w_.id} IN (SELECT {w.id} FROM {w}"
        f" WHERE {these} AND {w.seen_at} IS NULL AND EXISTS ({by_act}))"
    )
    await database.execute(sql, ids, act, organization)


SITES_READ = 1000


async def sites(organization: uuid.UUID, *, most: int) -> list[str]:
    """The sites that messages came from last, in order: from one to the next by the index, however
    many messages each has. Who writes may name any, so names alone must not keep others out."""
    following = f"SELECT min({m.site}) FROM {m} WHERE {m.organization} = ? AND {m.site} >"
    newest = (
        f"SELECT {m.id} FROM {m} WHERE {m.organization} = ? AND {m.site} = each_site.found"
        f" ORDER BY {m.id} DESC LIMIT 1"
    )
    sql = (
        f"WITH RECURSIVE each_site (found) AS (SELECT ({following} '') UNION ALL"
        f" SELECT ({following} each_site.found) FROM each_site WHERE each_site.found IS NOT NULL)"
        f" SELECT found FROM (SELECT found, ({newest}) AS newest FROM each_site"
        f" WHERE found IS NOT NULL LIMIT {SITES_READ}) AS known ORDER BY newest DESC LIMIT {most}"
    )
    return sorted(await database.values(str, sql, *[organization] * 3))


class Latest(msgspec.Struct):
    organization: uuid.UUID
    number: int


async def latest(organizations: Sequence[uuid.UUID]) -> list[Latest]:
    """The number of each organization's latest change. The inner SELECT reads one entry of the
    index; it is asked every second while pages are open."""
    these, ids = database.one_of(columns(o.id), organizations)
    sql = (
        f"SELECT {o.id} AS organization, coalesce((SELECT max({m.changed}) FROM {m}"
        f" WHERE {m.organization} = {o.id}), 0) AS number FROM {o} WHERE {these}"
    )
    return await database.rows(Latest, sql, ids)
