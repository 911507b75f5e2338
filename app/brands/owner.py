"""Whose a brand is."""

from __future__ import annotations

import uuid

from app import database
from app.tables import Brand


async def organization_of(brand: uuid.UUID) -> uuid.UUID:
    """The first brand has the organization's id, also where it has no row yet."""
    query = Brand.select(Brand.organization).where(Brand.id == brand)
    return await database.value(uuid.UUID, query) or brand
