"""Changing messages: one or many, by an act that says what each becomes. Every change is an event
in the message's story, and can be taken back."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from app import database, queue
from app.catalogue import N_
from app.deliveries import flood, recalls
from app.deliveries.more import owe_news
from app.deliveries.owe import Locked, cancel, lock
from app.deliveries.personal.owe import Given, owe_assigned, owe_mentions, owe_reminders
from app.errors import Conflict, NotFound
from app.messages import acts, events, mentions, outcomes, search, statements, tags, waits
from app.messages.acts import OPEN, Act, State
from app.messages.events import Happened
from app.overview import kept
from app.people import audit
from app.reading import uids
from app.rules import reminders
from app.tables import Delivery, Message, new_id

AT_ONCE = 500
"""Messages changed in one transaction: visitors' messages wait that long at most."""
STATE = (
    Message.id,
    Message.status,
    Message.outcome,
    Message.outcome_reason,
    Message.note,
    Message.handled_at,
    Message.handled_by,
    Message.first_handled_at,
    Message.open_minutes,
    Message.category,
    Message.left_category,
    Message.assignee,
    Message.assigned_at,
    Message.back_at,
    Message.priority,
    Message.snoozed_until,
    Message.kept_status,
    Message.trashed_at,
    Message.erased_at,
    Message.read_at,
    Message.added_at,
    Message.repeat_of,
    Message.spam_reason,
    Message.changed,
    Message.created_at,
    Message.brand,
)
UNTOLD = {
    *("id", "changed", "created_at", "read_at", "added_at", "repeat_of", "spam_reason"),
    *("left_category", "back_at", "brand", "erased_at"),
}
"""Parts of a state that no event tells of."""
SEARCHED = {"note", "category"}
"""Parts of a state by which a message is found."""


BY_SOMEBODY = N_("{name} has changed this message meanwhile. Nothing was changed.")
BY_VISITOR = N_("The visitor has added something meanwhile. Nothing was changed.")
BY_THEM = N_("The visitor has changed something meanwhile. Nothing was changed.")


class Done(msgspec.Struct, frozen=True):
    """`act` takes all of it back. Messages that already were so are not `changed`. `blocked` is how
    many entries it has put on the block list, `freed` how many it has taken off."""

    act: str
    changed: list[str]
    skipped: int
    blocked: int = 0
    freed: int = 0


async def read(organization: uuid.UUID, uid: str) -> None:
    """Marks it read; the first time counts."""
    message, now = uids.uid(uid), await database.now()
    mine = (Message.organization == organization) & (Message.id == message)
    await Message.update({Message.read_at: now}).where(mine, Message.read_at.is_null())
    await Message.update({Message.added_at: None}).where(mine, Message.added_at.is_not_null())


async def handle(
    organization: uuid.UUID,
    uid: str,
    *,
    outcome: str,
    reason: str = "",
    note: str = "",
    by: str,
    seen: int | None = None,
) -> Done:
    """Cancels its waiting deliveries. Raises Invalid as `Outcomes.handled` does."""
    act = (await outcomes.read(organization)).handled(outcome, reason, note, by=by)
    return await to_one(organization, uid, act, by=by, seen=seen)


async def spam(organization: uuid.UUID, uid: str, *, by: str, seen: int | None = None) -> Done:
    return await to_one(organization, uid, acts.spam(), by=by, seen=seen)


async def reopen(organization: uuid.UUID, uid: str, *, by: str, seen: int | None = None) -> Done:
    return await to_one(organization, uid, acts.reopened(), by=by, seen=seen)


async def to_one(
    organization: uuid.UUID, uid: str, act: Act, *, by: str, seen: int | None = None
) -> Done:
    """Changes one message. Raises NotFound, and Conflict when it already is so or somebody else
    has changed it since `seen`, see `to_many`."""
    message = uids.uid(uid)
    done = await to_many(organization, [message], act, by=by, seen=seen)
    if done.changed:
        return done
    found = await states(organization, [message])
    if not found:
        raise NotFound
    raise _already(found[0].status if act.action == "handled" else "")


async def to_many(
    organization: uuid.UUID,
    messages: Sequence[uuid.UUID],
    act: Act,
    *,
    by: str,
    seen: int | None = None,
) -> Done:
    """`seen` is `changed` of the one message as its reader saw it: raises Conflict if somebody
    else has changed it since. Messages of others do not exist."""
    mark, changed = new_id(), []
    for start in range(0, len(messages), AT_ONCE):
        some = messages[start : start + AT_ONCE]
        changed += await _change(organization, some, act, mark, by, seen)
    return Done(str(mark), [str(each) for each in changed], len(messages) - len(changed))


