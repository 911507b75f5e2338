"""The part `brands`, and for the first of them `form`, `hours`, `widget` and `shop`."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from app import database
from app.brands import change
from app.brands.shape import Brand
from app.brands.stored import all_now
from app.channel_settings.read import rows
from app.configuration import visitors
from app.configuration.names import Channels
from app.errors import Invalid, NotFound, Problem
from app.people import organizations
from app.reading import objects, uids
from app.tables import Organization

NAME, LOCALE, SLUG, CHANNELS = "name", "locale", "slug", "channels"
FACES = {
    "form": (visitors.read_form, visitors.write_form),
    "hours": (visitors.read_hours, visitors.write_hours),
    "widget": (visitors.read_widget, visitors.write_widget),
}
"""What each brand has of its own."""
KEYS = (SLUG, NAME, LOCALE, CHANNELS, *FACES)
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
    first = await _first(org)
    return {NAME: first.name, **await _channels(org, first)}


async def _channels(org: Organization, brand: Brand) -> dict[str, list[str]]:
    """By their names; those that were removed do not count."""
    found = await rows(org.id)
    there, names = {str(row.id) for row in found}, Channels(found)
    said = [names.said(each) for each in brand.channels if each in there]
    return {CHANNELS: said} if said else {}


async def _write_channels(org: Organization, slug: str, said: dict[str, Any], by: str) -> None:
    """None are all, also where they are left out. Raises Invalid."""
    names, problems = Channels(await rows(org.id)), list[Problem]()
    found = [
        names.found(each, objects.pointer(CHANNELS, place), problems)
        for place, each in enumerate(said.get(CHANNELS) or ())
    ]
    if problems:
        raise Invalid(problems)
    await change.set_channels(org, slug, found, by=by)


async def write_shop(org: Organization, raw: Any, by: str) -> None:
    """Raises Invalid."""
    said = objects.as_object(raw)
    known = (NAME, CHANNELS)
    problems = [objects.unknown(key, known) for key in said if key not in known]
    problems += _no_list(said)
    if not isinstance(said.get(NAME, ""), str):
        problems.append(Problem(f"/{NAME}", "wrong_type", objects.MUST_BE["str"]))
    if problems:
        raise Invalid(problems)
    if NAME in said:
        await change.rename(org, org.slug, said[NAME], by=by)
    await _write_channels(org, org.slug, dict(said), by)


def _no_list(said: Mapping[str, Any], at: str = "") -> list[Problem]:
    if isinstance(said.get(CHANNELS, []), list):
        return []
    return [Problem(f"{at}/{CHANNELS}", "wrong_type", objects.MUST_BE["array"])]


async def read(org: Organization) -> list[dict[str, Any]]:
    """Those beside the first."""
    return [await _said(org, each) for each in await _all(org) if not _is_apart(each)]


def _is_apart(brand: Brand) -> bool:
    return brand.is_first or brand.archived


async def one(org: Organization, uid: str) -> dict[str, Any]:
    """Any of them, also the first and one that is archived. Raises NotFound."""
    return await _said(org, await _by_uid(org, uid))


async def replace_one(org: Organization, uid: str, raw: Any, *, by: str) -> dict[str, Any]:
    """What is left out stays as it is; a face that is given is replaced whole. Returns it as it is
    then. Raises Invalid with every fault, and NotFound."""
    brand = await _by_uid(org, uid)
    said, problems = objects.as_object(raw), list[Problem]()
    before = {SLUG: brand.slug, NAME: brand.name, LOCALE: brand.locale}
    found = _one({**before, **await _channels(org, brand), **said}, "", problems)
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


async def _said(org: Organization, brand: Brand) -> dict[str, Any]:
    own = {face: await reading(brand) for face, (reading, _) in FACES.items()}
    locale = {} if brand.locale == brand.org.locale else {LOCALE: brand.locale}
    channels = await _channels(org, brand)
    return {SLUG: brand.slug, NAME: brand.name, **locale, **channels, **own}


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
            problems += error.below(objects.pointer(place))
    if problems:
        raise Invalid(problems)


def _one(raw: Any, at: str, problems: list[Problem]) -> dict[str, Any] | None:
    found: list[Problem] = []
    try:
        said = dict(objects.as_object(raw))
    except Invalid as error:
        problems += error.below(at)
        return None
    found += [objects.unknown(str(key), KEYS, at) for key in said if key not in KEYS]
    for key in (SLUG, NAME):
        if key not in said:
            found.append(Problem(f"{at}/{key}", "missing", "This is missing."))
    for key in (SLUG, NAME, LOCALE):
        if not isinstance(said.get(key, ""), str):
            found.append(Problem(f"{at}/{key}", "wrong_type", objects.MUST_BE["str"]))
    found += _no_list(said, at)
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
    await _write_channels(org, slug, said, by)
    brand = next(each for each in await _all(org) if each.slug == slug)
    problems: list[Problem] = []
    for face, (_, writing) in FACES.items():
        if face not in said:
            continue
        try:
            await writing(brand, said[face], by)
        except Invalid as error:
            problems += error.below(f"/{face}")
    if problems:
        raise Invalid(problems)
