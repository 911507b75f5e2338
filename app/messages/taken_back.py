"""Messages that a rule gave to somebody who has not begun in time: nobody has them again."""

from __future__ import annotations

import datetime as dt
import uuid

import msgspec
from msgspec.structs import replace

from app import database
from app.errors import Conflict, NotFound
from app.messages import change, events, statements
from app.messages.acts import Act, State
from app.people import colleagues
from app.tables import Message

AT_ONCE = 100
"""The next look follows within a minute."""


class _Due(msgspec.Struct):
    id: uuid.UUID
    organization: uuid.UUID
    assignee: uuid.UUID | None
    status: str


async def take_back() -> int:
    """Returns how many were looked at. Two workers at once do it once: the second finds nothing to
    change."""
    sql = f"{statements.BACK} LIMIT {AT_ONCE}"
    found = await database.rows(_Due, sql, await database.now())
    for each in found:
        try:
            await _look(each)
        except (Conflict, NotFound):
            continue  # Changed meanwhile.
    return len(found)


async def _look(due: _Due) -> None:
    people = {each.uid: each for each in await colleagues.of(due.organization)}
    holder = people.get(str(due.assignee))
    names = {holder.name, holder.email} if holder else set()
    story = await events.of(due.organization, due.id)
    rule = [each.actor for each in story if each.action == "rule" and "assignee" in each.now]
    begun = any(each.actor in names and each.action != "rule" for each in story)
    if begun or due.status != "pending":
        await Message.update({Message.back_at: None}).where(Message.id == due.id)
        return

    def make(state: State, _: dt.datetime) -> State:
        if state.back_at is None or state.assignee != due.assignee or state.status != "pending":
            return state
        return replace(state, assignee=None, assigned_at=None, back_at=None)

    act = Act("unassigned", make, reads=False)
    await change.to_one(due.organization, str(due.id), act, by=rule[-1] if rule else "")
