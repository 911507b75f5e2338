"""A mail that was accepted and came back: its delivery has failed after all, to a visitor or, if it
came back from all whom it told, to the team."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import msgspec

from app import database
from app.catalogue import N_
from app.channels.sender import REPLY, TO_VISITOR
from app.deliveries.quota import inbox
from app.deliveries.tries import CODE_MAX, MESSAGE_MAX, Reached
from app.mail.match import Thread
from app.mail.read.shape import Bounce
from app.overview import stale
from app.tables import Attempt, Delivery, Dispatch

RETURNED = "returned"
"""Why the delivery failed, and the outcome of its last try."""
HINT = N_("The mail server accepted it first; later it came back.")


class _Sent(msgspec.Struct):
    id: uuid.UUID
    dispatch: uuid.UUID
    created_at: dt.datetime


async def came_back(
    organization: uuid.UUID, thread: Thread, bounce: Bounce, address: str, now: dt.datetime
) -> bool:
    """Whether a delivery to the visitor's `address` has failed by it. Only inside a transaction
    that holds the organization's lock. What waits to be sent again stays as it is, and so does what
    came back from where the visitor passes their mail on to."""
    to = {bounce.recipient, bounce.written_to} - {""}
    if to and inbox(address) not in {inbox(each) for each in to}:
        return False
    d = Delivery
    sent = d.select(d.id, d.dispatch, d.created_at).where(
        d.organization == organization,
        d.message == thread.message,
        d.state == "sent",
        d.dispatch.is_not_null(),
    )
    if thread.remark is not None:
        sent = sent.where(d.purpose == REPLY, d.about == thread.remark)
    elif thread.dispatch is not None:
        sent = sent.where(d.purpose.is_in(list(TO_VISITOR)), d.dispatch == thread.dispatch)
    else:
        return False
    found = await database.row(_Sent, sent)
    if found is None:
        return False
    await _fail(found, bounce, address, now)
    await stale.again(organization, [found.created_at])
    return True


class _Notice(msgspec.Struct):
    id: uuid.UUID
    recipients: str


async def notice_came_back(
    organization: uuid.UUID, dispatch: uuid.UUID, bounce: Bounce, now: dt.datetime
) -> bool:
    """Whether a recipient of a notice, who was taken to have it, has not. Without any who has, the
    notice has failed. Only inside a transaction that holds the organization's lock."""
    a, s = Attempt, Dispatch
    sent = s.select(s.id).where(s.id == dispatch, s.organization == organization, s.state == "sent")
    if await database.value(uuid.UUID, sent) is None:
        return False
    tries = a.select(a.id, a.recipients).where(a.dispatch == dispatch)
    last = await database.row(_Notice, tries.order_by(a.number, ascending=False).limit(1))
    if last is None:
        return False
    told = msgspec.json.decode(last.recipients, type=list[Reached])
    to = {inbox(each) for each in (bounce.recipient, bounce.written_to) if each}
    lost = [each for each in told if inbox(each.who) in to]
    # Where it went is kept nowhere, or it went to one only: then it is that one.
    lost = lost or (told if len(told) == 1 and not to else [])
    if told and not lost:
        return False
    now_known = [
        msgspec.structs.replace(each, state="refused", why=bounce.words[:MESSAGE_MAX])
        if each in lost
        else each
        for each in told
    ]
    kept: dict[Any, Any] = {a.recipients: msgspec.json.encode(now_known).decode()}
    await a.update(kept).where(a.id == last.id)
    if any(each.state == "accepted" for each in now_known):
        return True
    d = Delivery
    carried = d.select(d.id, d.dispatch, d.created_at).where(
        d.organization == organization, d.dispatch == dispatch, d.state == "sent"
    )
    for each in await database.rows(_Sent, carried):
        await _fail(each, bounce, lost[0].who if lost else "", now)
        await stale.again(organization, [each.created_at])
    return True


async def _fail(sent: _Sent, bounce: Bounce, address: str, now: dt.datetime) -> None:
    over: dict[Any, Any] = {Delivery.state: "failed", Delivery.reason: RETURNED}
    await Delivery.update({**over, Delivery.done_at: now}).where(Delivery.id == sent.id)
    ended: dict[Any, Any] = {
        Dispatch.state: "failed",
        Dispatch.reason: RETURNED,
        Dispatch.finished_at: now,
    }
    if address and not bounce.status.startswith("4"):
        # For good, as far as that server knows.
        ended[Dispatch.refused] = msgspec.json.encode([address]).decode()
    await Dispatch.update(ended).where(Dispatch.id == sent.dispatch)
    last = Attempt.select(Attempt.id).where(Attempt.dispatch == sent.dispatch)
    tried = await database.value(uuid.UUID, last.order_by(Attempt.number, ascending=False).limit(1))
    said: dict[Any, Any] = {
        Attempt.outcome: RETURNED,
        Attempt.code: bounce.status[:CODE_MAX],
        Attempt.message: bounce.words[:MESSAGE_MAX],
        Attempt.hint: HINT,
        Attempt.facts: "{}",
    }
    await Attempt.update(said).where(Attempt.id == tried)
