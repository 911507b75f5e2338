"""Visitors' files that are stored encrypted, of all organizations."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator

import msgspec

from app import database
from app.files.keep import names_of
from app.tables import VisitorFile

AT_ONCE = 1000


class File(msgspec.Struct, frozen=True):
    id: uuid.UUID
    organization: uuid.UUID
    size: int
    small: int


async def files() -> AsyncIterator[tuple[File, str]]:
    """Each row with each name that it has in the store. Raises Unavailable."""
    f, last = VisitorFile, uuid.UUID(int=0)
    query = f.select(f.id, f.organization, f.size, f.small).order_by(f.id).limit(AT_ONCE)
    while found := await database.rows(File, query.where(f.id > last)):
        for each in found:
            for name in names_of(each.id, each.size, each.small):
                yield each, name
        last = found[-1].id
