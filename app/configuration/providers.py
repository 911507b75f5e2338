"""The part `providers`: by whom people can sign in, beside a password."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from app import outside
from app.configuration import references
from app.configuration.hidden import Hidden
from app.configuration.plain import written
from app.configuration.references import Source
from app.errors import Invalid, Problem
from app.reading import objects
from app.reading.objects import pointer
from app.single_sign_on import change, providers
from app.single_sign_on.faults import NotSignedIn
from app.single_sign_on.providers import Listed
from app.single_sign_on.shape import Config
from app.tables import Organization

SECRETS = (("secret",),)
UNREADABLE = "(cannot be read: the secret key has changed)"


class Entry(Config, frozen=True, kw_only=True, omit_defaults=True):
    """As a document has it."""

    uid: str = ""
    secret: str = ""
    enabled: bool = True


async def read(org: Organization) -> list[dict[str, Any]]:
    return [await _entry(org, each) for each in await providers.of(org.id)]


async def _entry(org: Organization, each: Listed) -> dict[str, Any]:
    said = {"uid": str(each.uid), **written(each.config)}
    if each.secret_at is not None:
        said["secret"] = Hidden(await _secret(org, each))
    return said if each.enabled else {**said, "enabled": False}


async def _secret(org: Organization, each: Listed) -> str:
    try:
        return (await providers.whole(org.id, each.uid)).secret
    except NotSignedIn:
        return UNREADABLE


async def write_all(org: Organization, raw: Any, source: Source, by: str) -> None:
    """Who is not listed is removed, with the identities that it knows. A secret that is left out
    stays. Raises Invalid with every fault."""
    problems: list[Problem] = []
    known = await providers.of(org.id)
    wanted = [
        (place, entry, _known(entry, known))
        for place, each in enumerate(objects.as_list(raw))
        if (entry := _read(each, pointer(place), source, problems)) is not None
    ]
    _name_twice(wanted, problems)
    if problems:
        raise Invalid(problems)
    kept = {old.uid for _, _, old in wanted if old is not None}
    for each in known:
        if each.uid not in kept:
            await change.remove(org.id, each.uid, by=by)
    for place, entry, old in wanted:
        try:
            await _write(org, entry, old, by)
        except Invalid as error:
            problems += error.below(pointer(place))
    if problems:
        raise Invalid(problems)


async def _write(org: Organization, entry: Entry, old: Listed | None, by: str) -> None:
    own = msgspec.structs.asdict(entry)
    secret, enabled = own.pop("secret"), own.pop("enabled")
    own.pop("uid")
    config = Config(**own)
    uid = old.uid if old is not None else None
    if old is None or secret or config != old.config:
        uid = await change.save(outside.egress(), org.id, uid, config, secret, by=by)
    if enabled != (old.enabled if old is not None else True):
        await change.switch(org.id, uid, on=enabled, by=by)


def _read(raw: Any, at: str, source: Source, problems: list[Problem]) -> Entry | None:
    if not isinstance(raw, Mapping):
        problems.append(Problem(at, "wrong_type", "This must be an object"))
        return None
    said, before = dict(raw), len(problems)
    references.resolve(said, SECRETS, source, problems, at=at)
    try:
        entry = objects.read(said, Entry)
    except Invalid as error:
        problems += error.below(at)
        return None
    return entry if len(problems) == before else None


def _known(entry: Entry, known: Sequence[Listed]) -> Listed | None:
    """The one that it means: by its uid, else the only one of its kind and name."""
    if entry.uid:
        return next((each for each in known if str(each.uid) == entry.uid), None)
    alike = [
        each for each in known if (each.config.kind, each.config.name) == (entry.kind, entry.name)
    ]
    return alike[0] if len(alike) == 1 else None


def _name_twice(
    wanted: Sequence[tuple[int, Entry, Listed | None]], problems: list[Problem]
) -> None:
    seen: set[Any] = set()
    for place, entry, old in wanted:
        mark = old.uid if old is not None else (entry.kind, entry.name)
        if mark in seen:
            problems.append(Problem(pointer(place, "name"), "twice", "This is listed twice"))
        seen.add(mark)
