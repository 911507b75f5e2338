"""What a worker does with files: removes what has no message, and has looked at what waits for the
virus scanner."""

from __future__ import annotations

import datetime as dt
import logging
import uuid
from typing import Any

import msgspec
from piccolo.columns import Column

from app import database
from app.errors import NotFound
from app.files import scan, store
from app.files.keep import small_of
from app.secrets import Unreadable
from app.tables import VisitorFile

log = logging.getLogger(__name__)

f = VisitorFile
FORGOTTEN = dt.timedelta(days=8)
"""A message that could not be sent is kept for a week in its visitor's browser."""
AT_ONCE = 100


class _Loose(msgspec.Struct):
    id: uuid.UUID
    organization: uuid.UUID


async def remove_loose() -> int:
    """Removes files whose message is gone, and those whose message never came; how many. The bytes
    go first: a row that is left is found again. Raises Unavailable."""
    old = await database.now() - FORGOTTEN
    query = f.select(f.id, f.organization).where(f.message.is_null())
    query = query.where(f.joined_at.is_not_null() | (f.created_at < old))
    found = await database.rows(_Loose, query.order_by(f.created_at).limit(AT_ONCE))
    for each in found:
        await store.current().remove(str(each.id))
        await store.current().remove(small_of(each.id))
        async with database.transaction():
            await f.delete().where(f.id == each.id, f.message.is_null())
    return len(found)


async def look_again() -> int:
    """Has the scanner look at what waits for it; how many were looked at. Stops when the scanner is
    away. Raises Unavailable."""
    query = f.select(f.id, f.organization).where(f.state == "waiting").order_by(f.id).limit(AT_ONCE)
    looked = 0
    for each in await database.rows(_Loose, query):
        try:
            found = await scan.look(await store.get(each.organization, str(each.id)))
        except (NotFound, Unreadable) as error:
            # It stays as it is: nobody can have it.
            log.error("a file is lost", extra={"file": str(each.id), "why": type(error).__name__})
            continue
        if found == "away":
            break
        if found == "infected":
            await store.current().remove(str(each.id))
            await store.current().remove(small_of(each.id))
        gone: dict[Column | str, Any] = {f.state: "infected", f.size: 0, f.small: 0}
        async with database.transaction():
            await f.update(gone if found == "infected" else {f.state: "kept"}).where(
                f.id == each.id
            )
        looked += 1
    return looked
