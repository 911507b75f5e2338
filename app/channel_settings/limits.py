"""Notices per minute, and how long a repeat makes no new notice."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Annotated, Any

import msgspec
from piccolo.columns import Column

from app import database, queue
from app.channel_settings.entry import Rate
from app.deliveries.owe import lock
from app.errors import Invalid, Problem
from app.people import audit
from app.reading import objects
from app.tables import Organization

WINDOW_MAX = 7 * 24 * 3600
COLUMNS = (
    Organization.rate_limit_per_minute,
    Organization.rate_limit_total_per_minute,
    Organization.dedup_window_seconds,
)


class Limits(msgspec.Struct):
    rate_limit_per_minute: Rate = 0
    rate_limit_total_per_minute: Rate | None = None
    dedup_window_seconds: Annotated[int, msgspec.Meta(ge=0, le=WINDOW_MAX)] = 0


LIMITS = Limits.__struct_fields__


def check_limits(values: Mapping[str, Any]) -> list[Problem]:
    return objects.faults({name: values[name] for name in LIMITS if name in values}, Limits)


async def set_limits(
    organization: uuid.UUID,
    *,
    rate_limit_per_minute: int,
    rate_limit_total_per_minute: int | None,
    dedup_window_seconds: int,
    by: str,
) -> None:
    """In force from the next plan on. 0 means no limit, and no deduplication."""
    values = {
        "rate_limit_per_minute": rate_limit_per_minute,
        "rate_limit_total_per_minute": rate_limit_total_per_minute,
        "dedup_window_seconds": dedup_window_seconds,
    }
    if problems := check_limits(values):
        raise Invalid(problems)
    async with database.transaction():
        org = await lock(organization)
        await write_limits(organization, values)
        await audit.record(organization, by, "limits.changed", organization)
    queue.wake(organization, org.wakes)


async def write_limits(organization: uuid.UUID, values: Mapping[str, Any]) -> None:
    given: dict[Column | str, Any] = {
        column: values[name] for name, column in zip(LIMITS, COLUMNS, strict=True) if name in values
    }
    if given:
        await Organization.update(given).where(Organization.id == organization)
