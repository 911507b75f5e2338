"""Files and their message come together, in the transaction that stores the message."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence

from app import database
from app.signed.upload import Upload
from app.tables import VisitorFile


async def free(organization: uuid.UUID, uploads: Sequence[Upload]) -> set[uuid.UUID]:
    """Those that have no message yet."""
    f = VisitorFile
    if not uploads:
        return set()
    query = f.select(f.id).where(f.organization == organization, f.joined_at.is_null())
    query = query.where(f.id.is_in([each.uid for each in uploads]))
    return set(await database.values(uuid.UUID, query))


async def join(
    organization: uuid.UUID,
    sent: Mapping[uuid.UUID, Sequence[Upload]],
    now: dt.datetime,
) -> None:
    """By message. A file that has one stays there."""
    f = VisitorFile
    for message, uploads in sent.items():
        mine = f.id.is_in([each.uid for each in uploads])
        await f.update({f.message: message, f.joined_at: now}).where(
            f.organization == organization, mine, f.joined_at.is_null()
        )
