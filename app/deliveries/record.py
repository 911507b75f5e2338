"""Recording: how a try went, in the second short transaction, fenced by the attempt's number."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import msgspec

from app import database, throttle
from app.channels import KINDS
from app.channels.sender import Receipt
from app.deliveries import verdict
from app.deliveries.owe import close, insert, listening, lock, owe
from app.deliveries.plan import Planned
from app.errors import SendError

RESPONSE_MAX = 2000


async def record(planned: Planned, outcome: Receipt | SendError, duration_ms: int) -> int:
    """The organization's count of wakes, for the next ring.

    A success counts also when it comes late: it is a fact. A failure counts only while its
    attempt is
    still the newest, else it would undo what a later try did.
    """
    async with database.transaction():
        org = await lock(planned.organization)
        now: dt.datetime = org["now"]
        await _finish(planned, outcome, duration_ms, now)
        dispatch = await _one("dispatch", planned.dispatch)
        channel = await _one("channel", planned.channel["id"])
        if dispatch is None or channel is None:
            return int(org["wakes"])
        if isinstance(outcome, Receipt):
            await _sent(dispatch, channel, outcome, now)
        elif dispatch["state"] == "sending" and dispatch["attempts"] == planned.number:
            await _failed(dispatch, channel, outcome, now)
    return int(org["wakes"])


async def _one(table: str, row: uuid.UUID) -> dict[str, Any] | None:
    rows = await database.fetch(f"SELECT * FROM {table} WHERE id = {{}}", row)
    return rows[0] if rows else None


def columns(outcome: Receipt | SendError) -> dict[str, Any]:
    """What an attempt's row keeps of its outcome."""
    refused = isinstance(outcome, SendError)
    hint = outcome.hint if isinstance(outcome, SendError) else outcome.warning
    return {
        "outcome": outcome.outcome if isinstance(outcome, SendError) else "ok",
        "code": outcome.code[:64],
        "message": outcome.message[:500],
        "hint": hint,
        "facts": msgspec.json.encode(outcome.facts).decode(),
        "http_status": outcome.http_status,
        "response": outcome.response[:RESPONSE_MAX] if refused or outcome.response else "",
    }


async def _finish(
    planned: Planned, outcome: Receipt | SendError, duration_ms: int, now: dt.datetime
) -> None:
    """Its place stays taken for a minute more, or comes free at once when nothing left the
    house."""
    left = not isinstance(outcome, SendError) or outcome.left
    values = columns(outcome)
    names = ", ".join(f"{name} = {{}}" for name in values)
    await database.fetch(
        f"UPDATE attempt SET finished_at = {{}}, blocks_until = {{}}, duration_ms = {{}}, {names}"
        " WHERE id = {}",
        now,
        now + throttle.WINDOW if left else now,
        duration_ms,
        *values.values(),
        planned.attempt,
    )


async def _sent(
    dispatch: dict[str, Any], channel: dict[str, Any], receipt: Receipt, now: dt.datetime
) -> None:
    if dispatch["state"] in {"sending", "retry", "failed"}:
        was = "failed" if dispatch["state"] == "failed" else "sending"
        await close(dispatch["id"], "sent", "", now, was=was)
    await database.fetch(
        "UPDATE channel SET failures = 0, failed_dispatch = NULL, failing_since = NULL,"
        " paused_until = NULL, stopped_at = NULL, announced_at = NULL, ok_at = {} WHERE id = {}",
        now,
        channel["id"],
    )


async def _failed(
    dispatch: dict[str, Any], channel: dict[str, Any], error: SendError, now: dt.datetime
) -> None:
    decided = verdict.of(error, dispatch, KINDS[channel["kind"]], now)
    if decided.state == "failed":
        await close(dispatch["id"], "failed", decided.reason, now)
    accepted = sorted({*msgspec.json.decode(dispatch["accepted"], type=list[str]), *error.accepted})
    await database.fetch(
        "UPDATE dispatch SET state = {}, tries = {}, unknowns = {}, rendering = {}, retry_at = {},"
        " accepted = {} WHERE id = {}",
        decided.state,
        decided.tries,
        decided.unknowns,
        decided.rendering,
        decided.retry_at,
        msgspec.json.encode(accepted).decode(),
        dispatch["id"],
    )
    await _mark(channel, error, dispatch["id"], now)


async def _mark(
    channel: dict[str, Any], error: SendError, dispatch: uuid.UUID, now: dt.datetime
) -> None:
    health = verdict.health(error, channel, dispatch, now)
    values = columns(error)
    announced = now if health.opened else channel["announced_at"]
    await database.fetch(
        "UPDATE channel SET failures = {}, failed_dispatch = {}, failing_since = {},"
        " stopped_at = {}, announced_at = {}, error_at = {}, error_code = {}, error = {},"
        " hint = {}, facts = {} WHERE id = {}",
        health.failures,
        health.failed_dispatch,
        channel["failing_since"] or (now if health.failures else None),
        now if health.stopped else channel["stopped_at"],
        announced,
        now,
        *(values[name] for name in ("code", "message", "hint", "facts")),
        channel["id"],
    )
    # The platform counts by credential: whoever shares the robot pauses with it.
    shared = error.outcome == "rate_limited"
    where = "organization = {} AND bucket = {}" if shared else "organization = {} AND id = {}"
    await database.fetch(
        f"UPDATE channel SET paused_until = {{}} WHERE {where}",
        health.paused_until,
        channel["organization"],
        channel["bucket"] if shared else channel["id"],
    )
    if health.opened:
        await _announce(channel, now)


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
            if channel["id"] in healthy
        ]
    )
