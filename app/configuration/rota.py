"""The part `rota`: who is on duty, by e-mail address."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

from app.configuration.plain import written
from app.people import members
from app.reading import objects
from app.rota import change
from app.tables import Organization


async def read(org: Organization) -> dict[str, Any]:
    emails = {str(each.id): each.email for each in await members.of(org.id)}
    return _named(written(await change.read(org.id)), emails)


async def write(org: Organization, raw: Any, by: str) -> None:
    """Raises Invalid with every fault."""
    uids = {each.email: str(each.id) for each in await members.of(org.id)}
    said = copy.deepcopy(dict(objects.as_object(raw)))
    await change.save(org.id, _named(said, uids), by=by)


def _named(said: dict[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    """Everybody by their other name, where they have one."""

    def name(one: Any) -> Any:
        return names.get(one, one) if isinstance(one, str) else one

    def each(key: str) -> list[dict[str, Any]]:
        found = said.get(key)
        return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []

    for shift in each("shifts"):
        if isinstance(shift.get("agents"), list):
            shift["agents"] = list(map(name, shift["agents"]))
    if isinstance(said.get("backups"), list):
        said["backups"] = list(map(name, said["backups"]))
    for swap in each("swaps"):
        swap |= {key: name(swap[key]) for key in ("agent", "instead_of") if key in swap}
    return said
