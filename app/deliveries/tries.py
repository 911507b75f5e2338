"""Tries of dispatches, as they are on record."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from typing import Any

import msgspec

from app import database


class Try(msgspec.Struct, kw_only=True):
    """One attempt. `outcome` is empty while nobody knows how it went; `dispatch` is None for a
    test."""

    number: int
    started_at: dt.datetime
    finished_at: dt.datetime | None
    outcome: str
    code: str
    message: str
    hint: str
    facts: dict[str, Any]
    http_status: int | None
    duration_ms: int | None
    response: str
    dispatch: str | None = None


AS_THEY_ARE = set(Try.__struct_fields__) - {"facts", "dispatch"}


async def attempts(dispatches: list[uuid.UUID]) -> dict[uuid.UUID, list[Try]]:
    """Every try of these dispatches, in order."""
    if not dispatches:
        return {}
    condition, value = database.one_of("dispatch", dispatches)
    rows = await database.fetch(
        f"SELECT * FROM attempt WHERE {condition} ORDER BY number, id", value
    )
    found: dict[uuid.UUID, list[Try]] = {}
    for row in rows:
        found.setdefault(row["dispatch"], []).append(try_of(row))
    return found


def try_of(row: Mapping[str, Any]) -> Try:
    return Try(
        facts=msgspec.json.decode(row["facts"], type=dict[str, Any]),
        dispatch=str(row["dispatch"]) if row["dispatch"] else None,
        **{name: row[name] for name in AS_THEY_ARE},
    )


EARLIER = (
    "CASE WHEN dispatch IS NULL THEN earlier WHEN earlier = '[]'"
    " THEN '[\"' || CAST(dispatch AS TEXT) || '\"]'"
    " ELSE substr(earlier, 1, length(earlier) - 1) || ',\"' || CAST(dispatch AS TEXT) || '\"]' END"
)
"""The list of earlier dispatches with the last one put behind it, on either database."""


def trail(earlier: str, last: uuid.UUID | None) -> list[uuid.UUID]:
    """A delivery's dispatches in order: those before replays, then the last one."""
    before = msgspec.json.decode(earlier, type=list[uuid.UUID])
    return [*before, last] if last else before
