"""Erasing messages with all that belongs to them, in one transaction for some of them each."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import msgspec

from app import database, queue
from app.deliveries import again, recalls
from app.deliveries.owe import Listener, Locked, cancel, chosen, listening, lock, named
from app.erasure import statements
from app.feed import write as feed
from app.messages import events, search
from app.messages.events import Happened
from app.messages.statements import waiting as waiting_of
from app.overview import kept
from app.people import audit
from app.tables import (
    Delivery,
    Event,
    KeptAnswer,
    Mention,
    Message,
    ReceivedMail,
    Remark,
    ReplyDraft,
    Tombstone,
    VisitorFile,
)

AT_ONCE = 200
"""Messages erased in one transaction: visitors' messages wait that long at most."""
ERASED = "message.erased", "messages.erased"
ANONYMISED = "message.anonymised", "messages.anonymised"
"""As the audit names them, of one message and of several."""
BLANK: dict[Any, Any] = {
    Message.fingerprint: "",
    Message.name: "",
    Message.phone: "",
    Message.email: "",
    Message.wechat: "",
    Message.content: "",
    Message.fields: "{}",
    Message.written: "{}",
    Message.labels: "{}",
    Message.consents: "[]",
    Message.page_url: "",
    Message.referrer: "",
    Message.external_id: "",
    Message.ip: "",
    Message.user_agent: "",
    Message.search: "",
    Message.note: "",
    Message.files: 0,
}
"""What is left of a message for the numbers: when it came, from where, what became of it."""
GRAVE = (Tombstone.id, Tombstone.organization, Tombstone.at)
Part = Callable[[uuid.UUID, Locked, Sequence[uuid.UUID], str], Awaitable[list[uuid.UUID]]]


class _Grave(msgspec.Struct):
    id: uuid.UUID
    organization: uuid.UUID
    at: dt.datetime


async def remove(organization: uuid.UUID, messages: Sequence[uuid.UUID], *, by: str) -> int:
    """For good. Returns how many; messages of others do not exist."""
    return await _in_parts(part, organization, messages, by)


async def anonymise(organization: uuid.UUID, messages: Sequence[uuid.UUID], *, by: str) -> int:
    """Erases who they were from and what was written, of those that were handled: the numbers keep
    counting them. Others are erased whole: nobody could answer them any more."""
    return await _in_parts(blank_part, organization, messages, by)


async def _in_parts(
    do: Part, organization: uuid.UUID, messages: Sequence[uuid.UUID], by: str
) -> int:
    done = 0
    for start in range(0, len(messages), AT_ONCE):
        async with database.transaction():
            org = await lock(organization)
            done += len(await do(organization, org, messages[start : start + AT_ONCE], by))
        queue.wake(organization, org.wakes)
    await database.forget()
    return done


async def part(
    organization: uuid.UUID, org: Locked, messages: Sequence[uuid.UUID], by: str
) -> list[uuid.UUID]:
    """What one transaction erases, in which `org` is held; what only repeats one of them goes with
    it. Returns which."""
    found = await statements.with_repeats(organization, messages)
    if not found:
        return []
    dispatches = sorted(await statements.carried(found))
    alone = await _let_go(organization, found)
    await _leave_files(found)
    await recalls.owe_recalls(found, org.now)
    async with kept.following(organization, found):
        await Message.delete().where(Message.id.is_in(found))
    await statements.forget_words(dispatches)
    await statements.forget_empty(dispatches)
    graves = [_Grave(each, organization, org.now) for each in found]
    await database.insert(GRAVE, graves, keep=True)
    await feed.erased(organization, org, found)
    await again.tell(organization, alone, org.now)
    await _record(organization, ERASED, found, by)
    return found


async def blank_part(
    organization: uuid.UUID, org: Locked, messages: Sequence[uuid.UUID], by: str
) -> list[uuid.UUID]:
    """As `part`, but what was handled stays as a number."""
    handled = await statements.handled(organization, messages)
    others = [each for each in messages if each not in handled]
    gone = await part(organization, org, others, by) if others else []
    found = await statements.with_repeats(organization, sorted(handled))
    if not found:
        return gone
    dispatches = sorted(await statements.carried(found))
    for each in found:
        await cancel(Delivery.message, each, reason="erased", now=org.now)
    await _leave_files(found)
    await recalls.owe_recalls(found, org.now)
    for table in (Remark, ReplyDraft, ReceivedMail, Event, Mention, KeptAnswer):
        await table.delete().where(table.message.is_in(found))
    await Message.update({**BLANK, Message.erased_at: org.now, Message.changed: org.wakes}).where(
        Message.id.is_in(found)
    )
    await statements.forget_words(dispatches)
    await search.renew(found)
    happened = [Happened(each) for each in found]
    await events.record(organization, happened, "anonymised", by=by, org=org)
    await feed.erased(organization, org, found)
    await _record(organization, ANONYMISED, found, by)
    return gone + found


async def _leave_files(messages: Sequence[uuid.UUID]) -> None:
    """A worker removes files that nobody has, with their bytes."""
    await VisitorFile.update({VisitorFile.message: None, VisitorFile.name: ""}).where(
        VisitorFile.message.is_in([*messages])
    )


async def _let_go(
    organization: uuid.UUID, found: Sequence[uuid.UUID]
) -> list[tuple[uuid.UUID, str, Sequence[Listener]]]:
    """Others wrote the same as one that goes: from now on theirs stand alone. Returns those that
    nobody may have been told of, with the channels to tell."""
    others = await statements.others(found)
    if not others:
        return []
    waiting = set(await waiting_of(found))
    await Message.update({Message.repeat_of: None}).where(
        Message.id.is_in([each.id for each in others])
    )
    listeners = [each for each in await listening(organization) if each.purpose == "new"]
    return [
        (each.id, each.priority, chosen(listeners, named(each.channels), each.priority))
        for each in others
        if each.status == "pending" and each.repeat_of in waiting
    ]


async def _record(
    organization: uuid.UUID, acts: tuple[str, str], found: Sequence[uuid.UUID], by: str
) -> None:
    """The audit knows which, and nothing of whom."""
    one, many = acts
    if len(found) == 1:
        await audit.record(organization, by, one, found[0])
    else:
        await audit.record(organization, by, many, "", str(len(found)))
