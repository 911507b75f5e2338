"""Mails that fit nowhere: an agent says which message they belong to, makes them one of their own,
or throws them away."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from typing import Any, Literal

import msgspec

from app import database
from app.contacts import rows as contact_rows
from app.contacts import sight
from app.contacts.mask import hidden
from app.errors import Conflict, NotFound
from app.mail import attachments, fresh
from app.mail.attachments import Kept
from app.mail.read.shape import Mail
from app.messages import remarks
from app.people import audit
from app.reading import uids
from app.tables import ReceivedMail

SHOWN_MAX = 200
EXCERPT = 200


State = Literal["new", "done", "waiting", "thrown"]


class Waiting(msgspec.Struct, kw_only=True):
    """`reason`: unknown, several, stranger, forged, full, unreadable, or the kind of a mail that a
    program wrote. `found_by`: how its message was found, "hand" by `settled_by`, "source" where it
    is a message of its own."""

    id: uuid.UUID
    sender: str
    sender_name: str
    subject: str
    text: str
    said: str
    kind: str
    state: State
    reason: str
    left_out: int
    received_at: dt.datetime
    message: uuid.UUID | None
    remark: uuid.UUID | None
    found_by: str
    settled_at: dt.datetime | None
    settled_by: str
    attachments: list[Kept] = []

    @property
    def excerpt(self) -> str:
        line = " ".join((self.said or self.text).split())
        return line if len(line) <= EXCERPT else f"{line[:EXCERPT]}…"


_ROW = (
    ReceivedMail.id,
    ReceivedMail.sender,
    ReceivedMail.sender_name,
    ReceivedMail.subject,
    ReceivedMail.text,
    ReceivedMail.said,
    ReceivedMail.kind,
    ReceivedMail.state,
    ReceivedMail.reason,
    ReceivedMail.left_out,
    ReceivedMail.received_at,
    ReceivedMail.message,
    ReceivedMail.remark,
    ReceivedMail.found_by,
    ReceivedMail.settled_at,
    ReceivedMail.settled_by,
)


async def of(organization: uuid.UUID) -> list[Waiting]:
    """The newest first."""
    m = ReceivedMail
    query = m.select(*_ROW).where(m.organization == organization, m.state == "waiting")
    query = query.order_by(m.id, ascending=False).limit(SHOWN_MAX)
    return await _shown(await _with_files(organization, await database.rows(Waiting, query)))


async def count(organization: uuid.UUID) -> int:
    m = ReceivedMail
    found: int = await m.count().where(m.organization == organization, m.state == "waiting")
    return found


async def one(organization: uuid.UUID, uid: str) -> Waiting:
    """Any that came in, also one that is settled, to be shown. Raises NotFound."""
    return (await _shown([await _one(organization, uid)]))[0]


async def _one(organization: uuid.UUID, uid: str) -> Waiting:
    m = ReceivedMail
    query = m.select(*_ROW).where(m.organization == organization, m.id == uids.uid(uid))
    found = await _with_files(organization, await database.rows(Waiting, query))
    if not found:
        raise NotFound
    return found[0]


async def of_message(organization: uuid.UUID, message: str) -> list[Waiting]:
    """What came in by mail for a message, oldest first."""
    m = ReceivedMail
    query = m.select(*_ROW).where(m.organization == organization, m.message == uids.uid(message))
    rows = await database.rows(Waiting, query.order_by(m.id))
    return await _shown(await _with_files(organization, rows))


async def _shown(found: list[Waiting]) -> list[Waiting]:
    """Without addresses and numbers for who sees none."""
    if not sight.masks():
        return found
    known = await contact_rows.known_of({each.message for each in found if each.message})
    return [_masked(each, [*known, each.sender]) for each in found]


def _masked(mail: Waiting, known: Sequence[str]) -> Waiting:
    texts = ("sender", "sender_name", "subject", "text", "said")
    return msgspec.structs.replace(
        mail,
        attachments=[
            msgspec.structs.replace(each, name=hidden(each.name, known))
            for each in mail.attachments
        ],
        **{name: hidden(getattr(mail, name), known) for name in texts},
    )


async def _with_files(organization: uuid.UUID, found: list[Waiting]) -> list[Waiting]:
    files = await attachments.of(organization, [each.id for each in found])
    for each in found:
        each.attachments = files.get(each.id, [])
    return found


async def assign(organization: uuid.UUID, uid: str, message: str, *, by: str) -> None:
    """As the visitor's own words. Raises NotFound, Conflict when it waits no more, and Invalid."""
    mail = await _one(organization, uid)

    async def also(remark: uuid.UUID) -> None:
        await _close(organization, mail, "done", by, message=uids.uid(message), remark=remark)
        await audit.record(organization, by, "mail.assigned", mail.id, message)

    await remarks.append(
        organization,
        message,
        _words(mail),
        came={"mail": str(mail.id), "from": mail.sender, "by": by},
        also=also,
    )


async def make(organization: uuid.UUID, uid: str, *, by: str, brand: str = "") -> uuid.UUID:
    """A message of its own; returns it. Raises NotFound, and Conflict when it waits no more."""
    mail = await _one(organization, uid)
    if mail.state != "waiting":
        raise _over()
    read = Mail(
        sender=mail.sender,
        sender_name=mail.sender_name,
        subject=mail.subject,
        text=mail.text,
        said=mail.said or mail.text,
    )
    left = await fresh.leave(organization, brand, read, key=str(mail.id), judged=False)
    async with database.transaction():
        await _close(organization, mail, "done", by, message=left)
        await audit.record(organization, by, "mail.made", mail.id)
    return left


async def throw(organization: uuid.UUID, *which: str, by: str) -> int:
    """Away with these; returns how many were still waiting."""
    m = ReceivedMail
    async with database.transaction():
        gone = await (
            m.update({m.state: "thrown", m.settled_by: by, m.settled_at: await database.now()})
            .where(
                m.organization == organization,
                m.id.is_in([uids.uid(each) for each in which]),
                m.state == "waiting",
            )
            .returning(m.id)
        )
        if gone:
            await audit.record(organization, by, "mail.thrown", "", str(len(gone)))
    return len(gone)


async def keep(organization: uuid.UUID, uid: str, *, by: str) -> None:
    """One that was thrown away waits again. Raises NotFound, and Conflict where it was not."""
    mail = await _one(organization, uid)
    m = ReceivedMail
    async with database.transaction():
        back = await (
            m.update({m.state: "waiting", m.settled_by: "", m.settled_at: None})
            .where(m.organization == organization, m.id == mail.id, m.state == "thrown")
            .returning(m.id)
        )
        if not back:
            raise _over()
        await audit.record(organization, by, "mail.kept", mail.id)


async def _close(
    organization: uuid.UUID,
    mail: Waiting,
    state: str,
    by: str,
    *,
    message: uuid.UUID,
    remark: uuid.UUID | None = None,
) -> None:
    m = ReceivedMail
    values: dict[Any, Any] = {
        m.state: state,
        m.message: message,
        m.remark: remark,
        m.found_by: "hand",
        m.settled_by: by,
        m.settled_at: await database.now(),
    }
    here = (m.organization == organization, m.id == mail.id, m.state == "waiting")
    if not await m.update(values).where(*here).returning(m.id):
        raise _over()


def _over() -> Conflict:
    return Conflict("mail_settled", "Somebody has settled this mail already")


def _words(mail: Waiting) -> str:
    said = mail.said or mail.text or fresh.NOTHING_SAID
    return said if len(said) <= remarks.TEXT_MAX else f"{said[: remarks.TEXT_MAX - 1]}…"
