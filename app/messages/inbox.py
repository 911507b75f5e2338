"""The list of messages, the counts, and one message with everything about it."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any

import msgspec
from piccolo.columns.combination import WhereRaw
from piccolo.custom_types import Combinable
from piccolo.query.functions import Count

from app import database
from app.contacts import rows as contact_rows
from app.contacts import sight
from app.deliveries import did
from app.deliveries.planned import shown, step
from app.deliveries.tries import Try, attempts, trail
from app.errors import Invalid, NotFound
from app.fields.shape import Label
from app.messages import common, same, search, statements, tags, wanted
from app.messages.answers import Answer, answers, listed
from app.messages.search import unseen
from app.messages.stored import STORED, Stored
from app.messages.wanted import EVERYTHING, Wanted
from app.reading import numbers, references, uids
from app.rules.chains import PURPOSES
from app.tables import Delivery, Message, ReplyDraft

PAGE_MAX = 200
SITES_MAX = 200
COUNT_MAX = 1000
"""Counting more takes time, and tells a person no more."""
REACHED_MAX = 500
"""Of the messages that one step of a search finds: nobody wrote more."""
READ_APART = {
    *("uid", "fields", "written", "labels", "consents", "repeat_of", "deliveries"),
    *("assignee", "tags", "brand", "masked", "drafted", "did"),
}


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
    wechat: str = ""
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
    outcome_reason: str = ""
    note: str
    solved: str
    repeats: int
    repeat_of: str | None
    deliveries: Tally
    changed: int = 0
    activity: int = 0
    added_at: dt.datetime | None = None
    due_at: dt.datetime | None = None
    assignee: str | None = None
    assigned_at: dt.datetime | None = None
    priority: str = "normal"
    snoozed_until: dt.datetime | None = None
    trashed_at: dt.datetime | None = None
    erased_at: dt.datetime | None = None
    site: str = ""
    tags: list[str] = []
    drafted: bool = False
    did: str = ""
    """What the visitor did last, of `app.deliveries.did`, where nobody has looked since."""
    brand: str = ""
    """Its uid, which is the organization's for its first."""
    files: int = 0
    masked: bool = False
    """Whoever reads it may not see how the visitor is reached."""

    @property
    def contact(self) -> str:
        """The first way to reach the visitor."""
        return self.phone or self.email or self.wechat

    @property
    def who(self) -> str:
        """What the message is called in a list."""
        return self.name or self.contact or self.reference

    def answers(self, locale: str) -> list[Answer]:
        return list(answers(self.fields, self.labels, locale))

    def further(self, locale: str) -> list[Answer]:
        """The answers that do not stand among the contacts."""
        found = self.answers(locale)
        return [one for one in found if one.kind != "wechat" or one.value != self.wechat]

    def listed(self, locale: str) -> list[tuple[str, str]]:
        return list(listed(self.fields, self.labels, locale))


class Page(msgspec.Struct):
    items: list[Row]
    next_cursor: str | None


class Counts(msgspec.Struct):
    """At most COUNT_MAX each. `mentioned` are those in whose notes somebody was mentioned and that
    they have not looked at since. `later` are snoozed, `pending` the others that wait; `mine`
    and `unassigned` are parts of `pending`, as are `unread` and `overdue`."""

    pending: int = 0
    unread: int = 0
    mine: int = 0
    unassigned: int = 0
    overdue: int = 0
    mentioned: int = 0
    later: int = 0
    handled: int = 0
    spam: int = 0
    trash: int = 0


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
    step: int = 0
    """Which reminder of a chain it is."""
    agent: str | None = None
    """The only one whom it is for, with their name."""
    agent_name: str = ""
    about: str | None = None
    """The remark that it carries, or what else it is about."""


class _Reached(msgspec.Struct):
    id: uuid.UUID
    phone: str
    email: str
    wechat: str


class Shown(msgspec.Struct):
    message: Row
    repeats: list[Row]
    deliveries: list[Sent]


