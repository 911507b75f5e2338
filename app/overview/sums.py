"""The sums of days."""

from __future__ import annotations

import datetime as dt
import uuid
from zoneinfo import ZoneInfo

from app.overview import parts, statements
from app.overview.parts import Sums
from app.overview.spans import Span


async def of_days(organization: uuid.UUID, zone: str, span: Span) -> dict[dt.date, Sums]:
    """Of each day; those without anything may be left out."""
    return await counted(organization, zone, span)


async def counted(organization: uuid.UUID, zone: str, span: Span) -> dict[dt.date, Sums]:
    """By looking at every message of these days."""
    start, end = span.moments(zone)
    known = ZoneInfo(zone)
    found: dict[dt.date, Sums] = {}
    for row in await statements.left(organization, start, end):
        local = row.created_at.astimezone(known)
        parts.add(found, local.date(), parts.left(row, local))
    for row in await statements.handled(organization, start, end):
        assert row.handled_at is not None
        parts.add(found, parts.day_of(row.handled_at, known), parts.handled(row))
    return found
