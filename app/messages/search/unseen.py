"""A search by somebody who sees no contacts. It finds what they could read, and a contact that they
know whole; never a part of one, or they could ask for it digit by digit."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator, Sequence

from piccolo.custom_types import Combinable

from app import database, limits
from app.contacts import rows as contact_rows
from app.contacts import sight
from app.contacts.mask import hidden
from app.messages import same
from app.messages.search.find import wanted
from app.messages.search.statements import EVERY
from app.messages.search.text import contact_lines
from app.messages.stored import STORED, Stored
from app.reading import emails
from app.reading.characters import digits
from app.tables import Message
from app.text import folded

BATCH = 200
WHOLE = 7
"""Digits of a number that is looked for whole."""


async def allow(q: str, contact: Sequence[str]) -> None:
    """Counts a search for a whole contact. Raises TooMany: they could be guessed otherwise."""
    if sight.masks() and (contact or is_whole(q)):
        await limits.allow_lookup(sight.now().who, "\n".join((q, *contact)))


def is_whole(q: str) -> bool:
    return len(digits(q)) >= WHOLE or bool(emails.address(q))


async def seen(conditions: Sequence[Combinable], q: str) -> AsyncIterator[list[uuid.UUID]]:
    """Those of the messages that they may find, newest first."""
    before: uuid.UUID | None = EVERY
    while before is not None:
        query = Message.select(*STORED).where(*conditions, Message.id < before)
        rows = await database.rows(Stored, query.order_by(Message.id, ascending=False).limit(BATCH))
        if found := [row.id for row in rows if finds(q, row)]:
            yield found
        before = rows[-1].id if len(rows) == BATCH else None


def finds(q: str, row: Stored) -> bool:
    if same.reached(q, row):
        return True
    text = readable(row)
    return all(any(all(piece in text for piece in way) for way in term) for term in wanted(q))


def readable(row: Stored) -> str:
    """What `row.search` has without contacts."""
    known = [line for each in contact_rows.known_stored(row) for line in folded(each).split("\n")]
    own = {*known, *contact_lines(row.phone, row.email, row.wechat), digits(row.phone)}
    own |= {folded(row.external_id)}
    lines = (line for line in row.search.split("\n") if line not in own)
    return "\n".join(hidden(line, known) for line in lines)
