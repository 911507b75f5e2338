"""An earlier state of a part made the state of now: a change like one by hand, with the same checks
and an entry of its own. Secrets stay what they are now."""

from __future__ import annotations

import hashlib
from pathlib import Path

import msgspec

from app.configuration.planned import Plan
from app.configuration.references import Source
from app.errors import Conflict, NotFound
from app.history import states, versions
from app.history.versions import Version
from app.history.ways import ways
from app.tables import Organization

KEEPS = Source(environment={}, folder=Path("/nonexistent"), keep_stored=True)
MOVED = "Somebody has changed this meanwhile. Look at what would change now."


async def preview(org: Organization, version: Version, *, by: str) -> Plan:
    """What would differ from now. Raises Invalid with what can no longer be so."""
    document = {version.part: states.document(version.state)}
    return await ways().plan(org, document, KEEPS, by=by)


def mark(plan: Plan) -> str:
    """A page carries it, to notice changes in between."""
    return hashlib.sha256(msgspec.json.encode(plan.differences)).hexdigest()[:16]


async def restore(org: Organization, version: Version, *, seen: str, by: str) -> Plan:
    """Raises Invalid, and Conflict unless what would change is what was `seen`."""
    plan = await preview(org, version, by=by)
    if mark(plan) != seen:
        raise Conflict("configuration_changed", MOVED)
    document = {version.part: states.document(version.state)}
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
    await restore(org, before, seen=mark(await preview(org, before, by=by)), by=by)
