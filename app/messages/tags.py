"""The words that a team marks messages with."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence

import msgspec

from app import database
from app.messages import statements
from app.messages.statements import Used
from app.tables import Tag, Tagging, new_id


class _Row(msgspec.Struct, kw_only=True):
    id: uuid.UUID
    organization: uuid.UUID
    message: uuid.UUID
    tag: uuid.UUID


TAGGING = (Tagging.id, Tagging.organization, Tagging.message, Tagging.tag)


async def of_each(messages: Sequence[uuid.UUID]) -> dict[uuid.UUID, list[str]]:
    """The tags of every message that has some, by name."""
    if not messages:
        return {}
    found: dict[uuid.UUID, list[str]] = {}
    for each in await statements.tags(messages):
        found.setdefault(each.message, []).append(each.name)
    return found


async def used(organization: uuid.UUID) -> list[Used]:
    """Every tag of an organization, by name."""
    return await statements.tags_used(organization)


async def replace(
    organization: uuid.UUID, tagged: Iterable[tuple[uuid.UUID, Sequence[str]]]
) -> None:
    """Gives each message these tags and no others. Only inside a transaction that holds the
    organization's lock."""
    wanted = list(tagged)
    if not wanted:
        return
    ids = await _ids(organization, {name for _, each in wanted for name in each})
    messages = [message for message, _ in wanted]
    await Tagging.delete().where(Tagging.message.is_in(messages))
    rows = [
        _Row(id=new_id(), organization=organization, message=message, tag=ids[name])
        for message, each in wanted
        for name in each
    ]
    await database.insert(TAGGING, rows)


class _Known(msgspec.Struct):
    id: uuid.UUID
    name: str


async def _ids(organization: uuid.UUID, wanted: set[str]) -> dict[str, uuid.UUID]:
    """The tags of these names, made where there are none."""
    if not wanted:
        return {}
    query = Tag.select(Tag.id, Tag.name)
    query = query.where(Tag.organization == organization, Tag.name.is_in(sorted(wanted)))
    found = {each.name: each.id for each in await database.rows(_Known, query)}
    new = [
        Tag({Tag.id: new_id(), Tag.organization: organization, Tag.name: name})
        for name in sorted(wanted - set(found))
    ]
    if new:
        await Tag.insert(*new)
    return {**found, **{each.name: each.id for each in new}}
