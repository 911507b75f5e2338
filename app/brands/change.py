"""What admins change about brands: made, renamed, put in order, archived. All of it is in the audit
log."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
from piccolo.columns import Column

from app import database, tables
from app.brands.shape import TAKEN, Brand, named, slug_problems
from app.brands.stored import all_now, forget
from app.deliveries.owe import lock
from app.errors import Conflict, Invalid, NotFound
from app.languages import LANGUAGES
from app.people import audit, organizations
from app.reading import orders, uids
from app.rules import check
from app.rules import stored as rules
from app.tables import Organization, new_id

BRANDS_MAX = 50
"""Pages offer all of them to choose from."""


async def add(org: Organization, slug: str, name: str, *, by: str) -> Brand:
    """As the last one. Its address stays as it is, since pages of others carry it. Raises Invalid
    at /slug and /name."""
    slug, name = slug.strip().lower(), named(name)
    if problems := slug_problems(slug):
        raise Invalid(problems)
    async with database.transaction():
        known = await _locked(org)
        if len(known) >= BRANDS_MAX:
            detail = "There are {limit} brands already"
            raise Invalid.at("/name", "too_many", detail, limit=str(BRANDS_MAX))
        row = tables.Brand(
            {
                tables.Brand.id: new_id(),
                tables.Brand.organization: org.id,
                tables.Brand.slug: slug,
                tables.Brand.name: name,
                tables.Brand.position: max(each.position for each in known) + 1,
                tables.Brand.created_at: await database.now(),
            }
        )
        # A brand that is archived keeps its address: it is on people's pages.
        made = await tables.Brand.insert(row).on_conflict(
            target=tables.Brand.slug, action="DO NOTHING"
        )
        if not made or await Organization.exists().where(Organization.slug == slug):
            raise Invalid.at("/slug", "taken", TAKEN)
        await audit.record(org.id, by, "brand.added", row.id, slug)
        found = _one(await all_now(org), slug)
    forget(org, slug)
    return found


async def save(
    org: Organization,
    slug: str,
    *,
    name: str,
    locale: str | None = None,
    channels: Sequence[str] | None = None,
    by: str,
) -> None:
    """All of it or nothing; what is None stays. Raises what each of the next three raises."""
    async with database.transaction():
        await rename(org, slug, name, by=by)
        if locale is not None:
            await set_locale(org, slug, locale, by=by)
        if channels is not None:
            await set_channels(org, slug, channels, by=by)


async def rename(org: Organization, slug: str, name: str, *, by: str) -> None:
    """The name that visitors read. While it is the only one, it is the organization's. Raises
    Invalid at /name and NotFound."""
    name = named(name)
    async with database.transaction():
        known = await _locked(org)
        brand = _one(known, slug)
        if brand.name == name:
            return
        if len(known) == 1:
            await Organization.update({Organization.name: name}).where(Organization.id == org.id)
            await audit.record(org.id, by, "organization.renamed", org.id)
        else:
            await _write(brand, {tables.Brand.name: name})
            await audit.record(org.id, by, "brand.renamed", brand.id, slug)
    forget(org, *(each.slug for each in known))


async def set_locale(org: Organization, slug: str, locale: str, *, by: str) -> None:
    """The language of visitors whose own we do not have; empty for the organization's. Raises
    Invalid at /locale and NotFound."""
    if locale and locale not in LANGUAGES:
        raise Invalid.at("/locale", "not_a_choice", "Use {known}", known=", ".join(LANGUAGES))
    async with database.transaction():
        brand = _one(await _locked(org), slug)
        if brand.locale != (locale or org.locale):
            await _write(brand, {tables.Brand.locale: locale})
            await audit.record(org.id, by, "brand.changed", brand.id, slug)
    forget(org, slug)


async def set_channels(org: Organization, slug: str, channels: Sequence[str], *, by: str) -> None:
    """Uids of those that are told of its messages where no rule names others; none: all. Raises
    Invalid at /channels and NotFound."""
    wanted = [str(uids.uid_or_none(each)) for each in dict.fromkeys(channels)]
    known = (await check.known(org.id)).channels
    if unknown := [each for each in wanted if each not in known]:
        place = f"/channels/{wanted.index(unknown[0])}"
        raise Invalid.at(place, "unknown_channel", "There is no such channel")
    async with database.transaction():
        brand = _one(await _locked(org), slug)
        if list(brand.channels) != wanted:
            text = msgspec.json.encode(wanted).decode()
            await _write(brand, {tables.Brand.channels: text})
            await audit.record(org.id, by, "brand.changed", brand.id, slug)
    forget(org, slug)
    rules.forget(org.id)


async def archive(org: Organization, slug: str, *, by: str) -> None:
    """It takes no messages any more; those that it has stay. Raises NotFound, and Conflict for the
    first, which is what messages belong to that name none."""
    async with database.transaction():
        brand = _one(await _locked(org), slug)
        if brand.is_first:
            raise Conflict("first_brand", "The first brand stays: rename it instead.")
        if not brand.archived:
            await _write(brand, {tables.Brand.archived_at: await database.now()})
            await audit.record(org.id, by, "brand.archived", brand.id, slug)
    forget(org, slug)


async def restore(org: Organization, slug: str, *, by: str) -> None:
    """It takes messages again. Raises NotFound."""
    async with database.transaction():
        brand = _one(await _locked(org), slug)
        if brand.archived:
            await _write(brand, {tables.Brand.archived_at: None})
            await audit.record(org.id, by, "brand.restored", brand.id, slug)
    forget(org, slug)


async def move(org: Organization, slug: str, step: int, *, by: str) -> None:
    """One place up (-1) or down (1). Raises NotFound."""
    async with database.transaction():
        known = await _locked(org)
        brand = _one(known, slug)
        known = tuple(orders.moved(known, brand, step))
        for number, each in enumerate(known):
            await _write(each, {tables.Brand.position: number})
        await audit.record(org.id, by, "brand.moved", brand.id, slug)
    forget(org, *(each.slug for each in known))


async def _locked(org: Organization) -> tuple[Brand, ...]:
    """All of them, while the organization's row is held. The first gets its row if an older process
    has made the organization."""
    await lock(org.id)
    await tables.Brand.insert(organizations.first_brand(org)).on_conflict(
        target=tables.Brand.id, action="DO NOTHING"
    )
    return await all_now(org)


def _one(known: tuple[Brand, ...], slug: str) -> Brand:
    for each in known:
        if each.slug == slug:
            return each
    raise NotFound


async def _write(brand: Brand, values: dict[Column | str, Any]) -> None:
    await tables.Brand.update(values).where(tables.Brand.id == brand.id)
