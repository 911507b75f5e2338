"""Recording: how a try went, in the second short transaction, fenced by the attempt's number."""

from __future__ import annotations

import contextlib
import datetime as dt
import uuid
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec

from app import database
from app.channels.kinds import KINDS
from app.channels.sender import CONFIRM, Receipt
from app.database.batch import Batch
from app.deliveries import fallback, more, throttle, verdict
from app.deliveries.owe import close, insert, listening, lock, owe
from app.deliveries.parcel import context
from app.deliveries.plan import Planned
from app.errors import SendError
from app.secrets import Unreadable, decrypt
from app.text import clean, clean_line

CODE_MAX, MESSAGE_MAX, RESPONSE_MAX = 64, 500, 2000
HEALED = (
    "failures = 0, failed_dispatch = NULL, failing_since = NULL, paused_until = NULL,"
    " stopped_at = NULL, announced_at = NULL"
)
"""What a success, a mended configuration, and a test that passed make of a channel's health. A
pause that the platform asked for stays: none of them ends it."""


class Went(msgspec.Struct, frozen=True):
    """How one try went."""

    planned: Planned
    outcome: Receipt | SendError
    duration_ms: int


async def record(planned: Planned, outcome: Receipt | SendError, duration_ms: int) -> None:
    """A success counts also when it comes late: it is a fact. A failure counts only while its
    attempt is still the newest, else it would undo what a later try did."""
    await _together(planned.organization, Went(planned, outcome, duration_ms))


async def _commit(organization: uuid.UUID, all_went: Sequence[Went]) -> list[None | Exception]:
    async with database.transaction():
        now = (await lock(organization)).now
        await _finish(all_went, now)
        await _sent([went.planned for went in all_went if isinstance(went.outcome, Receipt)], now)
        for went in all_went:
            if isinstance(went.outcome, SendError):
                await _failed(went.planned, went.outcome, now)
    return [None] * len(all_went)


_together: Batch[uuid.UUID, Went, None] = Batch(_commit)


def columns(outcome: Receipt | SendError) -> dict[str, Any]:
    """What an attempt's row keeps of its outcome. Whatever a receiver said must not keep us from
    writing it down, or it would be sent again and again."""
    hint = outcome.hint if isinstance(outcome, SendError) else outcome.warning
    return {
        "outcome": outcome.outcome if isinstance(outcome, SendError) else "ok",
        "code": clean_line(outcome.code)[:CODE_MAX],
        "message": clean(outcome.message)[:MESSAGE_MAX],
        "hint": hint,
        "facts": msgspec.json.encode(
            {name: clean(str(value)) for name, value in outcome.facts.items()}
        ).decode(),
        "http_status": outcome.http_status,
        "response": clean(outcome.response)[:RESPONSE_MAX],
    }


async def _finish(all_went: Sequence[Went], now: dt.datetime) -> None:
    """A place stays taken for a minute more, or comes free at once when nothing left the house."""
    rows = []
    for went in all_went:
        left = not isinstance(went.outcome, SendError) or went.outcome.left
        until = now + throttle.WINDOW if left else now
        kept = columns(went.outcome)
        rows.append((now, until, went.duration_ms, *kept.values(), went.planned.attempt))
    names = ", ".join(f"{name} = {{}}" for name in kept)
    await database.execute_many(
        f"UPDATE attempt SET finished_at = {{}}, blocks_until = {{}}, duration_ms = {{}}, {names}"
        " WHERE id = {}",
        rows,
    )


async def _sent(all_planned: list[Planned], now: dt.datetime) -> None:
    if not all_planned:
        return
    dispatches = [planned.dispatch for planned in all_planned]
    await close(dispatches, "sent", "", now)
    await fallback.not_needed(dispatches, now)
    if any(planned.kind in ("more", "digest") for planned in all_planned):
        await more.told_all(dispatches, now)
    told = [planned.channel for planned in all_planned if planned.kind != CONFIRM]
    if not told:
        return
    condition, ids = database.one_of("id", [channel["id"] for channel in told])
    rows = await database.fetch(f"SELECT id, config FROM channel WHERE {condition}", ids)
    of_now = {row["id"]: row for row in rows}
    healthy = [each["id"] for each in told if not _was_changed(each, of_now[each["id"]])]
    condition, ids = database.one_of("id", healthy)
    await database.fetch(f"UPDATE channel SET {HEALED}, ok_at = {{}} WHERE {condition}", now, ids)


def _was_changed(planned: Mapping[str, Any], row: Mapping[str, Any]) -> bool:
    """Whether somebody changed the settings while it was on the wire: then how it went says nothing
    about the new ones. The same settings are encrypted differently each time."""
    if planned["config"] == row["config"]:
        return False
    return bool(_settings(planned) != _settings(row))


