"""Encrypting with the present key what another one has encrypted, a few values at a time and while
the product runs. Each value names the key that it needs, so that a run which was interrupted can
begin again and finds what is left."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator
from typing import Any

import msgspec

from app import database, secrets
from app.channel_settings.entry import bucket_of, target_of
from app.channels import kinds
from app.deliveries.owe import lock
from app.deliveries.places import hold
from app.errors import NotFound
from app.files import store
from app.keys import fields, statements, stored
from app.keys.fields import ATTACHMENT, CHANNEL, FIELDS, RECEIVED_MAIL, Field
from app.keys.stored import File
from app.secrets import Unreadable
from app.tables import VisitorFile

AT_ONCE = 100
FIRST = uuid.UUID(int=0)


class Done(msgspec.Struct, kw_only=True):
    """What has become of one field, or of the files. `unreadable` names the rows whose key is not
    there; they stay as they are."""

    name: str
    changed: int = 0
    unreadable: list[str] = []


class _Value(msgspec.Struct):
    row: uuid.UUID
    organization: uuid.UUID | None
    text: str


async def everything() -> AsyncIterator[Done]:
    """Field by field, as each is done. Raises Unavailable."""
    for field in FIELDS:
        yield await _field(field)
    yield await _files()
    # Platforms lend them anew.
    await database.execute(statements.FORGET_LENT, secrets.prefix())


async def _field(field: Field) -> Done:
    # Mails weigh megabytes.
    most = 1 if field in (RECEIVED_MAIL, ATTACHMENT) else AT_ONCE
    done, last, sql = Done(name=field.name), FIRST, statements.older(field, most)
    while found := await database.rows(_Value, sql, last, secrets.prefix()):
        for each in found:
            try:
                value = secrets.decrypt(field.at(each.row, each.organization), each.text)
            except Unreadable:
                done.unreadable.append(str(each.row))
                continue
            put = _channel if field is CHANNEL and _is_known(value) else _value
            done.changed += await put(field, each, value)
        last = found[-1].row
    return done


async def _value(field: Field, old: _Value, value: object) -> bool:
    """Whether it was still what was read."""
    text = secrets.encrypt(field.at(old.row, old.organization), value)
    sql, head = statements.replace(field), old.text[: statements.HEAD]
    return bool(await database.values(uuid.UUID, sql, text, old.row, head))


def _is_known(value: Any) -> bool:
    """Not of a preset whose file is gone, nor of another version: their hashes stay as they are."""
    try:
        return not isinstance(kinds.restore(value), kinds.Lost)
    except (KeyError, TypeError, msgspec.ValidationError):
        return False


async def _channel(field: Field, old: _Value, value: dict[str, object]) -> bool:
    """With the hashes by which channels of one robot are known, and what these have sent lately."""
    assert old.organization is not None
    sender = kinds.restore(value)
    text = secrets.encrypt(field.at(old.row, old.organization), value)
    bucket, head = bucket_of(sender), old.text[: statements.HEAD]
    async with database.transaction():
        now = (await lock(old.organization)).now
        before = await database.value(str, statements.BUCKET, old.row)
        await hold(each for each in (before, bucket) if each)
        values = (text, target_of(sender), bucket, old.row, head)
        changed = bool(await database.values(uuid.UUID, statements.CHANNEL, *values))
        if changed and before != bucket:
            for sql in statements.MOVED:
                await database.execute(sql, bucket, before, now)
    return changed


async def _files() -> Done:
    done = Done(name=fields.FILES)
    async for row, name in stored.files():
        await _file(row, name, done)
    return done


async def _file(row: File, name: str, done: Done) -> None:
    at, place = store.current(), fields.file(name, row.organization)
    try:
        if await at.begins(name, secrets.HEAD) == secrets.sealed_by_now():
            return
        content = await asyncio.to_thread(secrets.unseal, place, await at.get(name))
    except NotFound:
        return
    except Unreadable:
        done.unreadable.append(name)
        return
    await store.put(row.organization, name, content)
    done.changed += 1
    if not await VisitorFile.exists().where(VisitorFile.id == row.id):
        # Erased meanwhile: what has no row, nobody would ever find.
        await at.remove(name)
