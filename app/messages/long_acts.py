"""Acts on more messages than fit into one transaction: kept in parts, which workers do one after
the other. A part goes with the change that it asks for, so whatever dies, each message is changed
once."""

from __future__ import annotations

import datetime as dt
import logging
import uuid
from collections.abc import Collection, Sequence
from typing import Any

import msgspec
from msgspec.structs import replace

from app import database, queue
from app.blocks import change as blocks
from app.catalogue import N_
from app.deliveries.owe import Locked, lock
from app.erasure import remove
from app.errors import Conflict, NotFound, Unavailable
from app.messages import acts, change, events, notify_again
from app.messages.acts import Act
from app.messages.change import AT_ONCE, Done
from app.people import audit
from app.reading import uids
from app.tables import LongAct, LongActPart, new_id

UNDONE, NOTIFIED = "undone", "notified"
ERASURES = {"erased": remove.part, "anonymised": remove.blank_part}
"""Acts that nothing takes back."""
MESSAGES_MAX = 100_000
"""Of one act."""
NO_WAY_BACK = N_("This act takes another one back. Do that one again instead.")
FOR_GOOD = N_("What was erased cannot be taken back.")
AT_A_TIME = 20
"""Acts that get a turn each before the first gets another."""

log = logging.getLogger(__name__)


class Running(msgspec.Struct, frozen=True, kw_only=True):
    """How far a long act is. `stopped` says why it ended early: "stopped" or "failed"."""

    id: uuid.UUID
    organization: uuid.UUID
    actor: str
    action: str
    said: str
    undoes: uuid.UUID | None
    total: int
    done: int
    changed: int
    stopped: str
    created_at: dt.datetime
    ended_at: dt.datetime | None

    @property
    def percent(self) -> int:
        return 100 * self.done // max(1, self.total)


class _New(msgspec.Struct, kw_only=True):
    id: uuid.UUID
    organization: uuid.UUID
    act: uuid.UUID
    messages: str


class _Mark(msgspec.Struct):
    organization: uuid.UUID
    id: uuid.UUID
    done: int


class _Left(msgspec.Struct):
    id: uuid.UUID
    messages: str


ROW = (
    LongAct.id,
    LongAct.organization,
    LongAct.actor,
    LongAct.action,
    LongAct.said,
    LongAct.undoes,
    LongAct.total,
    LongAct.done,
    LongAct.changed,
    LongAct.stopped,
    LongAct.created_at,
    LongAct.ended_at,
)
PART = (LongActPart.id, LongActPart.organization, LongActPart.act, LongActPart.messages)


async def begin(
    organization: uuid.UUID,
    messages: Sequence[uuid.UUID],
    action: str,
    *,
    said: str = "",
    by: str,
    undoes: uuid.UUID | None = None,
    act: uuid.UUID | None = None,
) -> uuid.UUID:
    """Keeps it for the workers; each message counts once."""
    act, each = act or new_id(), list(dict.fromkeys(messages))
    parts = [
        _New(
            id=new_id(),
            organization=organization,
            act=act,
            messages=msgspec.json.encode(each[start : start + AT_ONCE]).decode(),
        )
        for start in range(0, len(each), AT_ONCE)
    ]
    async with database.transaction():
        await LongAct.insert(
            LongAct(
                {
                    LongAct.id: act,
                    LongAct.organization: organization,
                    LongAct.actor: by,
                    LongAct.action: action,
                    LongAct.said: said,
                    LongAct.undoes: undoes,
                    LongAct.total: len(each),
                }
            )
        )
        await database.insert(PART, parts)
        await audit.told()
    return act


async def change_all(
    organization: uuid.UUID, messages: Sequence[uuid.UUID], act: Act, *, by: str
) -> Done | uuid.UUID:
    """At once if it fits into a transaction, else as a long act, whose id is returned."""
    if len(messages) <= AT_ONCE:
        return await change.to_many(organization, messages, act, by=by)
    return await begin(organization, messages, act.action, said=act.said, by=by)


async def notify_all(
    organization: uuid.UUID, messages: Sequence[uuid.UUID], *, by: str
) -> Done | uuid.UUID:
    if len(messages) > AT_ONCE:
        return await begin(organization, messages, NOTIFIED, by=by)
    mark = new_id()
    async with database.transaction():
        org = await lock(organization)
        told = await notify_again.part(organization, org, messages, mark, by)
    queue.wake(organization, org.wakes)
    return Done(str(mark), [str(each) for each in told], len(messages) - len(told))


async def erase_all(
    organization: uuid.UUID, messages: Sequence[uuid.UUID], action: str, *, by: str
) -> int | uuid.UUID:
    """`action` is one of ERASURES. Returns how many are erased; many become a long act."""
    if len(messages) > AT_ONCE:
        return await begin(organization, messages, action, by=by)
    erase = remove.anonymise if action == "anonymised" else remove.remove
    return await erase(organization, messages, by=by)


async def undo(organization: uuid.UUID, act: uuid.UUID, *, by: str) -> Done | uuid.UUID:
    """Takes the act back from every message, unless it was changed since, and from the block list;
    what is left of a long act is not done any more. Of notices, those that have not gone are
    cancelled."""
    await stop(organization, act, by=by)
    freed = await blocks.take_back(organization, act, by=by)
    action, messages = await events.about(organization, act)
    if len(messages) > AT_ONCE:
        return await _begin_undo(organization, act, messages, by)
    if action != NOTIFIED:
        return replace(await change.undo(organization, act, by=by), freed=freed)
    async with database.transaction():
        org = await lock(organization)
        mark = new_id()
        ended = await notify_again.take_back(organization, org, act, messages, mark, by)
    return Done(str(mark), [str(each) for each in ended], len(messages) - len(ended))


