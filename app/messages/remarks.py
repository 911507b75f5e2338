"""Remarks on a message: replies, notes for colleagues, and the visitor's own additions. A visitor
sees what is marked visible, and what they wrote themselves."""

from __future__ import annotations

import datetime as dt
import hashlib
import uuid
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

import msgspec
from piccolo.query.functions import Count

from app import database, queue, tables
from app.contacts import rows as contact_rows
from app.contacts import sight
from app.contacts.mask import hidden
from app.deliveries import recalls
from app.deliveries.more import owe_more
from app.deliveries.owe import Locked, lock
from app.deliveries.personal.owe import owe_mentions
from app.errors import Conflict, Invalid, NotFound
from app.feed import write as feed
from app.mail.replies import Where, owe_reply, taken_back
from app.messages import events, mentions, search
from app.messages.events import Happened
from app.overview import kept
from app.people import audit
from app.reading import uids
from app.tables import Message, new_id
from app.text import has_controls, typed, visible

TEXT_MAX = 5000
ADDITIONS_MAX = 20
"""Additions of one visitor to one message; more need a new message."""
TWICE = dt.timedelta(seconds=10)
"""The same words by the same agent within this time are one button pressed twice."""
MARK_BITS = 62
"""Of an id, behind its time and version."""
ONCE_MAX = 64


Also = Callable[[uuid.UUID], Awaitable[None]]
"""What else belongs into the same transaction; it gets the remark's id."""


async def _nothing(_remark: uuid.UUID) -> None:
    pass


class Remark(msgspec.Struct, kw_only=True):
    """`author` is empty when the visitor wrote it."""

    uid: str
    author: str
    text: str
    visible: bool
    created_at: dt.datetime


class Added(msgspec.Struct, kw_only=True):
    """The remark: the earlier one when it was said already, which goes nowhere again. `goes` is
    where a reply goes."""

    remark: str
    goes: Where | None = None


class Stored(msgspec.Struct, kw_only=True):
    """A row of `remark`."""

    id: uuid.UUID
    organization: uuid.UUID
    message: uuid.UUID
    author: str
    text: str
    visible: bool
    created_at: dt.datetime


STORED = (
    tables.Remark.id,
    tables.Remark.organization,
    tables.Remark.message,
    tables.Remark.author,
    tables.Remark.text,
    tables.Remark.visible,
    tables.Remark.created_at,
)


async def of(organization: uuid.UUID, message: str, *, for_visitor: bool = False) -> list[Remark]:
    """Oldest first. A visitor gets neither what is not visible nor who wrote it."""
    query = tables.Remark.select(*STORED).order_by(tables.Remark.id)
    query = query.where(
        tables.Remark.organization == organization, tables.Remark.message == uids.uid(message)
    )
    known = await contact_rows.known_of([uids.uid(message)]) if sight.masks() else []
    return [
        Remark(
            uid=str(row.id),
            author="agent" if row.author and for_visitor else row.author,
            text=hidden(row.text, known) if sight.masks() else row.text,
            visible=row.visible,
            created_at=row.created_at,
        )
        for row in await database.rows(Stored, query)
        if row.visible or not for_visitor
    ]


class _Counted(msgspec.Struct):
    message: uuid.UUID
    n: int


async def counted(messages: Sequence[uuid.UUID]) -> dict[uuid.UUID, int]:
    """How many each of them has; those without any are left out."""
    query = tables.Remark.select(tables.Remark.message, Count(alias="n"))
    query = query.where(tables.Remark.message.is_in(list(messages)))
    query = query.group_by(tables.Remark.message)
    return {each.message: each.n for each in await database.rows(_Counted, query)}


