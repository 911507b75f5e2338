"""The part `retention`: how long messages are kept."""

from __future__ import annotations

from typing import Any

from app.configuration.plain import written
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
