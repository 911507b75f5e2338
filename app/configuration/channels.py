"""The part `channels`: where notices go, in their order."""

from __future__ import annotations

import copy
import uuid
from collections.abc import Mapping
from typing import Any

import msgspec

from app.channel_settings import write
from app.channel_settings.entry import Common
from app.channel_settings.read import common, readable, rows
from app.channels import kinds, masks
from app.configuration import references
from app.configuration.hidden import Hidden
from app.configuration.names import Channels
from app.configuration.plain import written
from app.configuration.references import Source
from app.deliveries.rows import ChannelRow
from app.errors import Invalid, Problem
from app.reading import objects
from app.reading.objects import pointer
from app.tables import Organization

UNREADABLE = "(cannot be read: the secret key has changed)"
DEFAULTS: dict[str, Any] = {
    field.encode_name: field.default
    for field in msgspec.structs.fields(Common)
    if field.name not in ("name", "fallback_for")
}


async def read(org: Organization) -> list[dict[str, Any]]:
    found = await rows(org.id)
    names = Channels(found)
    return [_entry(row, names) for row in found]


def _entry(row: ChannelRow, names: Channels) -> dict[str, Any]:
    sender = readable(row)
    said: dict[str, Any] = {"uid": str(row.id), "name": row.name, "type": row.kind}
    if sender is None:
        said["secrets"] = Hidden(UNREADABLE)
    else:
        said |= written(sender)
        for parent, name, _ in masks.places(said, sender.secret_fields):
            parent[name] = Hidden(str(parent[name]))
    said |= written(msgspec.convert(common(row), Common), without=("name", "fallback_for"))
    if row.fallback_for:
        said["fallback_for"] = names.said(row.fallback_for)
    return said


async def write_all(org: Organization, raw: Any, source: Source, by: str) -> None:
    """Raises Invalid with every fault."""
    current = await rows(org.id)
    problems: list[Problem] = []
    entries = [
        _read_entry(each, at, current, source, problems)
        for at, each in enumerate(objects.as_list(raw))
    ]
    if problems:
        raise Invalid(problems)
    first = [{**each, "fallback_for": None} for each in entries]
    await _replace(org.id, first, by)
    stood_in = [each.get("fallback_for") for each in entries]
    if any(stood_in):
        await _replace(org.id, await _with_fallbacks(org.id, entries), by)


async def _replace(organization: uuid.UUID, entries: list[dict[str, Any]], by: str) -> None:
    try:
        await write.replace(organization, {"notifications": entries}, by=by)
    except Invalid as error:
        raise Invalid(error.out_of("/notifications")) from None


async def _with_fallbacks(
    organization: uuid.UUID, entries: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    """The same entries, each with the uid that it has by now and that of what it stands in for."""
    now = await rows(organization)
    names, found = Channels(now), []
    problems: list[Problem] = []
    for place, (each, row) in enumerate(zip(entries, now, strict=True)):
        said = each.get("fallback_for")
        uid = names.found(said, pointer(place, "fallback_for"), problems) if said else None
        found.append({**each, "uid": str(row.id), "fallback_for": uid})
    if problems:
        raise Invalid(problems)
    return found


def _read_entry(
    raw: Any, place: int, current: list[ChannelRow], source: Source, problems: list[Problem]
) -> dict[str, Any]:
    """The entry as `write.replace` takes it: with its secrets, its uid if it is known, and every
    default said."""
    if not isinstance(raw, Mapping):
        problems.append(Problem(pointer(place), "wrong_type", "This must be an object"))
        return {}
    said = copy.deepcopy(dict(raw))
    kind = kinds.KINDS.get(str(said.get("type")))
    if kind is not None:
        references.resolve(said, kind.secret_fields, source, problems, at=pointer(place))
    uid = _uid(said, current)
    if uid is not None:
        said["uid"] = uid
    missing = {key: value for key, value in DEFAULTS.items() if said.get(key) is None}
    return {**said, **missing, "name": said.get("name") or ""}


def _uid(said: Mapping[str, Any], current: list[ChannelRow]) -> str | None:
    """Of the channel that it means: the one it names, else the only one of its kind and name."""
    if said.get("uid") is not None:
        return str(said["uid"])
    alike = [
        str(row.id)
        for row in current
        if row.kind == said.get("type") and row.name and row.name == said.get("name")
    ]
    return alike[0] if len(alike) == 1 else None


def secrets_of(said: Mapping[str, Any]) -> list[tuple[Any, str, tuple[str, ...]]]:
    """Where the secrets of an entry stand."""
    kind = kinds.KINDS.get(str(said.get("type")))
    return list(masks.places(said, kind.secret_fields)) if kind else []
