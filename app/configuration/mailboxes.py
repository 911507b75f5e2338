"""The part `mailboxes`: where mail is fetched from, and what providers post to."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

import msgspec

from app import outside, secrets
from app.configuration import many
from app.configuration.hidden import Hidden
from app.configuration.many import UNREADABLE
from app.configuration.plain import written
from app.configuration.references import Source
from app.mail import mailbox_change as change
from app.mail import mailboxes
from app.mail.mailboxes import Config, Listed
from app.reading import objects
from app.rules import check
from app.tables import Organization


class Entry(Config, frozen=True, kw_only=True, omit_defaults=True):
    """As a document has it. Without a name it is called by its user or address."""

    name: str = ""
    uid: str = ""
    secret: str = ""
    enabled: bool = True


async def read(org: Organization) -> list[dict[str, Any]]:
    """Brands by their slugs."""
    slugs = {uid: slug for slug, uid in (await check.brands(org.id)).items()}
    return [await _entry(org, each, slugs) for each in await mailboxes.of(org.id)]


async def _entry(org: Organization, each: Listed, slugs: Mapping[str, str]) -> dict[str, Any]:
    said: dict[str, Any] = {"uid": str(each.uid), **written(each.config)}
    if said.get("brand"):
        said["brand"] = slugs.get(said["brand"], said["brand"])
    if each.secret_at is not None:
        said["secret"] = Hidden(await _secret(org, each.uid))
    return said if each.enabled else {**said, "enabled": False}


async def _secret(org: Organization, uid: uuid.UUID) -> str:
    try:
        return mailboxes.password(await mailboxes.row_of(org.id, uid))
    except secrets.Unreadable:
        return UNREADABLE


async def write_all(org: Organization, raw: Any, source: Source, by: str) -> None:
    """What is not listed is removed; what came in stays. Raises Invalid with every fault."""
    brands = await check.brands(org.id)

    async def write(entry: Entry, old: Listed | None) -> None:
        entry = msgspec.structs.replace(entry, brand=brands.get(entry.brand, entry.brand))
        await _write(org, entry, old, by)

    async def remove(uid: uuid.UUID) -> None:
        await change.remove(org.id, uid, by=by)

    ways = many.Ways[Entry, Listed](
        read=lambda said: objects.read(said, Entry),
        mark_of_entry=lambda entry: entry.name or entry.user or entry.address,
        mark_of_stored=lambda listed: listed.config.name,
        write=write,
        remove=remove,
    )
    await many.write_all(raw, await mailboxes.of(org.id), source, ways)


async def _write(org: Organization, entry: Entry, old: Listed | None, by: str) -> None:
    own = msgspec.structs.asdict(entry)
    secret, enabled = own.pop("secret"), own.pop("enabled")
    own.pop("uid")
    config = change.cleaned(Config(**own))
    uid = old.uid if old is not None else None
    if old is None or config != old.config or (secret and secret != await _secret(org, old.uid)):
        way = outside.egress()
        await change.save(way, org.id, uid, config, secret, by=by, enabled=enabled)
    elif enabled != old.enabled:
        await change.switch(org.id, uid, on=enabled, by=by)
