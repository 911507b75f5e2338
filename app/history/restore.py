"""An earlier state of a part made the state of now: a change like one by hand, with the same checks
and an entry of its own. Secrets stay what they are now."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

import msgspec

from app.configuration.differ import Difference, differences
from app.configuration.planned import Plan
from app.configuration.references import Source
from app.errors import Conflict, NotFound
from app.history import entries, states, versions
from app.history.versions import Version
from app.history.ways import ways
from app.tables import Organization

KEEPS = Source(environment={}, folder=Path("/nonexistent"), keep_stored=True)
MOVED = "Somebody has changed this meanwhile. Look at what would change now."


async def preview(org: Organization, version: Version, *, by: str) -> Plan:
    """What would differ from now. Raises Invalid with what can no longer be so."""
    document = {version.part: states.document(version.state)}
    return await ways().plan(org, document, KEEPS, by=by)


async def changed(org: Organization, version: Version) -> list[Difference]:
    """What is different now, but for secrets: those never come back."""
    now = states.document(await states.read(org, version.part))
    return list(differences(now, states.document(version.state), (version.part,)))


async def things(
    org: Organization, version: Version, found: Sequence[Difference]
) -> dict[str, list[Difference]]:
    """What is different by the things that can come back alone, see `entries.key`."""
    now = msgspec.json.decode(await states.read(org, version.part))
    then = msgspec.json.decode(version.state)
    sorted_: dict[str, list[Difference]] = {}
    for each in found:
        sorted_.setdefault(entries.key(each, now, then), []).append(each)
    return sorted_


def mark(found: Sequence[Difference]) -> str:
    """A page carries it, to notice changes in between."""
    return hashlib.sha256(msgspec.json.encode(found)).hexdigest()[:16]


async def restore(
    org: Organization,
    version: Version,
    *,
    seen: str,
    by: str,
    only: Sequence[str] | None = None,
) -> Plan:
    """`only` these `things`, else all. Raises Invalid, and Conflict unless what is different is
    what was `seen`."""
    if mark(await changed(org, version)) != seen:
        raise Conflict("configuration_changed", MOVED)
    wanted = states.document(version.state)
    if only is not None:
        now = states.document(await states.read(org, version.part))
        wanted = entries.with_these(now, wanted, only)
    document = {version.part: wanted}
    plan = await ways().plan(org, document, KEEPS, by=by)
    when = f"{version.part} {version.at:%Y-%m-%dT%H:%M:%SZ}"
    done = await ways().apply(
        org, document, KEEPS, plan, by=by, action="settings.restored", detail=when
    )
    return done.plan


async def undo(org: Organization, part: str, uid: str, *, by: str) -> None:
    """Makes the state before that one the state of now. Raises NotFound, Conflict when somebody has
    changed the part since, and Invalid with what can no longer be so."""
    found = await versions.listed(org.id, part, limit=2)
    if len(found) < 2:
        raise NotFound
    last, before = found
    if str(last.id) != uid:
        raise Conflict("configuration_changed", MOVED)
    await restore(org, before, seen=mark(await changed(org, before)), by=by)
