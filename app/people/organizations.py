"""Organizations: who owns everything else."""

from __future__ import annotations

import re
import uuid

from app import database, settings
from app.database.remembered import Remembered
from app.errors import NotFound
from app.tables import Organization

FIRST = "default"
SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
"""Part of addresses and host pages, so it has one spelling only."""
_remembered: Remembered[str, Organization] = Remembered()


async def by_slug(slug: str) -> Organization:
    """Up to two seconds old: limits are read again under the row's lock. Raises NotFound."""
    if known := _remembered.get(slug):
        return known
    if not SLUG.fullmatch(slug):
        raise NotFound
    found = await Organization.objects().where(Organization.slug == slug).first()
    if found is None:
        raise NotFound
    return _remembered.keep(slug, found)


async def by_id(organization: uuid.UUID) -> Organization:
    found = await Organization.objects().where(Organization.id == organization).first()
    if found is None:
        raise NotFound
    return found


async def first() -> Organization:
    """The organization that a new installation starts with, created if missing."""
    if not await Organization.exists().where(Organization.slug == FIRST):
        await create(FIRST, "Leavemsg")
    return await by_slug(FIRST)


async def create(slug: str, name: str) -> Organization:
    defaults = settings.current()
    async with database.transaction():
        row = Organization(
            {
                Organization.slug: slug,
                Organization.name: name,
                Organization.locale: defaults.locale,
                Organization.timezone: defaults.timezone,
            }
        )
        await Organization.insert(row).on_conflict(target=Organization.slug, action="DO NOTHING")
    return await by_slug(slug)
