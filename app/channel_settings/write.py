"""Changing the configuration, whole or one channel, each in one transaction with its audit."""

from __future__ import annotations

import contextlib
import uuid
from collections.abc import Iterator, Mapping
from typing import Any, cast

import msgspec
from piccolo.columns import Column

from app.channel_settings.changing import (
    CHANNELS_MAX,
    after_all,
    changing,
    check_number,
    silence,
)
from app.channel_settings.entry import UNKNOWN_CHANNEL, Entry, read_entry
from app.channel_settings.limits import LIMITS, check_limits, write_limits
from app.channel_settings.read import (
    common,
    read,
    readable,
    removed,
    row,
    rows,
)
from app.channel_settings.removal import put_away, revive
from app.channels import kinds
from app.deliveries import quiet, template_versions
from app.deliveries.owe import Locked
from app.deliveries.places import blocked_until
from app.deliveries.rows import ChannelRow
from app.deliveries.sealed import seal
from app.deliveries.statements import HEALED
from app.errors import Invalid, Problem
from app.feed import channels as feed
from app.feed.begin import begin as begin_events
from app.hours.quiet import QuietHours
from app.people import audit
from app.reading import nulls, objects
from app.tables import Channel, new_id

KEYS = ("notifications", *LIMITS, "archived")
"""`archived` is read-only: ignored when sent back."""


async def replace(
    organization: uuid.UUID, payload: Mapping[str, Any], *, by: str
) -> dict[str, Any]:
    """Replaces the list of channels. An entry with a known `uid`, or else the same kind and target,
    changes that channel and keeps its history and any secret sent back masked or left out; one that
    was removed comes back the same way. What is no longer listed is switched off and archived, and
    named in the answer's `archived`. What `payload` leaves out, or says null to, stays as it is;
    only the total limit can be null."""
    payload = nulls.without(payload, nullable=("rate_limit_total_per_minute",))
    archived: list[dict[str, Any]] = []
    async with changing(organization) as org:
        current = await rows(organization)
        plan = _matched(payload, current, await removed(organization))
        for _, old in plan:
            await revive(old)
        await write_limits(organization, payload)
        if "notifications" in payload:
            for position, (entry, old) in enumerate(plan):
                with _within(f"/notifications/{position}"):
                    await _store(organization, org, entry, old, position, by=by)
            kept = {old.id for _, old in plan if old}
            for gone in current:
                if gone.id not in kept:
                    await put_away(organization, org, gone.id)
                    archived.append({"uid": str(gone.id), "type": gone.kind, "name": gone.name})
        await audit.record(organization, by, "config.replaced", organization)
    found = await read(organization)
    return {**found, "archived": archived} if archived else found


def _matched(
    payload: Mapping[str, Any], current: list[ChannelRow], gone: list[ChannelRow]
) -> list[tuple[Entry, ChannelRow | None]]:
    """Every entry with the row that it changes. Raises Invalid with every fault of the payload."""
    problems = [objects.unknown(key, KEYS) for key in payload if key not in KEYS]
    problems += check_limits(payload)
    raw = payload.get("notifications", [])
    if not isinstance(raw, list):
        problems.append(Problem("/notifications", "wrong_type", "This must be a list"))
        raw = []
    if len(raw) > CHANNELS_MAX:
        facts = {"limit": str(CHANNELS_MAX)}
        problems.append(
            Problem("/notifications", "too_many", "Use at most {limit} channels", facts)
        )
    left = {str(row.id): row for row in (*current, *gone)}
    plan: list[tuple[Entry, ChannelRow | None]] = []
    named = {str(each["uid"]) for each in raw if isinstance(each, Mapping) and each.get("uid")}
    for index, each in enumerate(raw[:CHANNELS_MAX]):
        try:
            with _within(f"/notifications/{index}"):
                plan.append(_match(each, left, named))
        except Invalid as error:
            problems += error.problems
    if problems:
        raise Invalid(problems)
    return plan


@contextlib.contextmanager
def _within(pointer: str) -> Iterator[None]:
    """Moves the pointers of an entry's faults below `pointer`."""
    try:
        yield
    except Invalid as error:
        raise Invalid(error.below(pointer)) from None


