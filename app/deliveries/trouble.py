"""Channels that do not get through at the moment, with what was really tried."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import msgspec

from app import database
from app.deliveries.verdict import BREAKER

SEND_MAX = dt.timedelta(minutes=2)
"""No try lasts longer, so one that ended after a moment did not begin earlier than this."""


class Trouble(msgspec.Struct, frozen=True, kw_only=True):
    """`since` is the first failure in the row, `failures` the tries since then."""

    channel_uid: str
    channel_name: str
    kind: str
    since: dt.datetime
    failures: int


async def told(organization: uuid.UUID) -> str:
    """How sure it is that a new message is told to anybody: "nobody" (no channel is on),
    "untested" (of those that are on none ever took anything), "somebody"."""
    rows = await database.fetch(
        "SELECT max(CASE WHEN ok_at IS NULL THEN 0 ELSE 1 END) AS tested FROM channel"
        " WHERE organization = {} AND enabled = {} AND archived_at IS NULL",
        organization,
        True,
    )
    return {None: "nobody", 0: "untested"}.get(rows[0]["tested"], "somebody")


async def broken(organization: uuid.UUID) -> list[Trouble]:
    """A single failure is no trouble: it is tried again by itself."""
    rows = await database.fetch(
        "SELECT id, name, kind, failing_since, stopped_at, error_at FROM channel"
        " WHERE organization = {} AND enabled = {} AND archived_at IS NULL"
        " AND (failures >= {} OR stopped_at IS NOT NULL) ORDER BY position, id",
        organization,
        True,
        BREAKER,
    )
    return [await _trouble(row) for row in rows]


async def _trouble(row: dict[str, Any]) -> Trouble:
    since: dt.datetime = row["failing_since"] or row["stopped_at"] or row["error_at"]
    found = await database.fetch(
        "SELECT count(*) AS n FROM attempt WHERE channel = {} AND started_at >= {}"
        " AND finished_at >= {} AND outcome NOT IN ('ok', '')",
        row["id"],
        since - SEND_MAX,
        since,
    )
    return Trouble(
        channel_uid=str(row["id"]),
        channel_name=row["name"],
        kind=row["kind"],
        since=since,
        failures=max(1, found[0]["n"]),
    )