async def add(
    organization: uuid.UUID,
    message: str,
    text: str,
    *,
    visible: bool,
    by: str,
    agent: uuid.UUID | None = None,
    once: str = "",
    came: Mapping[str, Any] | None = None,
    also: Also = _nothing,
    twice: Also = _nothing,
) -> Added:
    """An agent's reply (visible), which is mailed to the visitor too if it can be, or note, which
    tells the colleagues that it mentions, but not the `agent` who writes it. The same words under
    the same key `once` are added once. `came` says by which way, for the story. If it was said
    already, `twice` is called in place of `also`, with the earlier one."""
    body = checked(text)
    async with database.transaction():
        org = await lock(organization)
        await exists(organization, message)
        mark = _mark(once, by, body, visible)
        earlier = await _just_said(message, by, body, visible, org.now)
        if earlier is None:
            earlier = (await _marks(message, by)).get(mark)
        if earlier is not None:
            await twice(earlier)
            return Added(remark=str(earlier))
        row = await _insert(organization, message, by, body, visible, org.now, mark)
        action = "replied" if visible else "noted"
        notes = {} if visible else {row.message: body}
        called = await mentions.record(organization, notes, now=org.now, number=org.wakes)
        said = {"mentions": called[row.message]} if called.get(row.message) else {}
        event = await _tell(org, row, action, by=by, more={**said, **(came or {})})
        await owe_mentions(organization, org, called, {row.message: event}, but=agent)
        await also(row.id)
        goes = await owe_reply(organization, org, row.message, row.id, by=by) if visible else None
        await audit.record(organization, by, f"message.{action}", message)
    if goes is not None and goes.to:
        queue.wake(organization, org.wakes)
    return Added(remark=str(row.id), goes=goes)


async def take_back(organization: uuid.UUID, message: str, remark: str, *, by: str) -> str:
    """Ends a reply that has gone nowhere, and returns what it said. Raises NotFound unless it is
    theirs, and Conflict when it is too late."""
    async with database.transaction():
        org = await lock(organization)
        query = tables.Remark.select(*STORED).where(
            tables.Remark.organization == organization,
            tables.Remark.message == uids.uid(message),
            tables.Remark.id == uids.uid(remark),
            tables.Remark.author == by,
            tables.Remark.visible.eq(True),
        )
        row = await database.row(Stored, query)
        if row is None:
            raise NotFound
        if not await taken_back(row.message, row.id, row.created_at, org.now):
            raise Conflict("too_late", "The reply has gone already and cannot be taken back")
        await tables.Remark.delete().where(tables.Remark.id == row.id)
        await search.renew([row.message])
        await _tell(org, row, "unreplied", by=by, more={})
        await audit.record(organization, by, "message.unreplied", message)
    return await _as_seen(row)


async def _as_seen(row: Stored) -> str:
    """What its author has read of it: they may have sent a draft of which they see no contacts."""
    if not sight.masks():
        return row.text
    story = await events.of(row.organization, row.message)
    drafted = {each.now.get("remark") for each in story if "drafter" in each.now}
    if str(row.id) not in drafted:
        return row.text
    return hidden(row.text, await contact_rows.known_of([row.message]))


async def _just_said(
    message: str, by: str, body: str, visible: bool, now: dt.datetime
) -> uuid.UUID | None:
    """The remark in which they have just said it."""
    said = tables.Remark
    query = said.select(said.id).order_by(said.id, ascending=False)
    query = query.where(
        said.message == uids.uid(message),
        said.author == by,
        said.text == body,
        said.visible == visible,
        said.created_at > now - TWICE,
    )
    return await database.value(uuid.UUID, query)


async def append(
    organization: uuid.UUID,
    message: str,
    text: str,
    *,
    once: str = "",
    came: Mapping[str, Any] | None = None,
    also: Also = _nothing,
) -> None:
    """The visitor adds to their message: it is unread and pending again, and owed to the channels.
    The same words under the same key `once` are added once. `came` says by which way, for the
    story. Raises Invalid at /text."""
    body = checked(text)
    async with database.transaction():
        org = await lock(organization)
        await exists(organization, message, erased=False)
        mark, added = _mark(once, "", body, True), await _marks(message, "")
        if mark in added:
            return
        if len(added) >= ADDITIONS_MAX:
            raise Invalid.at("/text", "too_many", "Please write a new message instead")
        row = await _insert(organization, message, "", body, True, org.now, mark)
        await _tell(org, row, "added", more=came or {})
        await also(row.id)
        async with kept.following(organization, [row.message]):
            await reopen(organization, message, org)
        await tell_channels(organization, message, org.now)
    queue.wake(organization, org.wakes)


