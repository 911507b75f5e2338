"""Replies that programs propose. Nobody outside the team sees one until a person sends it; what is
sent or discarded is a draft no more."""

from __future__ import annotations

import contextlib
import datetime as dt
import uuid

import msgspec
from piccolo.custom_types import Combinable

from app import database
from app.catalogue import N_
from app.contacts import rows as contact_rows
from app.contacts import sight
from app.contacts.mask import hidden, restored
from app.deliveries.owe import Locked, lock
from app.errors import Conflict, Invalid
from app.messages import events, remarks
from app.messages.events import Happened
from app.messages.remarks import Added
from app.people import audit
from app.reading import uids
from app.tables import Message, ReplyDraft, new_id

DRAFTS_MAX = 5
"""Of one message: a program that runs wild fills no page."""
UNCLEAR = N_(
    "A contact that is masked in it cannot be put back: send it unchanged, or write without it"
)
GONE = N_("This draft was sent or discarded already. Look again")


class Draft(msgspec.Struct, kw_only=True):
    """`author` is the name of the program's token."""

    id: uuid.UUID
    author: str
    text: str
    created_at: dt.datetime

    @property
    def uid(self) -> str:
        return str(self.id)


class _Row(Draft, kw_only=True):
    organization: uuid.UUID
    message: uuid.UUID


SHOWN = (ReplyDraft.id, ReplyDraft.author, ReplyDraft.text, ReplyDraft.created_at)
ROW = (*SHOWN, ReplyDraft.organization, ReplyDraft.message)


async def of(organization: uuid.UUID, message: str) -> list[Draft]:
    """Oldest first."""
    found = await _stored(_of(organization, message))
    if not found or not sight.masks():
        return found
    known = await contact_rows.known_of([uids.uid(message)])
    return [msgspec.structs.replace(each, text=hidden(each.text, known)) for each in found]


async def add(organization: uuid.UUID, message: str, text: str, *, by: str) -> Draft:
    """The draft: the earlier one of the same words. Raises NotFound, Invalid at /text."""
    body = remarks.checked(text)
    async with database.transaction():
        org = await lock(organization)
        await remarks.exists(organization, message, erased=False)
        before = await _stored(_of(organization, message))
        if same := [each for each in before if (each.author, each.text) == (by, body)]:
            return same[0]
        if len(before) >= DRAFTS_MAX:
            detail = "There are {limit} drafts. Somebody has to send or discard some first"
            raise Invalid.at("/text", "too_many", detail, limit=str(DRAFTS_MAX))
        row = _Row(
            id=new_id(),
            organization=organization,
            message=uids.uid(message),
            author=by,
            text=body,
            created_at=org.now,
        )
        await database.insert(ROW, [row])
        await _tell(organization, org, message, "drafted", by=by)
    return Draft(id=row.id, author=row.author, text=row.text, created_at=row.created_at)


async def release(
    organization: uuid.UUID, message: str, draft: str, text: str, *, by: str, agent: uuid.UUID
) -> Added:
    """A person sends it, as it is or as they have changed it; it goes where replies go. Raises
    Conflict when it is no draft any more, Invalid at /text."""
    found = await _one(organization, message, draft)
    whole = await _as_meant(message, found.text, text)

    async def gone(_remark: uuid.UUID) -> None:
        await _remove(organization, message, found.id)
        await audit.record(organization, by, "message.released", message, found.author)

    async def over(remark: uuid.UUID) -> None:
        # This draft, or another one with the same words, was sent a moment ago.
        with contextlib.suppress(Conflict):
            await gone(remark)

    return await remarks.add(
        organization,
        message,
        whole,
        visible=True,
        by=by,
        agent=agent,
        once=draft,
        came={"drafter": found.author},
        also=gone,
        twice=over,
    )


async def discard(organization: uuid.UUID, message: str, draft: str, *, by: str) -> None:
    """Raises Conflict when it is no draft any more."""
    found = await _one(organization, message, draft)
    async with database.transaction():
        org = await lock(organization)
        await _remove(organization, message, found.id)
        await _tell(organization, org, message, "discarded", by=by)


async def _stored(which: Combinable) -> list[Draft]:
    query = ReplyDraft.select(*SHOWN).where(which).order_by(ReplyDraft.id)
    return await database.rows(Draft, query)


async def _as_meant(message: str, stands: str, typed: str) -> str:
    """Whoever sees a contact masked and leaves it as it is sends what stands there."""
    if not sight.masks():
        return typed
    known = await contact_rows.known_of([uids.uid(message)])
    if remarks.checked(typed) == hidden(stands, known):
        return stands
    try:
        return restored(typed, stands, known)
    except ValueError:
        raise Invalid.at("/text", "masked", UNCLEAR) from None


def _of(organization: uuid.UUID, message: str) -> Combinable:
    return (ReplyDraft.organization == organization) & (ReplyDraft.message == uids.uid(message))


async def _one(organization: uuid.UUID, message: str, draft: str) -> Draft:
    found = await _stored(_of(organization, message) & (ReplyDraft.id == uids.uid(draft)))
    if not found:
        raise Conflict("draft_gone", GONE)
    return found[0]


async def _remove(organization: uuid.UUID, message: str, draft: uuid.UUID) -> None:
    """Within a transaction that holds the organization; of two that send, the second finds none."""
    this = _of(organization, message) & (ReplyDraft.id == draft)
    if not await ReplyDraft.delete().where(this).returning(ReplyDraft.id):
        raise Conflict("draft_gone", GONE)


async def _tell(
    organization: uuid.UUID, org: Locked, message: str, action: str, *, by: str
) -> None:
    happened = [Happened(uids.uid(message))]
    await events.record(organization, happened, action, by=by, org=org)
    await Message.update({Message.changed: org.wakes}).where(Message.id == uids.uid(message))
    await audit.record(organization, by, f"message.{action}", message)
