"""Changing an organization's block list."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from app import database
from app.blocks import check, stored
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
            raise Invalid.at("", "too_many", "The list is full. Remove an entry first.")
        added = []
        for block in wanted:
            uid = before.get(_mark(block))
            if uid is None:
                uid = await _insert(organization, block, by)
            else:
                await _update(uid, block)
            await audit.record(organization, by, "block.added", uid, block.kind)
            added.append(uid)
    stored.forget(organization)
    return added


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


async def _insert(organization: uuid.UUID, block: Block, by: str) -> str:
    uid = new_id()
    entry = {
        BlockEntry.id: uid,
        BlockEntry.organization: organization,
        BlockEntry.created_by: by,
        **_values(block),
    }
    await BlockEntry.insert(BlockEntry(entry))
    return str(uid)


async def _update(uid: str, block: Block) -> None:
    await BlockEntry.update(_values(block)).where(BlockEntry.id == uids.uid(uid))


def _values(block: Block) -> dict[Any, Any]:
    return {
        BlockEntry.kind: block.kind,
        BlockEntry.text: block.text,
        BlockEntry.reason: block.reason,
        BlockEntry.expires_at: block.expires_at,
    }
