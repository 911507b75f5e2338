"""Removing a channel, and having it back with its history."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from app import database, deliveries
from app.channel_settings.changing import changing, check_number
from app.channel_settings.read import removed, row, rows
from app.deliveries.record import HEALED
from app.errors import NotFound
from app.people import audit
from app.tables import Delivery


async def archive(organization: uuid.UUID, uid: str, *, by: str) -> None:
    """Gone from every list; its deliveries stay in the log."""
    async with changing(organization) as now:
        old = await row(organization, uid)
        await put_away(old["id"], now)
        await audit.record(organization, by, "channel.archived", uid)


async def restore(organization: uuid.UUID, uid: str, *, by: str) -> None:
    """Brings back a channel that was removed, with its history. It is on again, or on as soon as a
    test is accepted where none ever was. Raises NotFound, Invalid when there are too many."""
    async with changing(organization):
        current = await rows(organization)
        old = next((r for r in await removed(organization) if str(r["id"]) == uid), None)
        if old is None:
            raise NotFound
        check_number(current)
        leads = {row["id"] for row in current if row["fallback_for"] is None}
        tested = old["ok_at"] is not None
        await database.fetch(
            "UPDATE channel SET archived_at = NULL, enabled = {}, on_when_tested = {},"
            f" position = {{}}, fallback_for = {{}}, {HEALED} WHERE id = {{}}",
            tested,
            not tested,
            len(current),
            old["fallback_for"] if old["fallback_for"] in leads else None,
            old["id"],
        )
        await audit.record(organization, by, "channel.restored", uid, old["kind"])


async def revive(old: dict[str, Any] | None) -> None:
    """Before anything is stored, so that one may stand in for another again."""
    if old is not None and old["archived_at"] is not None:
        await database.fetch("UPDATE channel SET archived_at = NULL WHERE id = {}", old["id"])


async def put_away(channel: uuid.UUID, now: dt.datetime) -> None:
    await database.fetch(
        "UPDATE channel SET enabled = {}, on_when_tested = {}, archived_at = {} WHERE id = {}",
        *(False, False, now, channel),
    )
    await deliveries.cancel(Delivery.channel, channel, reason="channel_archived", now=now)
