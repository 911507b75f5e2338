"""Changing an organization's block list."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from app import database
from app.blocks import check, stored
from app.blocks.match import Matcher, sender_in
from app.blocks.shape import Block
from app.deliveries.owe import lock
from app.errors import Invalid, NotFound
from app.people import audit
from app.reading import uids
from app.tables import BlockEntry, new_id

BLOCKS_MAX = 1000


async def add(organization: uuid.UUID, blocks: Sequence[Block], *, by: str) -> list[str]:
    """Their uids. What is on the list already gets the new reason and end. Raises Invalid."""
    now = await database.now()
    wanted = [check.checked(block, now) for block in blocks]
    async with database.transaction():
        await lock(organization)
        before = {_mark(each): each.uid for each in await stored.read(organization)}
        if len(before.keys() | set(map(_mark, wanted))) > BLOCKS_MAX:
            raise full()
        added = []
        for block in wanted:
            uid = before.get(_mark(block))
            if uid is None:
                row = _row(organization, block, by)
                await BlockEntry.insert(row)
                uid = str(row.id)
            else:
                await _update(uid, block)
            await audit.record(organization, by, "block.added", uid, block.kind)
            added.append(uid)
    stored.forget(organization)
    return added


def full() -> Invalid:
    return Invalid.at("", "too_many", "The list is full. Remove an entry first.")


async def add_of_act(
    organization: uuid.UUID, act: uuid.UUID, blocks: Sequence[Block], *, by: str
) -> int:
    """Only those whom the list does not catch yet; the others stay as they are. Returns how many.
    Only inside a transaction that holds the organization's lock; whoever commits it calls
    `stored.forget`. Raises Invalid as `add` does."""
    now, known = await database.now(), await stored.read(organization)
    matcher, added = Matcher(known), []
    for block in blocks:
        wanted = check.checked(block, now)
        if not matcher.caught(sender_in(wanted), now):
            matcher.add(wanted)
            added.append(wanted)
    marks = set(map(_mark, added))
    over = [each.uid for each in known if _mark(each) in marks]
    if len(known) - len(over) + len(added) > BLOCKS_MAX:
        raise full()
    if over:
        await BlockEntry.delete().where(BlockEntry.id.is_in([uids.uid(each) for each in over]))
    if added:
        await BlockEntry.insert(*(_row(organization, each, by, act) for each in added))
        await audit.record(organization, by, "blocks.added", act, str(len(added)))
    return len(added)


async def take_back(organization: uuid.UUID, act: uuid.UUID, *, by: str) -> int:
    """Takes off the list what an act has put there and nobody has changed since; returns how
    many."""
    theirs = (BlockEntry.organization == organization) & (BlockEntry.act == act)
    async with database.transaction():
        await lock(organization)
        gone = await BlockEntry.delete().where(theirs).returning(BlockEntry.id)
        if gone:
            await audit.record(organization, by, "blocks.removed", act, str(len(gone)))
    stored.forget(organization)
    return len(gone)


async def save(organization: uuid.UUID, uid: str, block: Block, *, by: str) -> None:
    """Raises Invalid, also for what another entry has already, and NotFound."""
    before = await stored.one(organization, uid)
    wanted = check.checked(block, await database.now(), before=before)
    async with database.transaction():
        await lock(organization)
        known = {each.uid: _mark(each) for each in await stored.read(organization)}
        if known.pop(before.uid, None) is None:
            raise NotFound
        if _mark(wanted) in known.values():
            raise Invalid.at("/text", "not_unique", "This is listed twice")
        await _update(before.uid, wanted)
        await audit.record(organization, by, "block.changed", before.uid, wanted.kind)
    stored.forget(organization)


async def remove(organization: uuid.UUID, uid: str, *, by: str) -> None:
    """Raises NotFound."""
    entry = uids.uid(uid)
    async with database.transaction():
        found = (
            await BlockEntry.delete()
            .where(BlockEntry.organization == organization, BlockEntry.id == entry)
            .returning(BlockEntry.kind)
        )
        if not found:
            raise NotFound
        await audit.record(organization, by, "block.removed", entry, found[0]["kind"])
    stored.forget(organization)


def _mark(block: Block) -> tuple[str, str]:
    return block.kind, block.text.casefold()


def _row(
    organization: uuid.UUID,
    block: Block,
    by: str,
    act: uuid.UUID | None = None,
) -> BlockEntry:
    entry = {
        BlockEntry.id: new_id(),
        BlockEntry.organization: organization,
        BlockEntry.created_by: by,
        **_values(block),
        BlockEntry.act: act,
    }
    return BlockEntry(entry)


async def _update(uid: str, block: Block) -> None:
    await BlockEntry.update(_values(block)).where(BlockEntry.id == uids.uid(uid))


def _values(block: Block) -> dict[Any, Any]:
    """What somebody has changed is no act's any more."""
    return {
        BlockEntry.kind: block.kind,
        BlockEntry.text: block.text,
        BlockEntry.reason: block.reason,
        BlockEntry.expires_at: block.expires_at,
        BlockEntry.act: None,
    }