async def inbox(
    organization: uuid.UUID,
    which: Wanted = EVERYTHING,
    *,
    limit: int = 50,
    cursor: str = "",
    by_activity: bool = False,
) -> Page:
    """Newest first, or by what the visitors did last, unless it is `newest_first`. Raises Invalid
    at /limit, /cursor or what `wanted.conditions` names."""
    if not 1 <= limit <= PAGE_MAX:
        raise Invalid.at("/limit", "out_of_range", "Use 1 to {limit}", limit=str(PAGE_MAX))
    by_activity = by_activity and not newest_first(which)
    after = [_after(cursor, by_activity=by_activity)] if cursor else []
    before = uids.cursor(cursor) if cursor and not by_activity else search.EVERY
    rows: list[Stored] = []
    async for conditions in parts(organization, which, before=before):
        order = (Message.activity, Message.id) if by_activity else (Message.id,)
        # What is put in order are ids: with all that is shown it would take many times as long.
        ids = Message.select(Message.id).where(*conditions, *after)
        ids = ids.order_by(*order, ascending=False).limit(limit + 1 - len(rows))
        query = Message.select(*STORED).where(Message.id.is_in(ids))
        rows += await database.rows(Stored, query.order_by(*order, ascending=False))
        if len(rows) > limit:
            break
    items = await completed(rows[:limit])
    if len(rows) <= limit:
        return Page(items, None)
    last = items[-1]
    return Page(items, f"{last.activity}.{last.uid}" if by_activity else last.uid)


def newest_first(which: Wanted) -> bool:
    """Whether its list is never in the order of what visitors did last: the index of the search
    has messages as they came, and SQLite finds few by their ids only where it sorts by them."""
    known = which.q or which.contact or which.mentions or which.answers
    return bool(known or which.since or which.until)


def _after(cursor: str, *, by_activity: bool) -> Combinable:
    if not by_activity:
        return Message.id < uids.cursor(cursor)
    activity, _, uid = cursor.partition(".")
    number = numbers.whole(activity)
    known = number is not None and number <= wanted.NUMBER_MAX
    return WhereRaw(statements.OLDER, number, uids.cursor(uid if known else ""))


async def parts(
    organization: uuid.UUID, which: Wanted, *, before: uuid.UUID = search.EVERY
) -> AsyncIterator[list[Combinable]]:
    """Conditions for what is wanted; for a search several times, each time for other messages,
    newest first."""
    now = await database.now()
    conditions = [*wanted.conditions(organization, which, now)]
    lines = search.reach_lines(which.contact)
    if which.contact and not lines:
        return
    await unseen.allow(which.q, which.contact)
    sought = search.Sought(
        q=which.q, lines=lines, answers=which.answers, since=which.since, until=which.until
    )
    async for part in _looked_for(organization, which, sought, before, now):
        found = [*conditions, *part]
        if lines:
            theirs = await _theirs(found, which.contact)
            found = [*conditions, Message.id.is_in(theirs)] if theirs else []
        if found and which.q and sight.masks():
            async for ids in unseen.seen(found, which.q):
                yield [Message.id.is_in(ids)]
        elif found:
            yield found


async def _looked_for(
    organization: uuid.UUID,
    which: Wanted,
    sought: search.Sought,
    before: uuid.UUID,
    now: dt.datetime,
) -> AsyncIterator[list[Combinable]]:
    """Where to look: at few messages at once, or where the index of the search says."""
    mine = Message.organization == organization
    few = mine if which.only else await _few(organization, wanted.common(organization, which, now))
    if few is None:
        async for part in search.parts(organization, sought, before=before):
            yield [part]
        return
    holds = search.condition(sought)
    yield [few] if holds is None else [few, holds]


async def _few(organization: uuid.UUID, shared: Mapping[str, Sequence[Any]]) -> Combinable | None:
    """Which messages have all of this in common, if they are few. Without the organization, whose
    they are: SQLite would rather walk through its messages."""
    rarest = await common.rarest(organization, shared)
    if rarest is not None:
        these = common.among(rarest).replace("?", "{}")
        return WhereRaw(these, organization, *shared[rarest])
    ids = await common.together(organization, shared)
    if ids is None:
        return None
    these, bound = database.one_of(str(statements.m_.id), ids)
    return WhereRaw(these.replace("?", "{}"), bound)


async def _theirs(conditions: list[Combinable], contact: Sequence[str]) -> list[uuid.UUID]:
    """Without those of others that have the number in their text."""
    query = Message.select(Message.id, Message.phone, Message.email, Message.wechat).where(
        *conditions
    )
    query = query.order_by(Message.id, ascending=False).limit(REACHED_MAX)
    rows = await database.rows(_Reached, query)
    return [row.id for row in rows if any(same.reached(each, row) for each in contact)]


async def count(organization: uuid.UUID, which: Wanted, *, most: int | None = None) -> int:
    """How many there are, or `most` when there are more."""
    found = 0
    async for conditions in parts(organization, which):
        if most is None:
            found += int(await Message.count().where(*conditions))
            continue
        query = Message.select(Message.id).where(*conditions).limit(most - found)
        found += len(await database.values(uuid.UUID, query))
        if found == most:
            break
    return found


