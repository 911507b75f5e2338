"""The block list of an organization: as it is stored, and as it is in force."""

from __future__ import annotations

import datetime as dt
import uuid

import msgspec

from app import database
from app.blocks.match import Matcher
from app.blocks.shape import Block, Kind
from app.database.remembered import Remembered
from app.errors import NotFound
from app.reading import uids
from app.tables import BlockEntry

STORED = (
    BlockEntry.id,
    BlockEntry.kind,
    BlockEntry.text,
    BlockEntry.reason,
    BlockEntry.expires_at,
    BlockEntry.created_at,
    BlockEntry.created_by,
)


class _Stored(msgspec.Struct):
    id: uuid.UUID
    kind: Kind
    text: str
    reason: str
    expires_at: dt.datetime | None
    created_at: dt.datetime
    created_by: str


_remembered: Remembered[uuid.UUID, Matcher] = Remembered()


async def in_force(organization: uuid.UUID) -> Matcher:
    """Two seconds old at most."""
    return await _remembered.of(organization, lambda: _in_force(organization))


async def _in_force(organization: uuid.UUID) -> Matcher:
    return Matcher(await read(organization))


def forget(organization: uuid.UUID) -> None:
    _remembered.forget(organization)


async def read(organization: uuid.UUID) -> list[Block]:
    """All entries, the newest first."""
    query = BlockEntry.select(*STORED).where(BlockEntry.organization == organization)
    query = query.order_by(BlockEntry.id, ascending=False)
    return [_block(row) for row in await database.rows(_Stored, query)]


async def one(organization: uuid.UUID, uid: str) -> Block:
    query = BlockEntry.select(*STORED).where(
        BlockEntry.organization == organization, BlockEntry.id == uids.uid(uid)
    )
    row = await database.row(_Stored, query)
    if row is None:
        raise NotFound
    return _block(row)


def _block(row: _Stored) -> Block:
    return Block(
        uid=str(row.id),
        kind=row.kind,
        text=row.text,
        reason=row.reason,
        expires_at=row.expires_at,
        created_at=row.created_at,
        created_by=row.created_by,
    )