def _settings(channel: Mapping[str, Any]) -> Any:
    with contextlib.suppress(Unreadable):
        return decrypt(context(channel["id"]), channel["config"])
    return None


async def _failed(planned: Planned, error: SendError, now: dt.datetime) -> None:
    dispatch = await _one("dispatch", planned.dispatch)
    channel = await _one("channel", planned.channel["id"])
    if dispatch is None or channel is None:
        return
    if dispatch["state"] != "sending" or dispatch["attempts"] != planned.number:
        return
    decided = verdict.of(error, dispatch, KINDS[channel["kind"]], now)
    changed = _was_changed(planned.channel, channel)
    if changed:
        decided = verdict.anew(decided, error, now)
    if decided.state == "failed":
        await close([dispatch["id"]], "failed", decided.reason, now)
        await fallback.needed([dispatch["id"]], now)
    await database.fetch(
        "UPDATE dispatch SET state = {}, tries = {}, unknowns = {}, rendering = {}, retry_at = {},"
        " accepted = {}, refused = {} WHERE id = {}",
        decided.state,
        decided.tries,
        decided.unknowns,
        decided.rendering,
        decided.retry_at,
        _joined(dispatch["accepted"], error.accepted),
        _joined(dispatch["refused"], error.refused),
        dispatch["id"],
    )
    # Whether a visitor's mailbox takes mail says nothing about the way to the team.
    if error.code in verdict.OURS or planned.kind == CONFIRM:
        return
    if error.outcome == "rate_limited":
        await block(planned.organization, planned.channel["bucket"], now + verdict.pause(error))
    if not changed:
        await _mark(channel, error, dispatch, now)


def _joined(before: str, names: Iterable[str]) -> str:
    """Who is left out of the next try: because he has it, or will never take it."""
    known = msgspec.json.decode(before, type=set[str])
    return msgspec.json.encode(sorted(known.union(names))).decode()


async def _one(table: str, row: uuid.UUID) -> dict[str, Any] | None:
    rows = await database.fetch(f"SELECT * FROM {table} WHERE id = {{}}", row)
    return rows[0] if rows else None


async def _mark(
    channel: dict[str, Any], error: SendError, dispatch: dict[str, Any], now: dt.datetime
) -> None:
    begun = dispatch["created_at"]
    health = verdict.health(error, channel, dispatch["id"], now, begun=begun)
    values = columns(error)
    announced = now if health.opened else channel["announced_at"]
    await database.fetch(
        "UPDATE channel SET failures = {}, failed_dispatch = {}, failing_since = {},"
        " paused_until = {}, stopped_at = {}, announced_at = {}, error_at = {}, error_code = {},"
        " error = {}, hint = {}, facts = {} WHERE id = {}",
        health.failures,
        health.failed_dispatch,
        channel["failing_since"] or (now if health.failures else None),
        health.paused_until,
        now if health.stopped else channel["stopped_at"],
        announced,
        now,
        *(values[name] for name in ("code", "message", "hint", "facts")),
        channel["id"],
    )
    if health.opened:
        await _announce(channel, now)


async def block(organization: uuid.UUID, bucket: str, until: dt.datetime) -> None:
    """The platform counts by credential: whoever shares the robot is quiet with it."""
    await database.fetch(
        "UPDATE channel SET blocked_until = CASE WHEN blocked_until > {} THEN blocked_until"
        " ELSE {} END WHERE organization = {} AND bucket = {}",
        until,
        until,
        organization,
        bucket,
    )


async def blocked_until(organization: uuid.UUID, bucket: str) -> dt.datetime | None:
    """For how long the platform wants quiet from this robot, whichever channels it had or has, of
    whichever organization. A receiver of one's own only speaks to one."""
    found = await database.fetch(
        "SELECT max(blocked_until) AS until FROM channel WHERE bucket = {}"
        " AND (organization = {} OR kind <> 'custom')",
        bucket,
        organization,
    )
    return database.moment(found[0]["until"])


async def _announce(broken: dict[str, Any], now: dt.datetime) -> None:
    """Once an opening, through every other channel that works."""
    others = await database.fetch(
        "SELECT id FROM channel WHERE organization = {} AND failures = 0 AND stopped_at IS NULL",
        broken["organization"],
    )
    healthy = {row["id"] for row in others} - {broken["id"]}
    await insert(
        [
            owe(channel, None, now, purpose="alert", about=broken["id"], now=now)
            for channel in await listening(broken["organization"])
            if channel.id in healthy
        ]
    )
