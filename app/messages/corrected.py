"""A visitor corrects how they can be reached, from the page of their message."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

import msgspec
from piccolo.columns import Column

from app import database, queue
from app.deliveries.owe import lock
from app.errors import Invalid, NotFound
from app.messages import events, remarks, search
from app.messages.events import Happened
from app.messages.wording import WITHDRAWN
from app.overview import kept
from app.people import audit
from app.reading import uids
from app.tables import Event, Message

CONTACT = ("name", "phone", "wechat", "email")
CORRECTED = "corrected"
MOST = 10
"""Corrections of one message: each tells the team."""


class _Known(msgspec.Struct):
    name: str
    phone: str
    wechat: str
    email: str
    written: str
    outcome: str


async def correct(
    organization: uuid.UUID, message: str, given: Mapping[str, str], written: Mapping[str, str]
) -> list[str]:
    """Puts what is given, by key of CONTACT, in the place of what was there, which is not kept;
    what is empty stays. `written` is the typed text where less is kept. The message waits to be
    handled again and channels are told. Returns the keys of what became different; nothing does
    while it is withdrawn. Raises NotFound, and Invalid at /contact after too many."""
    uid = uids.uid(message)
    async with database.transaction():
        org = await lock(organization)
        known = await _known(organization, uid)
        changed = [key for key in CONTACT if given.get(key) and given[key] != getattr(known, key)]
        if not changed or known.outcome == WITHDRAWN:
            return []
        if await Event.count().where(Event.message == uid, Event.action == CORRECTED) >= MOST:
            raise Invalid.at("/contact", "too_many", "Please write a new message instead")
        kept_text = msgspec.json.decode(known.written, type=dict[str, str])
        typed = {key: text for key, text in kept_text.items() if key not in changed}
        typed |= {key: written[key] for key in changed if written.get(key)}
        values: dict[Column | str, Any] = {key: given[key] for key in changed}
        values |= {"written": msgspec.json.encode(typed).decode(), "changed": org.wakes}
        await Message.update(values).where(Message.id == uid)
        await search.renew([uid])
        async with kept.following(organization, [uid]):
            await remarks.reopen(organization, message, org)
        happened = [Happened(uid, now={CORRECTED: changed})]
        await events.record(organization, happened, CORRECTED, by="", org=org)
        await remarks.tell_channels(organization, message, org.now)
        await audit.record(organization, audit.VISITOR, "message.corrected", message)
    queue.wake(organization, org.wakes)
    return changed


async def _known(organization: uuid.UUID, message: uuid.UUID) -> _Known:
    m = Message
    query = m.select(m.name, m.phone, m.wechat, m.email, m.written, m.outcome)
    query = query.where(m.organization == organization, m.id == message, m.erased_at.is_null())
    found = await database.row(_Known, query)
    if found is None:
        raise NotFound
    return found
