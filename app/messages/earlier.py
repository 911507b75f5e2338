"""What somebody left before: messages with the same phone or e-mail, however they are written."""

from __future__ import annotations

import uuid

from app import database
from app.errors import NotFound
from app.messages import search
from app.messages.inbox import Row, completed
from app.messages.same import contact
from app.messages.stored import STORED, Stored
from app.reading import uids
from app.tables import Message

READ_MAX = 500
"""Messages read for it at most: others may have this number in their text."""


async def earlier(organization: uuid.UUID, uid: str, limit: int = 20) -> list[Row]:
    """Those before this message, newest first. Raises NotFound for another organization's."""
    query = Message.select(*STORED)
    query = query.where(Message.organization == organization, Message.id == uids.uid(uid))
    this = await database.row(Stored, query)
    if this is None:
        raise NotFound
    found: list[Stored] = []
    read = 0
    lines = search.contact_lines(this.phone, this.email)
    async for part in search.with_lines(organization, lines, before=this.id):
        query = Message.select(*STORED).where(Message.organization == organization, part)
        query = query.where(Message.id < this.id).order_by(Message.id, ascending=False)
        rows = await database.rows(Stored, query.limit(READ_MAX - read))
        found += [row for row in rows if contact(this, row)]
        read += len(rows)
        if len(found) >= limit or read >= READ_MAX:
            break
    return await completed(found[:limit])