async def judge(organization: uuid.UUID, message: str, *, solved: bool) -> None:
    """The visitor says whether it is solved; "no" opens the message again."""
    async with database.transaction():
        org = await lock(organization)
        await exists(organization, message, erased=False)
        said = "yes" if solved else "no"
        async with kept.following(organization, [uids.uid(message)]):
            await Message.update({Message.solved: said, Message.changed: org.wakes}).where(
                Message.organization == organization, Message.id == uids.uid(message)
            )
            if not solved:
                await reopen(organization, message, org)
        action = "solved" if solved else "unsolved"
        happened = [Happened(uids.uid(message))]
        await events.record(organization, happened, action, by="", org=org)
        await audit.record(organization, audit.VISITOR, f"message.{action}", message)


def checked(text: str) -> str:
    """What is stored of it. Raises Invalid at /text."""
    if has_controls(text):
        raise Invalid.at(
            "/text",
            "control_characters",
            "Control characters cannot be stored. Send it without them",
        )
    body = typed(text)
    if not visible(body):
        raise Invalid.at("/text", "required", "Write something first")
    if len(body) > TEXT_MAX:
        detail = "A reply or note has at most {limit} characters"
        raise Invalid.at("/text", "too_long", detail, limit=str(TEXT_MAX))
    return body


async def exists(organization: uuid.UUID, message: str, *, erased: bool = True) -> None:
    """Raises NotFound unless the message is the organization's; `erased` ones have lost their
    visitor, who says nothing there any more."""
    query = Message.exists().where(
        Message.organization == organization, Message.id == uids.uid(message)
    )
    if not await (query if erased else query.where(Message.erased_at.is_null())):
        raise NotFound


def _mark(once: str, by: str, body: str, visible: bool) -> int:
    """What the id of a remark ends with that was sent from a form with a key; 0 without one."""
    if not once:
        return 0
    said = msgspec.json.encode([once[:ONCE_MAX], by, body, visible])
    digest = int.from_bytes(hashlib.sha256(said).digest()[:8], "big")
    return digest % (1 << MARK_BITS)


async def _marks(message: str, by: str) -> dict[int, uuid.UUID]:
    """Of what they have added to the message: the remark by its mark."""
    said = tables.Remark
    query = said.select(said.id).where(said.message == uids.uid(message), said.author == by)
    found = await database.values(uuid.UUID, query)
    return {each.int % (1 << MARK_BITS): each for each in found}


async def _insert(
    organization: uuid.UUID,
    message: str,
    author: str,
    text: str,
    visible: bool,
    now: dt.datetime,
    mark: int,
) -> Stored:
    made = new_id()
    row = Stored(
        id=uuid.UUID(int=(made.int >> MARK_BITS << MARK_BITS) | mark) if mark else made,
        organization=organization,
        message=uids.uid(message),
        author=author,
        text=text,
        visible=visible,
        created_at=now,
    )
    await database.insert(STORED, [row])
    await search.renew([row.message])
    return row


async def _tell(
    org: Locked, row: Stored, action: str, *, by: str = "", more: Mapping[str, Any]
) -> uuid.UUID:
    """Makes it part of the message's story; returns the event."""
    happened = [Happened(row.message, now={"remark": str(row.id), **more})]
    (event,) = await events.record(row.organization, happened, action, by=by, org=org)
    await Message.update({Message.changed: org.wakes}).where(Message.id == row.message)
    return event


async def reopen(organization: uuid.UUID, message: str, org: Locked) -> None:
    """Makes it pending and unread again, and the newest; spam stays spam, the trash stays so."""
    handled = org.feed_from is not None and await Message.exists().where(
        Message.organization == organization,
        Message.id == uids.uid(message),
        Message.status == "handled",
    )
    await Message.update(
        {
            Message.status: "pending",
            Message.outcome: "",
            Message.outcome_reason: "",
            Message.handled_at: None,
            Message.read_at: None,
            Message.added_at: org.now,
            Message.snoozed_until: None,
            Message.activity: org.wakes,
            Message.changed: org.wakes,
        }
    ).where(
        Message.organization == organization,
        Message.id == uids.uid(message),
        Message.status.not_in(["spam", "trash"]),
    )
    await recalls.keep([uids.uid(message)])
    if handled:
        await feed.reopened(organization, org, uids.uid(message))


async def tell_channels(organization: uuid.UUID, message: str, now: dt.datetime) -> None:
    """One more notice to every channel; several additions in a row share it while it waits."""
    unwanted = Message.exists().where(
        Message.id == uids.uid(message), Message.status.is_in(["spam", "trash"])
    )
    if not await unwanted:
        await owe_more(organization, uids.uid(message), now)
