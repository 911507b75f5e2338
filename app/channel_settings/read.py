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
from app.deliveries.forecast import missed_by
from app.deliveries.rows import CHANNEL, ChannelRow
from app.deliveries.sealed import sender_of
from app.deliveries.verdict import is_unproven, quiet_until
from app.errors import NotFound
from app.people import organizations
from app.reading import uids
from app.secrets import Unreadable
from app.tables import Channel

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


async def rows(organization: uuid.UUID) -> list[ChannelRow]:
    query = Channel.select(*CHANNEL).order_by(Channel.position, Channel.id)
    query = query.where(Channel.organization == organization, Channel.archived_at.is_null())
    return await database.rows(ChannelRow, query)


async def removed(organization: uuid.UUID) -> list[ChannelRow]:
    """The channels that were removed, the last one first."""
    query = Channel.select(*CHANNEL)
    query = query.where(Channel.organization == organization, Channel.archived_at.is_not_null())
    query = query.order_by(Channel.archived_at, ascending=False).order_by(Channel.id)
    return await database.rows(ChannelRow, query.limit(REMOVED_MAX))


async def twin(organization: uuid.UUID, raw: Mapping[str, Any]) -> str | None:
    """The uid of a channel with the same destination as these settings. Raises Invalid."""
    place = read_entry(raw).sender.place()
    for each in await rows(organization):
        if (sender := readable(each)) and sender.place() == place:
            return str(each.id)
    return None


async def removed_entries(organization: uuid.UUID) -> list[dict[str, Any]]:
    return [
        _entry(each) | {"archived_at": each.archived_at} for each in await removed(organization)
    ]


async def row(organization: uuid.UUID, uid: str) -> ChannelRow:
    query = Channel.select(*CHANNEL).where(
        Channel.organization == organization,
        Channel.id == uids.uid(uid),
        Channel.archived_at.is_null(),
    )
    found = await database.row(ChannelRow, query)
    if found is None:
        raise NotFound
    return found


async def kind_of(organization: uuid.UUID, uid: str) -> str:
    """Of one that was removed, too. Raises NotFound."""
    query = Channel.select(Channel.kind)
    query = query.where(Channel.organization == organization, Channel.id == uids.uid(uid))
    found = await database.value(str, query)
    if found is None:
        raise NotFound
    return found


async def channel(organization: uuid.UUID, uid: str) -> dict[str, Any]:
    found = await row(organization, uid)
    return next(
        each
        for each in _entries(await rows(organization), await missed_by(organization))
        if each["uid"] == str(found.id)
    )


def readable(row: ChannelRow) -> Sender | None:
    """None when the secret key has changed: then every secret must be entered again."""
    with contextlib.suppress(Unreadable):
        return sender_of(row)
    return None


def common(row: ChannelRow) -> dict[str, Any]:
    """The stored common keys, for those that a change leaves out."""
    return {
        "name": row.name,
        "enabled": row.enabled,
        "priority": row.priority,
        "rate_limit_per_minute": row.rate_limit_per_minute,
        "template": row.template,
        "fallback_for": row.fallback_for,
        "fallback_after_seconds": row.fallback_after_seconds,
        "quiet_hours": msgspec.json.decode(row.quiet_hours) if row.quiet_hours else None,
        "one_tap": row.one_tap,
        "only_high": row.only_high,
        "shows": row.shows,
    }


def _entries(rows: Sequence[ChannelRow], missed: Mapping[str, int]) -> list[dict[str, Any]]:
    """Each with the uid of another one with the same destination, if there is one."""
    led: dict[str, list[str]] = {}
    for row in rows:
        if sender := readable(row):
            led.setdefault(sender.place(), []).append(str(row.id))
    others = {
        mine: next(each for each in twins if each != mine)
        for twins in led.values()
        if len(twins) > 1
        for mine in twins
    }
    return [_entry(row, others.get(str(row.id)), missed.get(str(row.id), 0)) for row in rows]


def _entry(row: ChannelRow, same_as: str | None = None, missed: int = 0) -> dict[str, Any]:
    sender = readable(row)
    return {
        "uid": str(row.id),
        **(kinds.masked(sender) if sender else {"type": row.kind}),
        **common(row),
        "fallback_for": str(row.fallback_for) if row.fallback_for else None,
        "same_as": same_as,
        "on_when_tested": row.on_when_tested,
        "health": _health(row) | {"missed": missed},
    }


def _health(row: ChannelRow) -> dict[str, Any]:
    state = _state(row)
    # A pause shows its reason until something is sent again.
    paused = state == "paused" and row.error_at and not _before(row.error_at, row.ok_at)
    failing = bool(row.failures or row.stopped_at or paused)
    return {
        "state": state,
        "last_ok_at": row.ok_at,
        "last_error_at": row.error_at,
        "last_error_code": row.error_code if failing else "",
        "last_error": row.error if failing else "",
        "hint": row.hint if failing else "",
        "facts": msgspec.json.decode(row.facts) if failing else {},
        "failures": row.failures,
        "failing_since": row.failing_since,
        "paused_until": quiet_until(row.paused_until, row.blocked_until),
        "tested_at": row.tested_at,
        "received_at": row.received_at,
        "received_by": row.received_by,
        "checked_at": row.checked_at,
        "secret_at": row.secret_at,
        "certificate_until": row.certificate_until,
        "unproven": state == "ok" and is_unproven(row, dt.datetime.now(dt.UTC)),
    }


def _before(one: dt.datetime, other: dt.datetime | None) -> bool:
    return other is not None and one < other


def _state(row: ChannelRow) -> str:
    """off, failing (the last one failed), paused (the platform asked for it), untested or ok."""
    quiet = quiet_until(row.paused_until, row.blocked_until)
    if not row.enabled:
        return "off"
    if row.failures or row.stopped_at:
        return "failing"
    if quiet and quiet > dt.datetime.now(dt.UTC):
        return "paused"
    return "ok" if row.ok_at else "untested"
