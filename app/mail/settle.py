"""A mail that came in goes where it belongs, exactly once: into the story of a message, into a
message of its own, or to those that wait for somebody to decide."""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
import uuid
from collections.abc import Mapping
from typing import Any

import msgspec

from app import database, queue
from app.deliveries.owe import lock
from app.errors import Error, Invalid, NotFound, Unavailable
from app.mail import attachments, bounce, fresh, mailboxes, match, receive
from app.mail.mailboxes import Listed
from app.mail.match import Member, Thread
from app.mail.read.mail import read
from app.mail.read.shape import Mail
from app.messages import events, remarks
from app.messages.events import Happened
from app.tables import Message, ReceivedMail
from app.text import visible

log = logging.getLogger(__name__)

TRIES = 5
SUBJECT_MAX, TEXT_MAX = 300, 200_000
NOTHING_SAID = "[…]"
"""In place of words, where somebody only attached something."""


class Settled(Error):
    """Somebody else has settled it meanwhile."""


class Row(msgspec.Struct, kw_only=True):
    id: uuid.UUID
    organization: uuid.UUID
    mailbox: uuid.UUID | None
    original: str
    state: str
    tries: int


_ROW = (
    ReceivedMail.id,
    ReceivedMail.organization,
    ReceivedMail.mailbox,
    ReceivedMail.original,
    ReceivedMail.state,
    ReceivedMail.tries,
)


async def step() -> bool:
    """Settles one that nobody has settled; whether there was one. What cannot be read after
    several tries waits for somebody."""
    query = ReceivedMail.select(*_ROW).where(ReceivedMail.state == "new")
    row = await database.row(Row, query.order_by(ReceivedMail.tries, ReceivedMail.id).limit(1))
    if row is None:
        return False
    await settle(row.organization, row.id)
    return True


async def settle(organization: uuid.UUID, uid: uuid.UUID) -> None:
    """Does nothing for one that is settled. Raises Unavailable while the database is away."""
    query = ReceivedMail.select(*_ROW).where(
        ReceivedMail.organization == organization, ReceivedMail.id == uid
    )
    row = await database.row(Row, query)
    if row is None or row.state != "new":
        return
    try:
        await _settle(row)
    except Settled:
        return
    except Unavailable:
        raise
    except RecursionError:
        # No mail, and it will be none the next time: to read it once is dear enough.
        await _failed(row, tries=TRIES)
    except Exception:
        # Whatever it is, the next mails do not wait for this one.
        log.exception("a mail could not be settled", extra={"mail": str(row.id)})
        await _failed(row, tries=row.tries + 1)


async def _settle(row: Row) -> None:
    raw = receive.opened(row.organization, row.id, row.original)
    box = await _mailbox(row)
    # A large one takes its time, and visitors do not wait for it.
    mail = await asyncio.to_thread(read, raw, server=box.config.trusted if box else "")
    box = box or await mailboxes.addressed(row.organization, mail.to)
    if await match.is_ours(row.organization, mail):
        await _close(row, mail, state="done", reason="own")
        return
    found = await match.threads(row.organization, mail.references)
    found = found or match.named(mail)
    if mail.kind != "mail":
        await _automatic(row, mail, found)
        return
    reason = await _answer(row, mail, found) if found else "unknown"
    if reason == "unknown" and box and box.config.source:
        left = await fresh.leave(row.organization, box.config.brand, mail, key=str(row.id))
        await _close(row, mail, state="done", message=left, found_by="source")
    elif reason:
        await _close(row, mail, state="waiting", reason=reason)


async def _mailbox(row: Row) -> Listed | None:
    if row.mailbox is None:
        return None
    try:
        return await mailboxes.one(row.organization, row.mailbox)
    except NotFound:
        return None


async def _answer(row: Row, mail: Mail, found: list[Thread]) -> str:
    """Puts it to its message; returns why not, empty when it did."""
    if len({each.message for each in found}) > 1:
        return "several"
    thread = found[0]
    address = await match.visitor(row.organization, thread.message)
    if address is None:
        return "unknown"
    member = await match.member(row.organization, mail.sender)
    if mail.forged:
        return "forged"
    try:
        # A visitor knows the ids of "either", and anybody can write as anybody.
        speaks = thread.side == "team" or (thread.side == "either" and mail.proven)
        if speaks and member is not None and mail.sender != address:
            await reply(row, mail, thread, member)
        elif thread.side == "visitor" or (address and mail.sender == address):
            await add(row, mail, thread)
        else:
            # Whoever got the notice passed on to them is neither of the team nor the visitor.
            return "stranger"
    except Invalid:
        return "full"
    return ""


async def add(row: Row, mail: Mail, thread: Thread) -> None:
    """As the visitor's own words: the message is open again, and the team is told."""
    await remarks.append(
        row.organization,
        str(thread.message),
        _words(mail),
        came=_came(row, mail),
        also=_done(row, mail, thread),
    )


