"""The part `providers`: by whom people can sign in, beside a password."""

from __future__ import annotations

import uuid
from typing import Any

import msgspec

from app import outside
from app.configuration import many
from app.configuration.hidden import Hidden
from app.configuration.many import UNREADABLE
from app.configuration.plain import written
from app.configuration.references import Source
from app.reading import objects
from app.single_sign_on import change, providers
from app.single_sign_on.faults import NotSignedIn
from app.single_sign_on.providers import Listed
from app.single_sign_on.shape import Config
from app.tables import Organization


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

    async def write(entry: Entry, old: Listed | None) -> None:
        await _write(org, entry, old, by)

    async def remove(uid: uuid.UUID) -> None:
        await change.remove(org.id, uid, by=by)

    ways = many.Ways[Entry, Listed](
        read=lambda said: objects.read(said, Entry),
        mark_of_entry=lambda entry: (entry.kind, entry.name),
        mark_of_stored=lambda listed: (listed.config.kind, listed.config.name),
        write=write,
        remove=remove,
    )
    await many.write_all(raw, await providers.of(org.id), source, ways)


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
