"""Facts about the whole installation, by name, with the moment at which each was written."""

from __future__ import annotations

import datetime as dt

import msgspec

from app import database


class Fact(msgspec.Struct, frozen=True):
    value: str
    at: dt.datetime


async def read(name: str) -> Fact | None:
    rows = await database.fetch("SELECT value, at FROM instance WHERE name = {}", name)
    return Fact(rows[0]["value"], rows[0]["at"]) if rows else None


async def write(name: str, value: str, *, keep: bool = False) -> None:
    """With `keep` what is there already stays."""
    changed = "NOTHING" if keep else "UPDATE SET value = excluded.value, at = excluded.at"
    await database.fetch(
        "INSERT INTO instance (name, value, at) VALUES ({}, {}, {})"
        f" ON CONFLICT (name) DO {changed}",
        name,
        value,
        await database.now(),
    )
