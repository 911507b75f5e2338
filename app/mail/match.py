"""Which message a mail belongs to, and as whose words."""

from __future__ import annotations

import re
import uuid
from collections.abc import Sequence
from typing import Literal

import msgspec

from app import database
from app.mail import thread
from app.mail.read.shape import Mail
from app.tables import Agent, Delivery, Message, ReceivedMail

NOTICE = re.compile(r"lm\.([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\.[0-9a-f]{12}@")
"""The ids of notices and confirmations: a dispatch, with 74 random bits, and a recipient."""
Side = Literal["visitor", "team", "either", "sender"]
"""Whom the mail that is answered was written to. "either": its id is in the mails to both.
"sender": it came from the visitor themselves, who goes on with it."""
FoundBy = Literal["id", "own", "address", "subject"]
"""How a message is found: by the id of a mail of ours, by that of the visitor's own mail, by the
mark behind the plus of an address, by the one in the subject."""
TO_VISITOR = ("confirm",)
"""Purposes of deliveries that go to the visitor."""


class Thread(msgspec.Struct, frozen=True):
    """A message, and who was written to in the mail that is answered: with the reply that it said,
    or the dispatch that it was, if it was one."""

    message: uuid.UUID
    side: Side
    by: FoundBy = "id"
    remark: uuid.UUID | None = None
    dispatch: uuid.UUID | None = None


class Member(msgspec.Struct, frozen=True):
    id: uuid.UUID
    name: str
    email: str

    @property
    def by(self) -> str:
        return self.name or self.email


class _Told(msgspec.Struct):
    dispatch: uuid.UUID
    message: uuid.UUID
    purpose: str


class _Own(msgspec.Struct):
    message_id: str
    message: uuid.UUID


class _Left(msgspec.Struct):
    id: uuid.UUID
    email: str


async def threads(organization: uuid.UUID, ids: Sequence[str]) -> list[Thread]:
    """What the answered mails were about, by the nearest of them that is ours, else by the nearest
    that came in. Several: a notice that told of several messages at once."""
    for each in ids:
        found = await _thread(organization, each)
        if found:
            return found
    return await _went_on(organization, ids)


async def _went_on(organization: uuid.UUID, ids: Sequence[str]) -> list[Thread]:
    m = ReceivedMail
    if not ids:
        return []
    query = m.select(m.message_id, m.message).where(
        m.organization == organization,
        m.message_id.is_in(list(ids)),
        m.message.is_not_null(),
        m.kind == "mail",
    )
    known = {each.message_id: each.message for each in await database.rows(_Own, query)}
    return next(([Thread(known[each], "sender", "own")] for each in ids if each in known), [])


async def _thread(organization: uuid.UUID, mail_id: str) -> list[Thread]:
    mail_id = thread.plain(mail_id)
    if notice := NOTICE.match(mail_id):
        return await _noticed(organization, uuid.UUID(notice[1]))
    ours = thread.ID.fullmatch(mail_id) and thread.message_of(mail_id)
    if not ours:
        return []
    return [Thread(ours.message, "visitor" if ours.remark else "either", remark=ours.remark)]


def named(mail: Mail) -> list[Thread]:
    """The message that a token of ours names, in the subject or behind the plus of an address. It
    proves nothing about who wrote."""
    marks: list[tuple[FoundBy, str]] = [
        ("address", each.partition("@")[0].partition("+")[2]) for each in mail.to
    ]
    for by, each in (*marks, ("subject", mail.subject)):
        for token in thread.TOKEN.findall(each):
            if found := thread.message_of(token):
                return [Thread(found.message, "either", by)]
    return []


async def _noticed(organization: uuid.UUID, dispatch: uuid.UUID) -> list[Thread]:
    d = Delivery
    query = d.select(d.dispatch, d.message, d.purpose).where(
        d.organization == organization, d.dispatch == dispatch, d.message.is_not_null()
    )
    found = [
        Thread(row.message, "visitor" if row.purpose in TO_VISITOR else "team", dispatch=dispatch)
        for row in await database.rows(_Told, query)
    ]
    return list(dict.fromkeys(found))


async def is_ours(organization: uuid.UUID, mail: Mail) -> bool:
    """Whether we sent it ourselves: a notice that came back into the mailbox."""
    return bool(await _thread(organization, mail.message_id))


async def member(organization: uuid.UUID, address: str) -> Member | None:
    """The agent with that address who may answer visitors."""
    query = Agent.select(Agent.id, Agent.name, Agent.email).where(
        Agent.organization == organization,
        Agent.email == address,
        Agent.disabled_at.is_null(),
        Agent.role != "viewer",
    )
    return await database.row(Member, query)


async def visitor(organization: uuid.UUID, message: uuid.UUID) -> str | None:
    """Their address in lower case, empty where they left none; None without such a message, and for
    one that was anonymised: nothing of them comes back to it."""
    query = Message.select(Message.id, Message.email).where(
        Message.organization == organization, Message.id == message, Message.erased_at.is_null()
    )
    row = await database.row(_Left, query)
    return None if row is None else row.email.lower()
