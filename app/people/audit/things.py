"""What the things are called that entries of the audit are about. What is gone has no name."""

from __future__ import annotations

import uuid
from collections.abc import Iterable

import msgspec

from app import database
from app.people.audit import Entry
from app.people.audit.statements import NAMED
from app.reading.uids import uid_or_none


class _Named(msgspec.Struct):
    id: uuid.UUID
    name: str


async def things(organization: uuid.UUID, entries: Iterable[Entry]) -> dict[str, str]:
    """The names of those that there still are, by their targets."""
    wanted: dict[str, set[uuid.UUID]] = {}
    for each in entries:
        uid = uid_or_none(each.target)
        if uid and each.area in NAMED:
            wanted.setdefault(each.area, set()).add(uid)
    found: dict[str, str] = {}
    for area, ids in wanted.items():
        condition, value = database.one_of("id", list(ids))
        rows = await database.rows(_Named, NAMED[area] + condition, organization, value)
        found |= {str(each.id): each.name for each in rows}
    return found
