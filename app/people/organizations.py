"""Organizations: who owns everything else."""

from __future__ import annotations

import uuid

from app import database, settings
from app.brands.shape import SLUG
from app.database.remembered import Remembered
from app.errors import Conflict, NotFound
from app.people import statements
from app.tables import Brand, Organization

FIRST = "default"
UNNAMED = "Leavemsg"
"""The name of an organization until somebody gives it one."""
_remembered: Remembered[str, Organization] = Remembered()
LARGE_SECONDS = 600.0
_large: Remembered[int, list[uuid.UUID]] = Remembered(LARGE_SECONDS)


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


async def every() -> list[Organization]:
    """The oldest first."""
    return await Organization.objects().order_by(Organization.id)


async def large(least: int) -> list[uuid.UUID]:
    """Those with at least so many messages. Up to ten minutes old, since every row is read for it:
    an index would have to follow each submission."""
    known = _large.get(least)
    if known is None:
        found = await database.values(uuid.UUID, statements.LARGE, least)
        known = _large.keep(least, found)
    return known


async def first() -> Organization:
    """The organization that a new installation starts with, created if missing."""
    if not await Organization.exists().where(Organization.slug == FIRST):
        await create(FIRST, UNNAMED)
    return await by_slug(FIRST)


async def create(slug: str, name: str) -> Organization:
    """With its first brand. One that is there stays as it is. Raises Conflict when a brand of
    another organization has the slug."""
    defaults = settings.current()
    async with database.transaction():
        await insert(new(slug, name, locale=defaults.locale, timezone=defaults.timezone))
    return await by_slug(slug)


def new(slug: str, name: str, *, locale: str, timezone: str) -> Organization:
    return Organization(
        {
            Organization.slug: slug,
            Organization.name: name,
            Organization.locale: locale,
            Organization.timezone: timezone,
        }
    )


async def insert(row: Organization) -> bool:
    """With its first brand, within the caller's transaction. False when there is one with this
    slug; raises Conflict when a brand has it, and then nothing must be committed."""
    made = await Organization.insert(row).on_conflict(target=Organization.slug, action="DO NOTHING")
    if made and not await Brand.insert(first_brand(row)).on_conflict(
        target=Brand.slug, action="DO NOTHING"
    ):
        raise Conflict("slug_taken", "This address is taken. Choose another")
    return bool(made)


def first_brand(org: Organization) -> Brand:
    """The row of what belongs to no other brand: it has the organization's id and address."""
    return Brand({Brand.id: org.id, Brand.organization: org.id, Brand.slug: org.slug})


async def hold(organization: uuid.UUID) -> None:
    """Keeps its row until the transaction ends, by an update that changes nothing: of two who count
    or look before they change something, the second waits for the first."""
    await Organization.update({Organization.slug: Organization.slug}).where(
        Organization.id == organization
    )


async def ids() -> list[uuid.UUID]:
    """Of all, the oldest first."""
    return await database.values(
        uuid.UUID, Organization.select(Organization.id).order_by(Organization.id)
    )