async def undo(organization: uuid.UUID, act: uuid.UUID, *, by: str) -> Done:
    """Gives every message back what it was before, unless it was changed since."""
    happened = await events.of_act(organization, act)
    ids = [each.message for each in happened]
    return await to_many(organization, ids, before(act, happened), by=by)


def before(act: uuid.UUID, happens: Sequence[Happened]) -> Act:
    """Gives these messages back what they were, unless they were changed since."""
    happened = {each.message: each for each in happens}

    def before(state: State, _: dt.datetime) -> State:
        was, now = happened[state.id].was, happened[state.id].now
        said = msgspec.to_builtins(state)
        if any(said[name] != value for name, value in now.items()):
            return state
        return msgspec.convert({**said, **was}, State)

    return Act("undone", before, reads=False, undoes=act)


async def states(organization: uuid.UUID, messages: Sequence[uuid.UUID]) -> list[State]:
    """In the order of their ids."""
    query = Message.select(*STATE).order_by(Message.id)
    query = query.where(Message.organization == organization, Message.id.is_in(list(messages)))
    found = await database.rows(State, query)
    of = await tags.of_each([each.id for each in found])
    for each in found:
        each.tags = of.get(each.id, [])
    return found


async def _change(
    organization: uuid.UUID,
    messages: Sequence[uuid.UUID],
    act: Act,
    mark: uuid.UUID,
    by: str,
    seen: int | None,
) -> list[uuid.UUID]:
    async with database.transaction():
        org = await lock(organization)
        changed = await part(organization, org, messages, act, mark, by, seen)
    queue.wake(organization, org.wakes)
    return changed


async def part(
    organization: uuid.UUID,
    org: Locked,
    messages: Sequence[uuid.UUID],
    act: Act,
    mark: uuid.UUID,
    by: str,
    seen: int | None = None,
) -> list[uuid.UUID]:
    """What one transaction changes, in which `org` is held: the ids of what became different. `by`
    is empty for the visitor."""
    before = await states(organization, messages)
    if seen is not None:
        await _refuse_stale(organization, before, seen, by)
    pairs = [(old, act.make(old, org.now)) for old in before]
    pairs = [(old, new) for old, new in pairs if old != new]
    await waits.measure(organization, pairs)
    if not pairs:
        return []
    async with kept.following(organization, [old.id for old, _ in pairs]):
        await _write(organization, org, pairs, reads=act.reads)
    happened = await events.record(
        organization,
        [Happened(old.id, *_difference(old, new)) for old, new in pairs],
        act.action,
        by=by,
        act=mark,
        org=org,
    )
    notes = {old.id: new.note for old, new in pairs if act.action == "handled"}
    called = await mentions.record(organization, notes, now=org.now, number=org.wakes)
    if act.undoes:
        changed = [old.id for old, _ in pairs]
        await statements.take_back_mentions(organization, act.undoes, changed)
    await _settle_all(organization, pairs, org.now)
    await _remind(organization, pairs, act, org.now)
    noted = {old.id: event for (old, _), event in zip(pairs, happened, strict=True)}
    await _mail_assignees(organization, org, pairs, act, noted)
    await owe_mentions(organization, org, called, noted, but=act.agent)
    if len(messages) == 1:
        await audit.record(organization, by or audit.VISITOR, f"message.{act.action}", messages[0])
    else:
        await audit.record(organization, by, f"messages.{act.action}", mark, str(len(pairs)))
    return [old.id for old, _ in pairs]


async def _refuse_stale(
    organization: uuid.UUID, before: Sequence[State], seen: int, by: str
) -> None:
    for each in before:
        if each.changed <= seen:
            continue
        since = await events.since(organization, each.id, seen, but=by)
        if since and since[-1].actor:
            raise Conflict("changed_meanwhile", BY_SOMEBODY, {"name": since[-1].actor})
        if since:
            added = since[-1].action == "added"
            raise Conflict("changed_meanwhile", BY_VISITOR if added else BY_THEM)


def _difference(old: State, new: State) -> tuple[dict[str, Any], dict[str, Any]]:
    was, now = msgspec.to_builtins(old), msgspec.to_builtins(new)
    names = [name for name in was if was[name] != now[name] and name not in UNTOLD]
    return {name: was[name] for name in names}, {name: now[name] for name in names}


