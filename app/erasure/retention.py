"""Changing what an organization keeps, and for how long. Nothing is erased unless somebody has said
so."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from app import database
from app.erasure.shape import ADDRESSES, STATUSES, Retention, Status, of, stored
from app.errors import Invalid
from app.people import audit
from app.reading import categories, objects
from app.tables import Organization
from app.text import clean_line

__all__ = ["ADDRESSES", "STATUSES", "Retention", "Status", "of", "read", "save", "stored"]


def read(raw: Mapping[str, Any]) -> Retention:
    """As it may be saved. Raises Invalid with every fault."""
    found = objects.read(raw, Retention)
    own = [
        msgspec.structs.replace(each, category=clean_line(each.category))
        for each in found.categories
    ]
    found = msgspec.structs.replace(found, categories=own)
    if problems := list(categories.faults([each.category for each in found.categories])):
        raise Invalid(problems)
    return found


async def save(org: Organization, raw: Mapping[str, Any], *, by: str) -> Retention:
    """Raises Invalid with every fault."""
    found = read(raw)
    text = msgspec.json.encode(found).decode()
    async with database.transaction():
        await Organization.update({Organization.retention: text}).where(Organization.id == org.id)
        org.retention = text
        await audit.record(org.id, by, "retention.changed", org.id)
    return found