async def reply(row: Row, mail: Mail, thread: Thread, member: Member) -> None:
    """As a reply of an agent to the visitor. The same words by the same agent a moment ago are not
    said again."""

    async def twice(_remark: uuid.UUID) -> None:
        await _write(
            row,
            mail,
            state="done",
            reason="twice",
            message=thread.message,
            found_by=thread.by,
        )

    await remarks.add(
        row.organization,
        str(thread.message),
        _words(mail),
        visible=True,
        by=member.by,
        agent=member.id,
        came=_came(row, mail),
        also=_done(row, mail, thread),
        twice=twice,
    )


def _words(mail: Mail) -> str:
    """As much as a remark holds. All of it is one click away."""
    said = mail.said if visible(mail.said) else NOTHING_SAID
    return said if len(said) <= remarks.TEXT_MAX else f"{said[: remarks.TEXT_MAX - 1]}…"


def _came(row: Row, mail: Mail) -> dict[str, Any]:
    return {"mail": str(row.id), "from": mail.sender}


def _done(row: Row, mail: Mail, thread: Thread) -> remarks.Also:
    async def also(remark: uuid.UUID) -> None:
        await _write(
            row, mail, state="done", message=thread.message, remark=remark, found_by=thread.by
        )

    return also


async def _automatic(row: Row, mail: Mail, found: list[Thread]) -> None:
    """What programs write opens nothing and tells nobody; it stands in the story. A mail to the
    visitor that came back has failed."""
    if len({each.message for each in found}) != 1:
        await _several(row, mail, found)
        return
    thread = found[0]
    address = await match.visitor(row.organization, thread.message)
    if address is None:
        await _close(row, mail, state="waiting", reason=mail.kind)
        return
    message = thread.message
    facts: Mapping[str, Any] = _came(row, mail)
    if mail.kind in {"bounce", "delayed"}:
        told = msgspec.structs.asdict(mail.bounce)
        facts = {**facts, **{name: said for name, said in told.items() if said}}
    async with database.transaction():
        org = await lock(row.organization)
        await _write(row, mail, state="done", message=message, reason=mail.kind, found_by=thread.by)
        if mail.kind == "bounce":
            await _came_back(row, mail, thread, address, org.now)
        action = {"bounce": "bounced", "delayed": "delayed"}.get(mail.kind, "autoreplied")
        await events.record(
            row.organization,
            [Happened(message, now=dict(facts))],
            action,
            by=mail.sender,
            org=org,
        )
        await Message.update({Message.changed: org.wakes}).where(Message.id == message)
    queue.wake(row.organization, org.wakes)


async def _came_back(row: Row, mail: Mail, thread: Thread, address: str, now: dt.datetime) -> None:
    if thread.side == "team" and thread.dispatch is not None:
        await bounce.notice_came_back(row.organization, thread.dispatch, mail.bounce, now)
    else:
        await bounce.came_back(row.organization, thread, mail.bounce, address, now)


async def _several(row: Row, mail: Mail, found: list[Thread]) -> None:
    """It waits, as no message is meant alone. A notice of several that came back has failed."""
    async with database.transaction():
        org = await lock(row.organization)
        await _write(row, mail, state="waiting", reason=mail.kind)
        if mail.kind == "bounce" and found and found[0].side == "team":
            await _came_back(row, mail, found[0], "", org.now)


async def _close(
    row: Row,
    mail: Mail,
    *,
    state: str,
    reason: str = "",
    message: uuid.UUID | None = None,
    found_by: str = "",
) -> None:
    async with database.transaction():
        await _write(row, mail, state=state, message=message, reason=reason, found_by=found_by)


async def _write(
    row: Row,
    mail: Mail,
    *,
    state: str,
    message: uuid.UUID | None = None,
    remark: uuid.UUID | None = None,
    reason: str = "",
    found_by: str = "",
) -> None:
    """Only inside the transaction of what becomes of it. Raises Settled."""
    m = ReceivedMail
    values: dict[Any, Any] = {
        m.state: state,
        m.reason: reason,
        m.kind: mail.kind,
        m.message: message,
        m.remark: remark,
        m.found_by: found_by,
        m.message_id: mail.message_id,
        m.sender: mail.sender[:254],
        m.sender_name: mail.sender_name[:128],
        m.subject: mail.subject[:SUBJECT_MAX],
        m.text: mail.text[:TEXT_MAX],
        m.said: mail.said[:TEXT_MAX],
        m.left_out: mail.left_out,
        m.original: "",
        m.settled_at: await database.now(),
    }
    changed = await m.update(values).where(m.id == row.id, m.state == "new").returning(m.id)
    if not changed:
        raise Settled
    await attachments.keep(row.organization, row.id, mail.attachments)


async def _failed(row: Row, *, tries: int) -> None:
    """Counts the tries. After the last it waits, with all that came."""
    m = ReceivedMail
    values: dict[Any, Any] = {m.tries: tries}
    if tries >= TRIES:
        values |= {m.state: "waiting", m.reason: "unreadable", m.settled_at: await database.now()}
    await m.update(values).where(m.id == row.id, m.state == "new")