async def _write(
    organization: uuid.UUID, org: Locked, pairs: Sequence[tuple[State, State]], *, reads: bool
) -> None:
    """One statement for all messages that become the same."""
    groups: dict[bytes, tuple[dict[str, Any], list[uuid.UUID]]] = {}
    tagged: list[tuple[uuid.UUID, list[str]]] = []
    for old, new in pairs:
        values = {
            name: value
            for name, value in msgspec.structs.asdict(new).items()
            if name != "tags" and value != getattr(old, name)
        }
        if reads:
            values |= {"read_at": old.read_at or org.now, "added_at": None}
        groups.setdefault(msgspec.msgpack.encode(values), (values, []))[1].append(old.id)
        if old.tags != new.tags:
            tagged.append((old.id, new.tags))
    for values, ids in groups.values():
        values["changed"] = org.wakes
        await Message.update(values).where(Message.id.is_in(ids))  # type: ignore[arg-type]
        if values.keys() & SEARCHED:
            await search.renew(ids)
    await tags.replace(organization, tagged)


async def _settle_all(
    organization: uuid.UUID, pairs: Sequence[tuple[State, State]], now: dt.datetime
) -> None:
    """Cancels what waits to be sent about messages that are done with."""
    closed = [
        (old, new.status)
        for old, new in pairs
        if old.status != new.status and new.status not in OPEN
    ]
    firsts = {each for old, _ in closed for each in (old.id, old.repeat_of) if each}
    waiting = set(await statements.waiting(sorted(firsts))) if firsts else set()
    for old, status in closed:
        if {old.id, old.repeat_of or old.id} & waiting:
            await _settle(organization, old, status, now)
    if closed:
        await recalls.owe_recalls([old.id for old, _ in closed], now)
    opened = [old.id for old, new in pairs if old.status not in OPEN and new.status in OPEN]
    if opened:
        await recalls.keep(opened)
    if any(old.spam_reason == "flood" for old, _ in pairs):
        await flood.settle(organization, now)


async def _remind(
    organization: uuid.UUID, pairs: Sequence[tuple[State, State]], act: Act, now: dt.datetime
) -> None:
    """Reminders stop when somebody claims a message, and wait while it is snoozed."""
    for old, new in pairs:
        if act.action == "claimed":
            await reminders.stop(old.id, now)
        elif old.assignee and not new.assignee and new.status == "pending":
            await reminders.restart(organization, _about(new), now)
        if new.status == "pending" and old.snoozed_until != new.snoozed_until:
            until = new.snoozed_until or now
            await reminders.rest(organization, _about(new), until)


def _about(message: State) -> reminders.About:
    return reminders.About(message.id, message.brand, message.category, message.priority)


async def _mail_assignees(
    organization: uuid.UUID,
    org: Locked,
    pairs: Sequence[tuple[State, State]],
    act: Act,
    happened: Mapping[uuid.UUID, uuid.UUID],
) -> None:
    """Owes a mail to whoever was given something by somebody else, and reminders to them all."""
    given = [
        Given(new.id, new.assignee, happened[new.id])
        for old, new in pairs
        if new.assignee and new.assignee != old.assignee and act.action != "claimed"
    ]
    by_others = [each for each in given if each.agent != act.agent]
    await owe_assigned(organization, org, by_others, back=act.undoes is not None)
    if not given:
        return
    force = await reminders.by_brand(organization, (each.brand for _, each in pairs))
    if force.has_assignees:
        await owe_reminders(organization, org, given, force.of_assignee)


async def _settle(organization: uuid.UUID, old: State, status: str, now: dt.datetime) -> None:
    """Cancels waiting deliveries about this message. The notice that others wrote the same stays
    owed while one of them waits for an answer, since they have contacts of their own; also when the
    first message is spam."""
    message, first = old.id, old.repeat_of or old.id
    about = Delivery.message
    # An answer to the visitor goes also when the message is handled with it.
    kept = ["repeat", "flood"] + (["reply"] if status == "handled" else [])
    await cancel(about, message, but=kept, reason=status, now=now)
    others = Message.exists().where(Message.repeat_of == first, Message.status == "pending")
    if not await others:
        await cancel(about, first, only=["repeat"], reason=status, now=now)
    elif status != "handled" and message == first:
        # Also for those with the first one's contact: the notice that covered all is cancelled.
        await owe_news("repeat", organization, first, now, now=now)


def _already(status: str) -> Conflict:
    if status == "handled":
        return Conflict("already_handled", "Somebody has already marked this as handled")
    return Conflict("nothing_to_change", "The message already is in this state")