async def begin_undo(organization: uuid.UUID, act: Running, *, by: str) -> uuid.UUID:
    """As `undo`, and always as an act of its own. Raises Conflict for one that takes back: a notice
    that was cancelled, for one, does not wait again."""
    if act.undoes:
        raise Conflict("not_undoable", NO_WAY_BACK)
    if act.action in ERASURES:
        raise Conflict("not_undoable", FOR_GOOD)
    await stop(organization, act.id, by=by)
    await blocks.take_back(organization, act.id, by=by)
    _, messages = await events.about(organization, act.id)
    return await _begin_undo(organization, act.id, messages, by)


async def _begin_undo(
    organization: uuid.UUID, act: uuid.UUID, messages: Sequence[uuid.UUID], by: str
) -> uuid.UUID:
    return await begin(organization, messages, UNDONE, by=by, undoes=act)


async def of(organization: uuid.UUID, uid: str) -> Running:
    """Raises NotFound."""
    query = LongAct.select(*ROW).where(
        LongAct.organization == organization, LongAct.id == uids.uid(uid)
    )
    found = await database.row(Running, query)
    if found is None:
        raise NotFound
    return found


async def running(organization: uuid.UUID) -> list[Running]:
    """Oldest first."""
    query = LongAct.select(*ROW).order_by(LongAct.id)
    query = query.where(LongAct.organization == organization, LongAct.ended_at.is_null())
    return await database.rows(Running, query)


async def marks(organizations: Collection[uuid.UUID]) -> dict[uuid.UUID, str]:
    """For each organization that has any running: a text that is another one when they got on."""
    query = LongAct.select(LongAct.organization, LongAct.id, LongAct.done).order_by(LongAct.id)
    query = query.where(LongAct.organization.is_in(list(organizations)), LongAct.ended_at.is_null())
    found: dict[uuid.UUID, str] = {}
    for each in await database.rows(_Mark, query):
        found[each.organization] = f"{found.get(each.organization, '')} {each.id} {each.done}"
    return found


async def stop(organization: uuid.UUID, act: uuid.UUID, *, by: str, why: str = "stopped") -> bool:
    """What it has not come to stays as it is. False when nothing was left to do."""
    async with database.transaction():
        org = await lock(organization)
        stopped = (
            await LongAct.update({LongAct.stopped: why, LongAct.ended_at: org.now})
            .where(
                LongAct.organization == organization,
                LongAct.id == act,
                LongAct.ended_at.is_null(),
            )
            .returning(LongAct.id)
        )
        if not stopped:
            return False
        await LongActPart.delete().where(LongActPart.act == act)
        await audit.record(organization, by, "messages.stopped", act)
    return True


async def step() -> bool:
    """Does a part of each act that is not at its end. Returns whether there was any. Any number of
    workers may do so."""
    query = LongAct.select(*ROW).where(LongAct.ended_at.is_null()).order_by(LongAct.id)
    found = await database.rows(Running, query.limit(AT_A_TIME))
    for each in found:
        try:
            await _step(each)
        except Unavailable:
            raise
        except Exception:
            # It would fail for ever, and whoever waits for it should know.
            log.exception("long act failed", extra={"act": str(each.id)})
            await stop(each.organization, each.id, by=each.actor, why="failed")
    return bool(found)


async def _step(act: Running) -> None:
    async with database.transaction():
        org = await lock(act.organization)
        query = LongActPart.select(LongActPart.id, LongActPart.messages)
        query = query.where(LongActPart.act == act.id).order_by(LongActPart.id)
        left = await database.rows(_Left, query.limit(2))
        if left:
            messages = msgspec.json.decode(left[0].messages, type=list[uuid.UUID])
            changed = await _do(act, org, messages)
            await LongActPart.delete().where(LongActPart.id == left[0].id)
            await _count(act.id, len(messages), len(changed))
        if len(left) <= 1:
            ended = LongAct.update({LongAct.ended_at: org.now})
            await ended.where(LongAct.id == act.id, LongAct.ended_at.is_null())
    queue.wake(act.organization, org.wakes)
    if act.action in ERASURES:
        await database.forget()


async def _do(act: Running, org: Locked, messages: Sequence[uuid.UUID]) -> list[uuid.UUID]:
    who = act.organization, org, messages, act.id, act.actor
    if act.action == NOTIFIED:
        return await notify_again.part(*who)
    if erase := ERASURES.get(act.action):
        return await erase(act.organization, org, messages, act.actor)
    if act.undoes is None:
        return await change.part(act.organization, org, messages, acts.again(act.said), *who[3:])
    happened = await events.of_act(act.organization, act.undoes, messages)
    if any("told" in each.now for each in happened):
        return await notify_again.take_back(
            act.organization, org, act.undoes, messages, act.id, act.actor
        )
    before = change.before(act.undoes, happened)
    return await change.part(act.organization, org, messages, before, *who[3:])


async def _count(act: uuid.UUID, done: int, changed: int) -> None:
    more: dict[Any, Any] = {
        LongAct.done: LongAct.done + done,
        LongAct.changed: LongAct.changed + changed,
    }
    await LongAct.update(more).where(LongAct.id == act)
