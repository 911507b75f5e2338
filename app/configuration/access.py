"""The parts `sign_in` and `rotation`: what is asked of who signs in, and when secrets are due."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from app.configuration.plain import written
from app.errors import Invalid
from app.people import organizations, sign_in_policy
from app.people.sign_in_policy import SignInPolicy
from app.reading import objects
from app.rotation import policy
from app.rotation.policy import Rotation
from app.tables import Organization

SINCE = "since"
"""Since when a second factor is asked for: noted by the product, and chosen by nobody."""


async def read_sign_in(org: Organization) -> dict[str, Any]:
    return written(sign_in_policy.of(await organizations.by_id(org.id)), without=(SINCE,))


async def write_sign_in(org: Organization, raw: Any, by: str) -> None:
    """What is left out is as it is at first. Raises Invalid."""
    said = _checked(raw, SignInPolicy)
    await sign_in_policy.save(org.id, _typed(said), by=by)


async def read_rotation(org: Organization) -> dict[str, Any]:
    return written(policy.of(await organizations.by_id(org.id)))


async def write_rotation(org: Organization, raw: Any, by: str) -> None:
    """What is left out is as it is at first. Raises Invalid."""
    said = _checked(raw, Rotation)
    await policy.save(await organizations.by_id(org.id), _typed(said), by=by)


def _checked(raw: Any, shape: type[msgspec.Struct]) -> dict[str, Any]:
    """All values of the shape, those that are left out too."""
    said: Mapping[str, Any] = objects.as_object(raw)
    problems = [objects.unknown(SINCE, shape.__struct_fields__)] if SINCE in said else []
    problems += objects.faults(said, shape)
    if problems:
        raise Invalid(problems)
    found: dict[str, Any] = msgspec.structs.asdict(msgspec.convert(dict(said), shape))
    found.pop(SINCE, None)
    return found


def _typed(said: Mapping[str, Any]) -> dict[str, str]:
    """As its page sends them."""
    boxes = {True: "yes", False: ""}
    return {
        name: boxes[value] if isinstance(value, bool) else str(value)
        for name, value in said.items()
    }
