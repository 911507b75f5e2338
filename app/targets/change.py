"""Reading and replacing an organization's targets."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from app import database
from app.errors import Invalid, Problem
from app.people import audit
from app.reading import categories, objects, uids
from app.rules import check
from app.tables import Organization
from app.targets import due
from app.targets.shape import Targets, stored
from app.text import clean_line


async def read(organization: uuid.UUID) -> Targets:
    query = Organization.select(Organization.targets).where(Organization.id == organization)
    return stored(await database.value(str, query) or "")


async def save(organization: uuid.UUID, raw: Mapping[str, Any], *, by: str) -> Targets:
    """Counts for messages from then on. Raises Invalid with every fault."""
    found = _clean(objects.read(raw, Targets))
    channels = (await check.known(organization)).channels
    if problems := list(_faults(found, channels)):
        raise Invalid(problems)
    text = msgspec.json.encode(found).decode()
    async with database.transaction():
        await Organization.update({Organization.targets: text}).where(
            Organization.id == organization
        )
        await audit.record(organization, by, "targets.changed", organization)
    due.forget(organization)
    return found


def _clean(targets: Targets) -> Targets:
    own = [
        msgspec.structs.replace(each, category=clean_line(each.category))
        for each in targets.categories
    ]
    return msgspec.structs.replace(targets, categories=own, warn=targets.warn or None)


def _faults(targets: Targets, channels: frozenset[str]) -> Iterator[Problem]:
    yield from categories.faults([each.category for each in targets.categories])
    if targets.warn and str(uids.uid_or_none(targets.warn)) not in channels:
        yield Problem("/warn", "unknown_channel", "There is no such channel")