async def ids(organization: uuid.UUID, which: Wanted, *, most: int) -> list[uuid.UUID]:
    """Those that visitors did something about last come first; in a search the newest."""
    found: list[uuid.UUID] = []
    async for conditions in parts(organization, which):
        query = Message.select(Message.id).where(*conditions)
        query = query.order_by(Message.activity, Message.id, ascending=False)
        found += await database.values(uuid.UUID, query.limit(most - len(found)))
        if len(found) == most:
            break
    return found


async def counts(organization: uuid.UUID, *, me: uuid.UUID | None = None) -> Counts:
    """`me` is whose messages are "mine"."""
    now = await database.now()
    found = await statements.counts(organization, me, now, most=COUNT_MAX)
    return Counts(**{each.name: each.n for each in found})


async def sites(organization: uuid.UUID) -> list[str]:
    """Where messages came from last, by name; at most SITES_MAX."""
    return await statements.sites(organization, most=SITES_MAX)


async def by_reference(organization: uuid.UUID, text: str) -> Row:
    return await _only(organization, Message.reference == references.read(text))


async def one(organization: uuid.UUID, uid: str) -> Row:
    return await _only(organization, Message.id == uids.uid(uid))


async def _only(organization: uuid.UUID, condition: Combinable) -> Row:
    query = Message.select(*STORED).where(Message.organization == organization, condition)
    found = await database.row(Stored, query)
    if found is None:
        raise NotFound
    return (await completed([found]))[0]


async def show(organization: uuid.UUID, uid: str) -> Shown:
    message = await one(organization, uid)
    repeats = await statements.repeats(organization, uuid.UUID(uid), PAGE_MAX)
    return Shown(message, await completed(repeats), await _deliveries(organization, uid))


class _Owed(msgspec.Struct):
    message: uuid.UUID
    state: str
    n: int


async def completed(rows: list[Stored]) -> list[Row]:
    """As they are shown: with what is told of them, and their tags."""
    if not rows:
        return []
    query = Delivery.select(Delivery.message, Delivery.state, Count(alias="n"))
    query = query.where(Delivery.message.is_in([row.id for row in rows]))
    # Reminders wait for nearly every message, and say nothing about its notices; nor does what one
    # agent is told alone.
    query = query.where(Delivery.purpose.not_in([*PURPOSES]), Delivery.agent.is_null())
    query = query.group_by(Delivery.message, Delivery.state)
    tallies: defaultdict[uuid.UUID, Tally] = defaultdict(Tally)
    for each in await database.rows(_Owed, query):
        tally = tallies[each.message]
        state = "pending" if each.state == "sending" else each.state
        setattr(tally, state, getattr(tally, state) + each.n)
    tagged = await tags.of_each([row.id for row in rows])
    drafts = ReplyDraft.select(ReplyDraft.message).group_by(ReplyDraft.message)
    drafts = drafts.where(ReplyDraft.message.is_in([row.id for row in rows]))
    drafted = set(await database.values(uuid.UUID, drafts))
    acted = await did.last([row.id for row in rows if row.added_at])
    shown = [
        _row(row, tallies[row.id], tagged.get(row.id, []), row.id in drafted, acted.get(row.id, ""))
        for row in rows
    ]
    return [contact_rows.of_message(row) for row in shown] if sight.masks() else shown


def _row(row: Stored, tally: Tally, tagged: list[str], drafted: bool, acted: str) -> Row:
    alike = set(Row.__struct_fields__) - READ_APART
    return Row(
        uid=str(row.id),
        fields=msgspec.json.decode(row.fields, type=dict[str, str]),
        written=msgspec.json.decode(row.written, type=dict[str, str]),
        labels=msgspec.json.decode(row.labels, type=dict[str, Label]),
        consents=msgspec.json.decode(row.consents, type=list[dict[str, str]]),
        repeat_of=str(row.repeat_of) if row.repeat_of else None,
        deliveries=tally,
        assignee=str(row.assignee) if row.assignee else None,
        tags=tagged,
        drafted=drafted,
        did=acted,
        brand=str(row.brand or row.organization),
        **{name: getattr(row, name) for name in alike},
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
            purpose=shown(each.purpose),
            step=step(each.purpose),
            agent=str(each.agent) if each.agent else None,
            agent_name=each.agent_name or "",
            about=str(each.about) if each.about else None,
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
