"""A visitor withdraws their message, and takes that back: nobody works on it meanwhile."""

from __future__ import annotations

import datetime as dt
import uuid

from msgspec.structs import replace

from app import database, queue
from app.deliveries import again
from app.deliveries.more import owe_more
from app.deliveries.owe import chosen, listening, lock, named
from app.errors import NotFound
from app.messages import change
from app.messages.acts import Act, State
from app.messages.wording import WITHDRAWN
from app.reading import uids
from app.rules import reminders
from app.tables import Delivery, Message, new_id

WAITS = "pending"


async def withdraw(organization: uuid.UUID, message: str) -> bool:
    """What waits to be sent about it is not sent; who was told of it is told of this. Returns
    False for what was withdrawn or handled before. Raises NotFound."""
    return await _change(organization, uids.uid(message), Act("withdrawn", _withdrawn, reads=False))


async def resume(organization: uuid.UUID, message: str) -> bool:
    """It waits to be handled again. Returns False if it is not withdrawn. Raises NotFound."""
    return await _change(organization, uids.uid(message), Act("resumed", _resumed, reads=False))


def _withdrawn(state: State, now: dt.datetime) -> State:
    """What the team has handled or set aside stays so, and so does what only says the same again:
    the first is worked on."""
    if state.outcome == WITHDRAWN or state.erased_at:
        return state
    if state.status == WAITS:
        closed = replace(state, status="handled", outcome=WITHDRAWN, outcome_reason="")
        return replace(closed, handled_by="", handled_at=now, snoozed_until=None)
    if state.status == "trash" and state.kept_status == WAITS:
        closed = replace(state, kept_status="handled", outcome=WITHDRAWN, outcome_reason="")
        return replace(closed, handled_by="", handled_at=now)
    return replace(state, outcome=WITHDRAWN) if state.status == "spam" else state


def _resumed(state: State, now: dt.datetime) -> State:
    if state.outcome != WITHDRAWN:
        return state
    open_again = replace(state, outcome="", handled_at=None)
    if state.status == "handled":
        return replace(open_again, status=WAITS, added_at=now)
    if state.status == "trash" and state.kept_status == "handled":
        return replace(open_again, kept_status=WAITS)
    return open_again


async def _change(organization: uuid.UUID, message: uuid.UUID, act: Act) -> bool:
    async with database.transaction():
        org = await lock(organization)
        before = await change.states(organization, [message])
        if not before or before[0].erased_at:
            raise NotFound
        is_seen = before[0].status in (WAITS, "handled")
        told = await _was_told(message)
        if not await change.part(organization, org, [message], act, new_id(), by=""):
            return False
        # The newest again: what its visitor did stands above.
        await Message.update({Message.activity: org.wakes}).where(Message.id == message)
        if is_seen and told:
            await owe_more(organization, message, org.now)
        elif is_seen and act.action == "resumed":
            await _tell(organization, before[0], org.now)
    queue.wake(organization, org.wakes)
    return True


async def _was_told(message: uuid.UUID) -> bool:
    """Whether a notice of it has gone, or is on its way."""
    gone = Delivery.dispatch.is_not_null()
    return await Delivery.exists().where(Delivery.message == message, gone)


async def _tell(organization: uuid.UUID, state: State, now: dt.datetime) -> None:
    """Nobody has heard of it: its first notices were cancelled with it."""
    query = Message.select(Message.channels).where(Message.id == state.id)
    wanted = named(await database.value(str, query))
    listeners = [each for each in await listening(organization) if each.purpose == "new"]
    told = chosen(listeners, wanted, state.priority)
    await again.tell(organization, [(state.id, state.priority, told)], now)
    about = reminders.About(state.id, state.brand, state.category, state.priority)
    if not state.assignee:
        await reminders.restart(organization, about, now)