def _match(
    raw: Any, left: dict[str, ChannelRow], named: set[str]
) -> tuple[Entry, ChannelRow | None]:
    """The entry and its row, which is taken out of `left`. A row that another entry names is never
    guessed."""
    uid = raw.get("uid") if isinstance(raw, Mapping) else None
    if uid is not None:
        old = left.pop(str(uid), None)
        if old is None:
            raise Invalid.at(
                "/uid", "unknown_uid", "There is no such channel, or it is named twice"
            )
        return _changed(raw, old), old
    entry_old = _resembling(raw, [old for name, old in left.items() if name not in named])
    if entry_old is not None:
        left.pop(str(entry_old.id))
        return _changed(raw, entry_old), entry_old
    return read_entry(raw), None


def _resembling(raw: Any, left: list[ChannelRow]) -> ChannelRow | None:
    """The row with the same kind and target, whether the address came whole or masked."""
    if not isinstance(raw, Mapping):
        return None
    for old in left:
        if old.kind != raw.get("type") or not kinds.says_where(raw):
            continue
        try:
            entry = _changed(raw, old)
        except Invalid:
            continue
        if entry.target == old.target:
            return old
    return None


def _changed(raw: Mapping[str, Any], old: ChannelRow) -> Entry:
    """Reads `raw` over the stored values. A removed channel that is written again is on."""
    defaults = common(old) | ({"enabled": True} if old.archived_at else {})
    return read_entry(raw, old=readable(old), defaults=defaults)


async def add(
    organization: uuid.UUID, raw: Mapping[str, Any], *, by: str, until_tested: bool = False
) -> str:
    """Adds a channel, or brings back a removed one with the same destination, and returns its uid.
    `until_tested` leaves it off until a test is accepted."""
    async with changing(organization) as org:
        current = await rows(organization)
        old = _resembling(raw, await removed(organization))
        entry = _changed(raw, old) if old else read_entry(raw)
        check_number(current)
        if until_tested and not (old and old.ok_at):
            entry.enabled = False
        await revive(old)
        uid = await _store(organization, org, entry, old, after_all(current), by=by)
        if until_tested and not entry.enabled:
            await Channel.update({Channel.on_when_tested: True}).where(Channel.id == uid)
        await audit.record(organization, by, "channel.added", uid, entry.sender.kind)
    return str(uid)


async def change(
    organization: uuid.UUID, uid: str, raw: Mapping[str, Any], *, by: str, partly: bool = False
) -> None:
    """A send that is running ends with the old configuration; the next try uses the new one.
    `partly`: what is left out stays, the kind's own keys, too."""
    async with changing(organization) as org:
        old = await row(organization, uid)
        sender = readable(old) if partly else None
        kept = kinds.masked(sender) if sender else {"type": old.kind}
        said = kinds.given({"type": old.kind, **raw}) if sender else raw
        entry = _changed({**kept, **said}, old)
        await _store(organization, org, entry, old, old.position, by=by)
        await audit.record(organization, by, "channel.changed", uid, entry.sender.kind)


async def switch(organization: uuid.UUID, uid: str, enabled: bool, *, by: str) -> None:
    """Switching on also forgets earlier failures; switching off cancels what waits."""
    async with changing(organization) as org:
        old = await row(organization, uid)
        # Off, too, it is broken no more, and that it was is forgotten.
        await feed.mended(organization, org, [old.id])
        await Channel.update(
            {
                **HEALED,
                Channel.enabled: enabled,
                Channel.on_when_tested: False,
                Channel.updated_at: org.now,
            }
        ).where(Channel.id == old.id)
        if not enabled:
            await silence(organization, old.id, reason="channel_off", now=org.now)
        await audit.record(organization, by, f"channel.{'on' if enabled else 'off'}", uid)


