"""Test sends: the same sender, the same deadline, the true answer; logged as tests, never
retried."""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
import time
import uuid
from typing import Any

import msgspec

from app import database, settings, throttle
from app.channels import AnySender
from app.channels.sender import Parcel, Receipt
from app.deliveries.owe import lock
from app.deliveries.record import HEALED, columns
from app.egress import Egress
from app.errors import SendError
from app.notice import sample
from app.tables import new_id

log = logging.getLogger(__name__)


class Tested(msgspec.Struct, frozen=True, kw_only=True):
    """`hint` is an English message id with placeholders filled from `facts`."""

    uid: str | None
    type: str
    name: str
    ok: bool
    code: str
    message: str
    hint: str
    facts: dict[str, Any]
    http_status: int | None
    duration_ms: int
    response: str


async def send_test(
    sender: AnySender,
    egress: Egress,
    *,
    locale: str,
    timezone: str,
    channel: dict[str, Any] | None = None,
    template: str = "",
) -> Tested:
    """`channel` is the saved row, if there is one: its health learns from a success."""
    attempt = new_id()
    base = settings.current().base_url
    parcel = Parcel(
        id=str(attempt),
        kind="test",
        notices=(sample(link=f"{base}/inbox"),),
        locale=locale,
        timezone=timezone,
        template=template,
        inbox_link=f"{base}/inbox",
    )
    started = time.monotonic()
    outcome = await _outcome(sender, parcel, egress)
    duration = int((time.monotonic() - started) * 1000)
    if channel is not None:
        await _log(channel, attempt, outcome, duration)
    values = columns(outcome)
    return Tested(
        uid=str(channel["id"]) if channel else None,
        type=sender.kind,
        name=channel["name"] if channel else "",
        ok=isinstance(outcome, Receipt),
        duration_ms=duration,
        facts=outcome.facts,
        **{key: values[key] for key in ("code", "message", "hint", "http_status", "response")},
    )


async def _outcome(sender: AnySender, parcel: Parcel, egress: Egress) -> Receipt | SendError:
    try:
        async with asyncio.timeout(sender.deadline + 2):
            return await sender.send(parcel, egress)
    except SendError as error:
        return error
    except TimeoutError:
        return SendError("unknown", "timeout", hint="The other side did not answer in time")
    except Exception as error:
        log.exception("sender failed", extra={"kind": sender.kind})
        return SendError("retry", "internal", type(error).__name__)


async def _log(
    channel: dict[str, Any], attempt: uuid.UUID, outcome: Receipt | SendError, duration_ms: int
) -> None:
    async with database.transaction():
        # First the lock, as everybody does: who takes the channel's row before it, deadlocks.
        now = (await lock(channel["organization"]))["now"]
        await _write(channel, attempt, outcome, duration_ms, now)


async def _write(
    channel: dict[str, Any],
    attempt: uuid.UUID,
    outcome: Receipt | SendError,
    duration_ms: int,
    now: dt.datetime,
) -> None:
    values = {
        "id": attempt,
        "organization": channel["organization"],
        "channel": channel["id"],
        "bucket": channel["bucket"],
        "number": 1,
        "started_at": now - dt.timedelta(milliseconds=duration_ms),
        "finished_at": now,
        "blocks_until": now + throttle.WINDOW,
        "duration_ms": duration_ms,
        **columns(outcome),
    }
    await database.execute_many(database.insert_sql("attempt", values), [list(values.values())])
    await database.fetch("UPDATE channel SET tested_at = {} WHERE id = {}", now, channel["id"])
    if isinstance(outcome, Receipt):
        await database.fetch(
            f"UPDATE channel SET {HEALED}, ok_at = {{}} WHERE id = {{}}", now, channel["id"]
        )
