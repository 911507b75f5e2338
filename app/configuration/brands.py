"""The part `brands`, and for the first of them `form`, `hours`, `widget` and `shop`."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import msgspec

from app import database
from app.brands import change
from app.brands.shape import Brand
from app.brands.stored import all_now
from app.configuration import visitors
from app.errors import Invalid, NotFound, Problem
from app.people import organizations
from app.reading import objects, uids
from app.tables import Organization

NAME, LOCALE, SLUG = "name", "locale", "slug"
FACES = {
    "form": (visitors.read_form, visitors.write_form),
    "hours": (visitors.read_hours, visitors.write_hours),
    "widget": (visitors.read_widget, visitors.write_widget),
}
"""What each brand has of its own."""
KEYS = (SLUG, NAME, LOCALE, *FACES)
Read = Callable[[Organization], Awaitable[Any]]
Write = Callable[[Organization, Any, str], Awaitable[None]]


async def _all(org: Organization) -> tuple[Brand, ...]:
    """An organization at hand may have been renamed since it was read."""
    return await all_now(await organizations.by_id(org.id))


async def _first(org: Organization) -> Brand:
    return next(each for each in await _all(org) if each.is_first)


def of_first(face: str) -> tuple[Read, Write]:
    read, write = FACES[face]

    async def reading(org: Organization) -> Any:
        return await read(await _first(org))

    async def writing(org: Organization, raw: Any, by: str) -> None:
        await write(await _first(org), raw, by)

    return reading, writing


async def read_shop(org: Organization) -> dict[str, Any]:
    return {NAME: (await _first(org)).name}


async def write_shop(org: Organization, raw: Any, by: str) -> None:
    """Raises Invalid."""
    said = objects.as_object(raw)
    problems = [objects.unknown(key, (NAME,)) for key in said if key != NAME]
    if not isinstance(said.get(NAME, ""), str):
        problems.append(Problem(f"/{NAME}", "wrong_type", objects.MUST_BE["str"]))
    if problems:
        raise Invalid(problems)
    if NAME in said:
        await change.rename(org, org.slug, said[NAME], by=by)


async def read(org: Organization) -> list[dict[str, Any]]:
    """Those beside the first."""
    return [await _said(each) for each in await _all(org) if not _is_apart(each)]


def _is_apart(brand: Brand) -> bool:
    return brand.is_first or brand.archived


async def one(org: Organization, uid: str) -> dict[str, Any]:
    """Any of them, also the first and one that is archived. Raises NotFound."""
    return await _said(await _by_uid(org, uid))


async def replace_one(org: Organization, uid: str, raw: Any, *, by: str) -> dict[str, Any]:
    """What is left out stays as it is; a face that is given is replaced whole. Returns it as it is
    then. Raises Invalid with every fault, and NotFound."""
    brand = await _by_uid(org, uid)
    said, problems = objects.as_object(raw), list[Problem]()
    found = _one({SLUG: brand.slug, NAME: brand.name, LOCALE: brand.locale, **said}, "", problems)
    if found is not None and found[SLUG] != brand.slug:
        problems.append(Problem(f"/{SLUG}", "fixed", "The address stays as it is"))
    if found is None or problems:
        raise Invalid(problems)
    async with database.transaction():
        await _write_known(org, found, by)
    return await one(org, uid)


async def _by_uid(org: Organization, uid: str) -> Brand:
    wanted = uids.uid(uid)
    for each in await _all(org):
        if each.id == wanted:
            return each
    raise NotFound


async def _said(brand: Brand) -> dict[str, Any]:
    own = {face: await reading(brand) for face, (reading, _) in FACES.items()}
    locale = {} if brand.locale == brand.org.locale else {LOCALE: brand.locale}
    return {SLUG: brand.slug, NAME: brand.name, **locale, **own}


async def write(org: Organization, raw: Any, by: str) -> None:
    """Those that are not listed are archived. Raises Invalid with every fault."""
    problems: list[Problem] = []
    wanted: dict[str, tuple[int, dict[str, Any]]] = {}
    for place, each in enumerate(objects.as_list(raw)):
        if said := _one(each, objects.pointer(place), problems):
            wanted.setdefault(said[SLUG], (place, said))
    if len(wanted) < len(raw) and not problems:
        problems.append(Problem("", "twice", "This is listed twice"))
    if problems:
        raise Invalid(problems)
    known = {each.slug: each for each in await _all(org) if not each.is_first}
    for slug, brand in known.items():
        if slug not in wanted and not brand.archived:
            await change.archive(org, slug, by=by)
    for slug, (place, said) in wanted.items():
        try:
            await _write_one(org, known.get(slug), said, by)
        except Invalid as error:
            at = objects.pointer(place)
            problems += [
                msgspec.structs.replace(each, pointer=at + each.pointer) for each in error.problems
            ]
    if problems:
        raise Invalid(problems)


def _one(raw: Any, at: str, problems: list[Problem]) -> dict[str, Any] | None:
    found: list[Problem] = []
    try:
        said = dict(objects.as_object(raw))
    except Invalid as error:
        problems += [msgspec.structs.replace(each, pointer=at) for each in error.problems]
        return None
    found += [objects.unknown(str(key), KEYS, at) for key in said if key not in KEYS]
    for key in (SLUG, NAME):
        if key not in said:
            found.append(Problem(f"{at}/{key}", "missing", "This is missing."))
    for key in (SLUG, NAME, LOCALE):
        if not isinstance(said.get(key, ""), str):
            found.append(Problem(f"{at}/{key}", "wrong_type", objects.MUST_BE["str"]))
    problems += found
    return None if found else said


async def _write_one(
    org: Organization, before: Brand | None, said: dict[str, Any], by: str
) -> None:
    slug = said[SLUG]
    if before is None:
        await change.add(org, slug, said[NAME], by=by)
    elif before.archived:
        await change.restore(org, slug, by=by)
    await _write_known(org, said, by)


async def _write_known(org: Organization, said: dict[str, Any], by: str) -> None:
    slug = said[SLUG]
    await change.rename(org, slug, said[NAME], by=by)
    await change.set_locale(org, slug, said.get(LOCALE, ""), by=by)
    brand = next(each for each in await _all(org) if each.slug == slug)
    problems: list[Problem] = []
    for face, (_, writing) in FACES.items():
        if face not in said:
            continue
        try:
            await writing(brand, said[face], by)
        except Invalid as error:
            problems += [
                msgspec.structs.replace(each, pointer=f"/{face}{each.pointer}")
                for each in error.problems
            ]
    if problems:
        raise Invalid(problems)
