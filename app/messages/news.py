"""What has changed since a number: what open pages ask again and again.

The number is the organization's `wakes`. Whoever changes a message holds the organization's row
and takes the next one, so that numbers are in the order of the commits: what comes after the last
number that somebody has heard of is all that is new to them.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence

import msgspec

from app import database
from app.messages import statements
from app.messages.inbox import Row, completed
from app.messages.stored import STORED, Stored
from app.tables import Message

MOST = 30
"""Changed messages that are told one by one; after more than that a list is read anew."""


class News(msgspec.Struct, frozen=True):
    """Everything up to `number` is told by it. `arrived` are those of the `rows` that a visitor
    left or added to; `more` says that some are missing."""

    number: int
    rows: list[Row]
    arrived: list[Row]
    more: bool


async def since(organization: uuid.UUID, number: int) -> News:
    """The latest change comes first."""
    query = Message.select(*STORED).order_by(Message.changed, Message.id, ascending=False)
    query = query.where(Message.organization == organization, Message.changed > number)
    found = await database.rows(Stored, query.limit(MOST + 1))
    if not found:
        return News(number, [], [], False)
    told = found[:MOST]
    rows = await completed([*told, *await _firsts(organization, told)])
    arrived = [row for row in rows if row.activity > number and row.status == "pending"]
    return News(found[0].changed, rows, arrived, len(found) > MOST)


async def _firsts(organization: uuid.UUID, rows: Sequence[Stored]) -> list[Stored]:
    """The messages that count the repeats among them."""
    known = {row.id for row in rows}
    firsts = {row.repeat_of for row in rows if row.repeat_of} - known
    if not firsts:
        return []
    query = Message.select(*STORED).where(Message.id.is_in(list(firsts)))
    return await database.rows(Stored, query.where(Message.organization == organization))


async def newest(organizations: Collection[uuid.UUID]) -> dict[uuid.UUID, int]:
    """The number of the latest change in each of them."""
    found = await statements.latest(list(organizations))
    return {each.organization: each.number for each in found}
