"""The brands as they are stored: found by the address of a visitor, and listed for a team."""

from __future__ import annotations

import datetime as dt
import uuid

import msgspec
from piccolo.custom_types import Combinable

from app import database, tables
from app.brands import changed, statements
from app.brands.owner import organization_of
from app.brands.shape import SLUG, Brand, first
from app.database.remembered import Remembered
from app.errors import NotFound
from app.tables import Organization

_by_slug: Remembered[str, Brand] = Remembered()
_told: Remembered[uuid.UUID, dict[str, str]] = Remembered()
_of: Remembered[uuid.UUID, tuple[Brand, ...]] = Remembered()


class Stored(msgspec.Struct, frozen=True, kw_only=True):
    """A row of `brand`."""

    id: uuid.UUID
    slug: str
    name: str
    locale: str
    position: int
    channels: str
    archived_at: dt.datetime | None


class _Told(msgspec.Struct):
    id: uuid.UUID | None
    name: str | None
    shop: str


STORED = (
    tables.Brand.id,
    tables.Brand.slug,
    tables.Brand.name,
    tables.Brand.locale,
    tables.Brand.position,
    tables.Brand.channels,
    tables.Brand.archived_at,
)


async def by_slug(slug: str) -> Brand:
    """With its organization, in one query; up to two seconds old. One of an organization that is
    disabled takes messages no more than one that is archived. Raises NotFound."""
    if not SLUG.fullmatch(slug):
        raise NotFound
    return await _by_slug.of(slug, lambda: _now_by_slug(slug))


async def _now_by_slug(slug: str) -> Brand:
    query = tables.Brand.objects(tables.Brand.organization).where(tables.Brand.slug == slug)
    found = await query.first()
    if found is None:
        # An older process beside this one makes organizations without a brand.
        return first(await _organization(Organization.slug == slug))
    org: Organization = found.organization
    row = Stored(**{name: getattr(found, name) for name in Stored.__struct_fields__})
    brand = _brand(org, row)
    if org.disabled_at is not None:
        brand = msgspec.structs.replace(brand, archived=True)
    return brand


async def of(org: Organization) -> list[Brand]:
    """Those that take messages, in the team's order; up to two seconds old."""
    return [each for each in await all_of(org) if not each.archived]


async def all_of(org: Organization) -> tuple[Brand, ...]:
    """Those that are archived at the end."""
    return _of.get(org.id) or _of.keep(org.id, await all_now(org))


async def names(org: Organization) -> dict[str, str]:
    """By their uids, of all; none while there is only one, which goes without saying."""
    known = await all_of(org)
    return {str(each.id): each.name for each in known} if len(known) > 1 else {}


async def told_name(organization: uuid.UUID, brand: uuid.UUID | None) -> str:
    """What notices call the brand of a message; empty while there is only one. Up to two seconds
    old."""
    known = _told.get(organization)
    if known is None:
        known = _told.keep(organization, await _told_names(organization))
    return known.get(str(brand or organization), "")


async def _told_names(organization: uuid.UUID) -> dict[str, str]:
    """What `names` says, by one statement that reads nothing else of the brands."""
    found = await database.rows(_Told, statements.TOLD, organization)
    if not found:
        raise NotFound
    # As long as nobody has changed it, the first brand has no row.
    told = {str(organization): found[0].shop}
    told |= {str(each.id): each.name or each.shop for each in found if each.id}
    return told if len(told) > 1 else {}


async def all_now(org: Organization) -> tuple[Brand, ...]:
    query = tables.Brand.select(*STORED).where(tables.Brand.organization == org.id)
    found = [_brand(org, row) for row in await database.rows(Stored, query)]
    if not any(each.is_first for each in found):
        found.append(first(org))
    return tuple(sorted(found, key=lambda each: (each.archived, each.position, each.id)))


async def one(org: Organization, slug: str) -> Brand:
    """Raises NotFound when the organization has none with that slug."""
    for each in await all_of(org):
        if each.slug == slug:
            return each
    raise NotFound


async def by_id(brand: uuid.UUID) -> Brand:
    """As it is now. Raises NotFound."""
    org = await _organization(Organization.id == await organization_of(brand))
    for each in await all_now(org):
        if each.id == brand:
            return each
    raise NotFound


async def _organization(which: Combinable) -> Organization:
    found = await Organization.objects().where(which).first()
    if found is None:
        raise NotFound
    return found


def forget(org: Organization, *slugs: str) -> None:
    """Drops what is remembered after a change, so that the editor sees it at once."""
    changed.note(org.id)
    _of.forget(org.id)
    _told.forget(org.id)
    for slug in slugs:
        _by_slug.forget(slug)


def _brand(org: Organization, row: Stored) -> Brand:
    return Brand(
        id=row.id,
        org=org,
        slug=row.slug,
        name=row.name or org.name,
        locale=row.locale or org.locale,
        position=row.position,
        channels=msgspec.json.decode(row.channels, type=tuple[str, ...]),
        archived=row.archived_at is not None,
    )
