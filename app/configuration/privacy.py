"""The parts `retention`, how long messages are kept, and `contacts`, who sees contact data."""

from __future__ import annotations

from typing import Any

from app.configuration.plain import written
from app.contacts import policy
from app.erasure import retention
from app.people import organizations
from app.reading import objects
from app.tables import Organization


async def read(org: Organization) -> dict[str, Any]:
    return written(retention.of(await organizations.by_id(org.id)))


async def write(org: Organization, raw: Any, by: str) -> None:
    """What is left out is kept for ever. Raises Invalid."""
    found = await organizations.by_id(org.id)
    await retention.save(found, objects.as_object(raw), by=by)


async def read_contacts(org: Organization) -> dict[str, Any]:
    return written(policy.of(await organizations.by_id(org.id)))


async def write_contacts(org: Organization, raw: Any, by: str) -> None:
    """Raises Invalid."""
    found = await organizations.by_id(org.id)
    await policy.save(found, objects.as_object(raw), by=by)
