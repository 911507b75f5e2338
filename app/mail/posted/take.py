"""A provider posts a mail, which is stored before it is answered."""

from __future__ import annotations

import asyncio
import datetime as dt
import uuid
from collections.abc import Mapping
from typing import Any

import msgspec

from app import database, secrets
from app.at_once import AtOnce
from app.egress.way import Egress
from app.errors import Invalid
from app.mail import receive
from app.mail.mailboxes import Listed, listed, passwords
from app.mail.posted import subscribed
from app.mail.posted.body import Posted, parsed
from app.mail.posted.proven import Box, NotProven, check
from app.mail.posted.shapes import raw_of
from app.mail.settle import settle
from app.reading import uids
from app.tables import Mailbox, ReceivedMail

AT_ONCE = AtOnce(1)
"""So many bodies are taken apart at once: a large one is held several times over for seconds."""
NOTED_EVERY = dt.timedelta(minutes=1)
"""That somebody was refused is written down at most this often."""
LATELY = dt.timedelta(days=7)


async def box(uid: str) -> Box | None:
    """None if no provider posts there."""
    known = uids.uid_or_none(uid)
    row = await Mailbox.objects().where(Mailbox.id == known).first() if known else None
    found = listed(row) if row else None
    if row is None or found is None or found.config.is_fetched:
        return None
    now = await database.now()
    try:
        return Box(found, passwords(row, now), now)
    except secrets.Unreadable:
        return Box(found, [], now)


async def take(
    to: Box, headers: Mapping[str, str], content_type: str, body: bytes, egress: Egress
) -> uuid.UUID | None:
    """The mail's id, the same for the same mail; None where Amazon asked whether we want any.
    Returns after the commit. Raises NotProven, and Invalid for what is no mail; then the provider
    still has it."""
    async with AT_ONCE:
        posted = await asyncio.to_thread(_read, to, headers, content_type, body)
        if posted.json is not None and subscribed.asks(posted.json):
            await subscribed.confirm(egress, posted.json)
            return None
        raw = await asyncio.to_thread(raw_of, posted)
    organization, uid = to.listed.organization, to.listed.uid
    mail = await receive.keep(organization, raw[: receive.RAW_MAX], uid)
    await settle(organization, mail)
    m = Mailbox
    well: dict[Any, Any] = {m.looked_at: to.now, m.fault: "", m.fault_words: "", m.fault_at: None}
    await m.update(well).where(m.id == uid)
    return mail


def _read(to: Box, headers: Mapping[str, str], content_type: str, body: bytes) -> Posted:
    """Who posts proves itself first, whatever it is that came."""
    try:
        posted = parsed(content_type, body)
    except Invalid:
        check(to, headers, Posted(), body)
        raise
    check(to, headers, posted, body)
    return posted


async def refused(to: Box, error: NotProven | Invalid) -> None:
    """Writes down why, so that the page says what a provider does not."""
    code = error.code if isinstance(error, NotProven) else "not_a_mail"
    said = "" if isinstance(error, NotProven) else error.problems[0].pointer.removeprefix("/")
    before = to.listed
    if before.fault == code and before.fault_at and to.now - before.fault_at < NOTED_EVERY:
        return
    m = Mailbox
    why: dict[Any, Any] = {m.fault: code, m.fault_words: said, m.fault_at: to.now}
    await m.update(why).where(m.id == before.uid)


class Heard(msgspec.Struct, frozen=True):
    """What came lately: `mails` in seven days, the last at `last`; `fault` is why the newest was
    refused."""

    mails: int
    last: dt.datetime | None
    fault: str
    fault_words: str

    @property
    def is_well(self) -> bool:
        return self.last is not None and not self.fault


async def heard(box: Listed) -> Heard:
    """The truth about a mailbox that nobody can try from here."""
    query = ReceivedMail.count().where(
        ReceivedMail.organization == box.organization,
        ReceivedMail.mailbox == box.uid,
        ReceivedMail.received_at > await database.now() - LATELY,
    )
    return Heard(await query, box.looked_at, box.fault, box.fault_words)
