"""An earlier state of a part made the state of now: a change like one by hand, with the same checks
and an entry of its own. Secrets stay what they are now."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

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


class Compared(msgspec.Struct, frozen=True, dict=True):
    """A part as it is now and as it was then, without secrets: those never come back."""

    part: str
    now: Any
    then: Any

    @cached_property
    def differences(self) -> list[Difference]:
        return list(differences(self.now, self.then, (self.part,)))

    @property
    def mark(self) -> str:
        """A page carries it, to notice changes in between."""
        return hashlib.sha256(msgspec.json.encode(self.differences)).hexdigest()[:16]

    @property
    def things(self) -> dict[str, list[Difference]]:
        """The differences by the things that can come back alone, see `entries.key`."""
        found: dict[str, list[Difference]] = {}
        for each in self.differences:
            found.setdefault(entries.key(each, self.now, self.then), []).append(each)
        return found


async def compare(org: Organization, version: Version) -> Compared:
    now = states.document(await states.read(org, version.part))
    return Compared(version.part, now, states.document(version.state))


async def restore(
    org: Organization,
    version: Version,
    *,
    by: str,
    seen: str | None = None,
    only: Sequence[str] | None = None,
) -> Plan:
    """`only` these `things`, else all. Raises Invalid, and Conflict unless what is different is
    what was `seen`, if anything was."""
    compared = await compare(org, version)
    if seen is not None and compared.mark != seen:
        raise Conflict("configuration_changed", MOVED)
    wanted = compared.then
    if only is not None:
        wanted = entries.with_these(compared.now, wanted, only)
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
    await restore(org, before, by=by)
