"""Saved views: filters of the inbox under a name, of one agent or of the whole team."""

from __future__ import annotations

import uuid
from typing import Any

import msgspec

from app import database
from app.catalogue import N_
from app.deliveries.owe import lock
from app.errors import Invalid
from app.messages import filter, owned
from app.messages.filter import Filter
from app.messages.owned import Owned, Who
from app.reading import orders, uids
from app.tables import SavedView, new_id
from app.text import clean_line

NAME_MAX = 64
VIEWS_MAX = 50
"""Of the team, and of each agent."""
FULL = N_("There are {limit} views, which is the most. Delete one first.")


class View(Owned, frozen=True, kw_only=True):
    """`lost` are parts of the filter that this version does not understand."""

    name: str
    chosen: Filter
    lost: list[str]


class _Row(msgspec.Struct):
    id: uuid.UUID
    agent: uuid.UUID | None
    name: str
    query: str
    shared: bool


ROW = (SavedView.id, SavedView.agent, SavedView.name, SavedView.query, SavedView.shared)


async def of(organization: uuid.UUID, agent: uuid.UUID | None) -> list[View]:
    """Those of the team, then the agent's own, each in their order."""
    query = SavedView.select(*ROW).where(SavedView.organization == organization)
    query = query.where((SavedView.shared == True) | (SavedView.agent == agent))  # noqa: E712
    query = query.order_by(SavedView.position, SavedView.id)
    found = [_view(row) for row in await database.rows(_Row, query)]
    return sorted(found, key=lambda each: not each.shared)


def _view(row: _Row) -> View:
    chosen, lost = filter.restored(row.query)
    return View(
        uid=str(row.id),
        name=row.name,
        shared=row.shared,
        chosen=chosen,
        lost=lost,
        agent=row.agent,
    )


async def one(organization: uuid.UUID, uid: str, who: Who) -> View:
    """One that they may see. Raises NotFound."""
    return owned.one(await of(organization, who.agent), uid)


async def add(organization: uuid.UUID, name: str, chosen: Filter, *, shared: bool, who: Who) -> str:
    """As the last one; returns its uid. Raises Invalid at /name, also when there are enough."""
    name = _named(name)
    async with database.transaction():
        await lock(organization)
        last = await _room(organization, who, shared=shared)
        uid = new_id()
        await SavedView.insert(
            SavedView(
                {
                    SavedView.id: uid,
                    SavedView.organization: organization,
                    SavedView.agent: who.agent,
                    SavedView.name: name,
                    SavedView.query: filter.stored(chosen),
                    SavedView.shared: shared,
                    SavedView.position: last,
                }
            )
        )
        await owned.record(organization, who, "view.added", uid, shared=shared)
    return str(uid)


async def change(
    organization: uuid.UUID,
    uid: str,
    *,
    who: Who,
    name: str | None = None,
    shared: bool | None = None,
    chosen: Filter | None = None,
) -> None:
    """What is None stays. Only who made a view says whose it is. Raises NotFound, also for one that
    is not theirs to change, and Invalid at /name."""
    values: dict[Any, Any] = {}
    if name is not None:
        values[SavedView.name] = _named(name)
    if chosen is not None:
        values[SavedView.query] = filter.stored(chosen)
    async with database.transaction():
        await lock(organization)
        found = await _theirs(organization, uid, who)
        if shared is not None and found.is_by(who):
            if shared != found.shared:
                values[SavedView.position] = await _room(organization, who, shared=shared)
            values[SavedView.shared] = shared
        if values:
            await SavedView.update(values).where(SavedView.id == uids.uid(uid))
        seen = found.shared or bool(values.get(SavedView.shared))
        await owned.record(organization, who, "view.changed", uid, shared=seen)


async def remove(organization: uuid.UUID, uid: str, *, who: Who) -> None:
    """Raises NotFound, also for one that is not theirs to remove."""
    async with database.transaction():
        await lock(organization)
        found = await _theirs(organization, uid, who)
        await SavedView.delete().where(SavedView.id == uids.uid(uid))
        await owned.record(organization, who, "view.removed", uid, shared=found.shared)


async def move(organization: uuid.UUID, uid: str, step: int, *, who: Who) -> None:
    """One place up (-1) or down (1) among those of the team, or their own."""
    async with database.transaction():
        await lock(organization)
        seen = await of(organization, who.agent)
        found = owned.theirs(seen, uid, who)
        group = [each.uid for each in owned.group(seen, shared=found.shared)]
        for number, each in enumerate(orders.moved(group, found.uid, step)):
            moved = SavedView.update({SavedView.position: number})
            await moved.where(SavedView.id == uuid.UUID(each))


async def _room(organization: uuid.UUID, who: Who, *, shared: bool) -> int:
    """The place of the next one. Raises Invalid at /name when there are enough."""
    known = owned.group(await of(organization, who.agent), shared=shared)
    owned.need_room(known, VIEWS_MAX, "/name", FULL)
    return len(known)


async def _theirs(organization: uuid.UUID, uid: str, who: Who) -> View:
    return owned.theirs(await of(organization, who.agent), uid, who)


def _named(text: str) -> str:
    name = clean_line(text)
    if not name:
        raise Invalid.at("/name", "required", "Enter a name")
    if len(name) > NAME_MAX:
        detail = "Use at most {limit} characters"
        raise Invalid.at("/name", "too_long", detail, limit=str(NAME_MAX))
    return name
