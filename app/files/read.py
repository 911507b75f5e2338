"""The files of messages, and those that still wait for theirs."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

import msgspec

from app import database
from app.catalogue import N_
from app.contacts import sight
from app.contacts.mask import hidden
from app.contacts.rows import known_of
from app.errors import Conflict, NotFound
from app.files import families, scan, store
from app.files.keep import small_of
from app.reading import uids
from app.secrets import Unreadable
from app.tables import VisitorFile

f = VisitorFile
OTHER_KEY = N_("This file was sealed with another secret key, and cannot be read with this one")
PICTURES = {each.media_type for each in families.TYPES if each.family == "pictures"}


class File(msgspec.Struct, kw_only=True):
    """Without its content. `state` is "kept", "waiting" or "infected"."""

    id: uuid.UUID
    organization: uuid.UUID
    message: uuid.UUID | None
    name: str
    kind: str
    size: int
    small: int
    state: str

    @property
    def is_picture(self) -> bool:
        return self.kind in PICTURES


COLUMNS = (f.id, f.organization, f.message, f.name, f.kind, f.size, f.small, f.state)


async def of(organization: uuid.UUID, message: uuid.UUID) -> list[File]:
    """In the order in which they were sent."""
    query = f.select(*COLUMNS).where(f.organization == organization, f.message == message)
    return await _shown(await database.rows(File, query.order_by(f.id)))


async def waiting_for_message(organization: uuid.UUID, found: Sequence[uuid.UUID]) -> list[File]:
    if not found:
        return []
    query = f.select(*COLUMNS).where(f.organization == organization, f.id.is_in(list(found)))
    return await database.rows(File, query.where(f.joined_at.is_null()).order_by(f.id))


async def one(organization: uuid.UUID, uid: str) -> File:
    """Of a message. Raises NotFound, also for another organization's."""
    query = f.select(*COLUMNS).where(f.organization == organization, f.id == uids.uid(uid))
    found = await database.row(File, query.where(f.message.is_not_null()))
    if found is None:
        raise NotFound
    return (await _shown([found]))[0]


async def _shown(found: list[File]) -> list[File]:
    """A name, too, may have a number in it, or the id of its visitor."""
    if not sight.masks():
        return found
    known = await known_of({each.message for each in found if each.message})
    return [msgspec.structs.replace(each, name=hidden(each.name, known)) for each in found]


async def content(file: File) -> bytes:
    """Raises Conflict for what is not to be had, and what `store.get` raises."""
    if file.state == "infected":
        raise scan.infected()
    if file.state != "kept":
        raise scan.unscanned()
    return await _opened(file.organization, str(file.id))


async def small(file: File) -> bytes:
    """Its small picture. Raises as `content`, and NotFound without one."""
    if not file.small or file.state != "kept":
        raise NotFound
    return await _opened(file.organization, small_of(file.id))


async def _opened(organization: uuid.UUID, name: str) -> bytes:
    try:
        return await store.get(organization, name)
    except Unreadable:
        raise Conflict("file_unreadable", OTHER_KEY) from None
