"""Fetching the mail of one mailbox: one worker at a time, nothing twice, nothing left behind."""

from __future__ import annotations

import datetime as dt
import uuid

import msgspec

from app import database, secrets
from app.egress.way import Egress
from app.errors import NotFound
from app.mail import mailboxes, receive
from app.mail.imap import MailboxFault, Session
from app.mail.mailboxes import Config
from app.mail.settle import settle
from app.tables import Mailbox

LEASE = dt.timedelta(seconds=120)
WAIT_SECONDS = 40.0
"""Looks by itself as often, also where the server pushes: some forget to."""


class Seen(msgspec.Struct):
    """Up to where it has been read. `validity` changes when the server numbers its mails anew."""

    validity: int = 0
    uid: int = 0


async def enabled() -> list[tuple[uuid.UUID, uuid.UUID]]:
    """(organization, mailbox) of all that are on, but for those that providers post to."""
    query = Mailbox.select(Mailbox.id, Mailbox.organization, Mailbox.config)
    found = await database.rows(_Which, query.where(Mailbox.enabled.eq(True)))
    decoded = [(each, msgspec.json.decode(each.config, type=Config)) for each in found]
    return [(each.organization, each.id) for each, config in decoded if config.is_fetched]


class _Which(msgspec.Struct):
    id: uuid.UUID
    organization: uuid.UUID
    config: str


async def follow(
    egress: Egress, organization: uuid.UUID, uid: uuid.UUID, holder: uuid.UUID, *, wait: float
) -> None:
    """Fetches until it is changed, switched off or held by another; at once where it is. Raises
    MailboxFault, which is written down, and Unavailable."""
    if not await hold(uid, holder):
        return
    try:
        row = await mailboxes.row_of(organization, uid)
        config = mailboxes.listed(row).config
        try:
            async with Session(egress, config, mailboxes.password(row)) as session:
                while await hold(uid, holder) and await _unchanged(organization, row):
                    await take(session, organization, uid, holder, move_to=config.move_to)
                    await session.wait(wait)
        except secrets.Unreadable:
            raise MailboxFault("secret_unreadable") from None
    except MailboxFault as fault:
        await _failed(uid, fault)
        raise
    except NotFound:
        return
    finally:
        await let_go(uid, holder)


async def take(
    session: Session,
    organization: uuid.UUID,
    uid: uuid.UUID,
    holder: uuid.UUID,
    *,
    move_to: str = "",
) -> int:
    """Fetches what is new; how many there were. A mail is marked as read and moved, and passed over
    from then on, once it is stored. One that cannot be moved stays, and that is written down."""
    now = await database.now()
    stays: MailboxFault | None = None
    seen, numbers = await _to_fetch(session, organization, uid, now)
    for number in numbers:
        raw = await session.fetch(number)
        if raw is not None:
            mail = await receive.keep(organization, raw[: receive.RAW_MAX], uid)
            await session.mark_seen(number)
            await settle(organization, mail)
            if move_to and (why := await session.move(number, move_to)):
                stays = MailboxFault("not_moved", why)
        seen = Seen(session.validity, max(seen.uid, number))
        await _write(uid, seen, now)
        if not await hold(uid, holder):
            break
    else:
        await _write(uid, seen, now)
    if stays is not None:
        await _failed(uid, stays)
    return len(numbers)


async def _to_fetch(
    session: Session, organization: uuid.UUID, uid: uuid.UUID, now: dt.datetime
) -> tuple[Seen, list[int]]:
    row = await mailboxes.row_of(organization, uid)
    seen = msgspec.json.decode(row.seen, type=Seen) if row.seen else None
    if seen is None:
        # What was there before is not ours to answer.
        return Seen(session.validity, session.next - 1), []
    if seen.validity != session.validity:
        # Numbered anew: what we have already is recognised by what it is.
        return Seen(session.validity, 0), await session.lately(now.date())
    return seen, await session.after(seen.uid)


async def hold(uid: uuid.UUID, holder: uuid.UUID) -> bool:
    """Takes or keeps the mailbox for a while; whether it is ours."""
    now = await database.now()
    free = Mailbox.holder.is_null() | (Mailbox.holder == holder) | (Mailbox.held_until < now)
    taken = await (
        Mailbox.update({Mailbox.holder: holder, Mailbox.held_until: now + LEASE})
        .where(Mailbox.id == uid, Mailbox.enabled.eq(True), free)
        .returning(Mailbox.id)
    )
    return bool(taken)


async def let_go(uid: uuid.UUID, holder: uuid.UUID) -> None:
    await Mailbox.update({Mailbox.holder: None, Mailbox.held_until: None}).where(
        Mailbox.id == uid, Mailbox.holder == holder
    )


async def tried(egress: Egress, config: Config, password: str) -> int:
    """Signs in and opens the folder, and takes nothing; how many mails came in the last days.
    Raises MailboxFault."""
    async with Session(egress, config, password) as session:
        if config.move_to and not session.can_move:
            raise MailboxFault("cannot_move")
        return len(await session.lately((await database.now()).date()))


async def _unchanged(organization: uuid.UUID, before: Mailbox) -> bool:
    row = await mailboxes.row_of(organization, before.id)
    return (row.config, row.secret) == (before.config, before.secret)


async def _write(uid: uuid.UUID, seen: Seen, now: dt.datetime) -> None:
    await Mailbox.update(
        {
            Mailbox.seen: msgspec.json.encode(seen).decode(),
            Mailbox.looked_at: now,
            Mailbox.fault: "",
            Mailbox.fault_words: "",
            Mailbox.fault_at: None,
        }
    ).where(Mailbox.id == uid)


async def _failed(uid: uuid.UUID, fault: MailboxFault) -> None:
    await Mailbox.update(
        {
            Mailbox.fault: fault.code[:64],
            Mailbox.fault_words: fault.words,
            Mailbox.fault_at: await database.now(),
        }
    ).where(Mailbox.id == uid)
