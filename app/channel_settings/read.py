"""Reading the configuration. No secret leaves here."""

from __future__ import annotations

import contextlib
import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from app import database
from app.channel_settings.entry import read_entry
from app.channels import kinds
from app.channels.sender import Sender
from app.deliveries.parcel import sender_of
from app.deliveries.replay import missed_by
from app.deliveries.verdict import quiet_until
from app.errors import NotFound
from app.people import organizations
from app.reading import uids
from app.secrets import Unreadable

REMOVED_MAX = 50


async def read(organization: uuid.UUID) -> dict[str, Any]:
    org = await organizations.by_id(organization)
    missed = await missed_by(organization)
    return {
        "notifications": _entries(await rows(organization), missed),
        "rate_limit_per_minute": org.rate_limit_per_minute,
        "rate_limit_total_per_minute": org.rate_limit_total_per_minute,
        "dedup_window_seconds": org.dedup_window_seconds,
    }


async def rows(organization: uuid.UUID) -> list[dict[str, Any]]:
    return await database.fetch(
        "SELECT * FROM channel WHERE organization = {} AND archived_at IS NULL"
        " ORDER BY position, id",
        organization,
    )


async def removed(organization: uuid.UUID) -> list[dict[str, Any]]:
    """The channels that were removed, the last one first."""
    return await database.fetch(
        "SELECT * FROM channel WHERE organization = {} AND archived_at IS NOT NULL"
        f" ORDER BY archived_at DESC, id LIMIT {REMOVED_MAX}",
        organization,
    )


async def twin(organization: uuid.UUID, raw: Mapping[str, Any]) -> str | None:
    """The uid of a channel that leads where these settings do. Raises Invalid."""
    place = read_entry(raw).sender.place()
    for each in await rows(organization):
        if (sender := readable(each)) and sender.place() == place:
            return str(each["id"])
    return None


async def removed_entries(organization: uuid.UUID) -> list[dict[str, Any]]:
    return [
        _entry(each) | {"archived_at": each["archived_at"]} for each in await removed(organization)
    ]


async def row(organization: uuid.UUID, uid: str) -> dict[str, Any]:
    found = await database.fetch(
        "SELECT * FROM channel WHERE organization = {} AND id = {} AND archived_at IS NULL",
        organization,
        uids.uid(uid),
    )
    if not found:
        raise NotFound
    return found[0]


async def channel(organization: uuid.UUID, uid: str) -> dict[str, Any]:
    found = await row(organization, uid)
    return next(
        each
        for each in _entries(await rows(organization), await missed_by(organization))
        if each["uid"] == str(found["id"])
    )


def readable(row: dict[str, Any]) -> Sender | None:
    """None when the secret key has changed: then every secret must be entered anew."""
    with contextlib.suppress(Unreadable):
        return sender_of(row)
    return None


def _entries(rows: Sequence[dict[str, Any]], missed: Mapping[str, int]) -> list[dict[str, Any]]:
    """Each with another one that leads to the same place, if there is one."""
    led: dict[str, list[str]] = {}
    for row in rows:
        if sender := readable(row):
            led.setdefault(sender.place(), []).append(str(row["id"]))
    others = {
        mine: next(each for each in twins if each != mine)
        for twins in led.values()
        if len(twins) > 1
        for mine in twins
    }
    return [_entry(row, others.get(str(row["id"])), missed.get(str(row["id"]), 0)) for row in rows]


def _entry(row: dict[str, Any], same_as: str | None = None, missed: int = 0) -> dict[str, Any]:
    sender = readable(row)
    return {
        "uid": str(row["id"]),
        **(kinds.masked(sender) if sender else {"type": row["kind"]}),
        "name": row["name"],
        "enabled": row["enabled"],
        "priority": row["priority"],
        "rate_limit_per_minute": row["rate_limit_per_minute"],
        "template": row["template"],
        "fallback_for": str(row["fallback_for"]) if row["fallback_for"] else None,
        "fallback_after_seconds": row["fallback_after_seconds"],
        "same_as": same_as,
        "on_when_tested": bool(row["on_when_tested"]),
        "health": _health(row) | {"missed": missed},
    }


def _health(row: dict[str, Any]) -> dict[str, Any]:
    state = _state(row)
    # A pause says why as long as nothing has arrived since.
    paused = state == "paused" and row["error_at"] and not _before(row["error_at"], row["ok_at"])
    failing = bool(row["failures"] or row["stopped_at"] or paused)
    return {
        "state": state,
        "last_ok_at": row["ok_at"],
        "last_error_at": row["error_at"],
        "last_error_code": row["error_code"] if failing else "",
        "last_error": row["error"] if failing else "",
        "hint": row["hint"] if failing else "",
        "facts": msgspec.json.decode(row["facts"]) if failing else {},
        "failures": row["failures"],
        "failing_since": row["failing_since"],
        "paused_until": quiet_until(row),
        "tested_at": row["tested_at"],
    }


def _before(one: dt.datetime, other: dt.datetime | None) -> bool:
    return other is not None and one < other


def _state(row: dict[str, Any]) -> str:
    """off, failing (the last one failed), paused (the platform asked for it), untested or ok."""
    quiet = quiet_until(row)
    if not row["enabled"]:
        return "off"
    if row["failures"] or row["stopped_at"]:
        return "failing"
    if quiet and quiet > dt.datetime.now(dt.UTC):
        return "paused"
    return "ok" if row["ok_at"] else "untested"
