"""What was erased, for copies that were made before: ids, and nothing of whom."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from pathlib import Path

import msgspec

from app import database
from app.erasure import remove
from app.errors import Invalid
from app.reading import uids
from app.tables import Message, Tombstone

BY = "tombstones"
AT_ONCE = 500


class _Left(msgspec.Struct):
    id: uuid.UUID
    organization: uuid.UUID


async def after(last: uuid.UUID | None = None) -> list[uuid.UUID]:
    """Of all organizations, AT_ONCE of them from the one after `last`."""
    query = Tombstone.select(Tombstone.id).order_by(Tombstone.id).limit(AT_ONCE)
    return await database.values(uuid.UUID, query.where(Tombstone.id > last) if last else query)


def read(text: str) -> list[uuid.UUID]:
    """One id a line; empty lines are skipped. Raises Invalid at /file."""
    found = []
    for number, line in enumerate(text.splitlines(), 1):
        text = line.strip("\ufeff \t")
        if not text:
            continue
        uid = uids.uid_or_none(text)
        if uid is None:
            raise Invalid.at("/file", "no_list", "Line {number} is no id", number=str(number))
        found.append(uid)
    return found


def read_file(path: Path) -> list[uuid.UUID]:
    """As `read`. Raises Invalid at /file."""
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is no text"
        detail = "The file cannot be read: {why}"
        raise Invalid.at("/file", "unreadable", detail, why=str(why)) from None
    return read(text)


async def obey(erased: Sequence[uuid.UUID]) -> int:
    """Erases what came back. Returns how many messages that were."""
    done = 0
    for start in range(0, len(erased), AT_ONCE):
        some = list(erased[start : start + AT_ONCE])
        query = Message.select(Message.id, Message.organization).where(Message.id.is_in(some))
        left = await database.rows(_Left, query)
        for organization in sorted({each.organization for each in left}):
            theirs = [each.id for each in left if each.organization == organization]
            done += await remove.remove(organization, theirs, by=BY)
    return done