async def _store(
    organization: uuid.UUID,
    org: Locked,
    entry: Entry,
    old: ChannelRow | None,
    position: int,
    *,
    by: str,
) -> uuid.UUID:
    now = org.now
    uid = old.id if old else new_id()
    await _check_fallback(organization, entry, uid, old)
    await _begin(organization, entry)
    await template_versions.keep(organization, entry.sender.kind, uid, entry.own_template, by=by)
    values: dict[Column | str, Any] = {
        Channel.kind: entry.sender.kind,
        Channel.name: entry.name,
        Channel.config: seal(organization, uid, entry.sender),
        Channel.target: entry.target,
        Channel.bucket: entry.bucket,
        Channel.blocked_until: await blocked_until(organization, entry.bucket),
        Channel.enabled: entry.enabled,
        Channel.position: position,
        Channel.priority: entry.priority,
        Channel.rate_limit_per_minute: entry.rate_limit_per_minute,
        Channel.template: entry.template,
        Channel.fallback_for: entry.fallback_for,
        Channel.fallback_after_seconds: entry.fallback_after_seconds,
        Channel.quiet_hours: _encoded(entry.quiet_hours),
        Channel.one_tap: entry.one_tap,
        Channel.only_high: entry.only_high,
        Channel.shows: entry.shows,
        Channel.updated_at: now,
        Channel.probed: entry.sender.probes(),
    }
    if old is None:
        values |= {
            Channel.secret_at: now,
            Channel.id: uid,
            Channel.organization: organization,
            Channel.created_at: now,
        }
        await Channel.insert(Channel(cast("dict[Column, Any]", values)))
        return uid
    values[Channel.on_when_tested] = old.on_when_tested and not entry.enabled
    values |= _unproven(entry, old)
    if _mended(entry, old):
        values |= HEALED
        await feed.mended(organization, org, [uid])
    if _renewed(entry, old):
        values[Channel.secret_at] = now
    await Channel.update(values).where(Channel.id == uid)
    if values[Channel.quiet_hours] != old.quiet_hours:
        await quiet.end(uid, now, await rows(organization))
    if not entry.enabled:
        await silence(organization, uid, reason="channel_off", now=now)
    return uid


def _unproven(entry: Entry, old: ChannelRow) -> dict[Column | str, Any]:
    """A success at another address says nothing about this one."""
    values: dict[Column | str, Any] = {}
    if entry.bucket != old.bucket:
        values |= {Channel.ok_at: None, Channel.tested_at: None}
    if (entry.bucket, entry.target) != (old.bucket, old.target):
        values |= {Channel.received_at: None, Channel.received_by: ""}
    return values


def _encoded(quiet_hours: QuietHours | None) -> str:
    return msgspec.json.encode(quiet_hours).decode() if quiet_hours else ""


async def _begin(organization: uuid.UUID, entry: Entry) -> None:
    """Events are recorded since an endpoint may be sent them."""
    if entry.sender.hears == "events":
        await begin_events(organization)


async def _check_fallback(
    organization: uuid.UUID, entry: Entry, uid: uuid.UUID, old: ChannelRow | None
) -> None:
    """Raises Invalid unless it is one step: a fallback has no fallback, and both hear notices. If
    the stored first channel was removed meanwhile, the entry becomes an ordinary channel."""
    if entry.fallback_for is None:
        return
    known = {row.id: row for row in await rows(organization)}
    first = known.get(entry.fallback_for)
    if first is None and old and old.fallback_for == entry.fallback_for:
        entry.fallback_for = None
        return
    leads = any(row.fallback_for == uid for row in known.values())
    if first is None or first.id == uid or first.fallback_for is not None or leads:
        raise Invalid.at("/fallback_for", "unknown_uid", UNKNOWN_CHANNEL)
    if "events" in (entry.sender.hears, kinds.KINDS[first.kind].hears):
        raise Invalid.at("/fallback_for", "unknown_uid", UNKNOWN_CHANNEL)


def _renewed(entry: Entry, old: ChannelRow) -> bool:
    """Whether there is a secret that was not there before. One that is left out, as the earlier one
    of two when both sides know the new one, is no new one."""
    before = readable(old)
    return before is None or bool({*entry.sender.secrets()} - {"", *before.secrets()})


def _mended(entry: Entry, old: ChannelRow) -> bool:
    """Whether earlier failures no longer count: another configuration, or switched on again."""
    before = readable(old)
    if before is None or kinds.encode(before) != kinds.encode(entry.sender):
        return True
    return entry.enabled and not old.enabled
