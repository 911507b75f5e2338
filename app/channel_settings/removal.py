"""Removing a channel, and restoring it with its history."""

from __future__ import annotations

import uuid
from typing import Any

from piccolo.columns import Column

from app.channel_settings.changing import after_all, changing, check_number, silence
from app.channel_settings.read import removed, row, rows
from app.deliveries.owe import Locked
from app.deliveries.rows import ChannelRow
from app.deliveries.statements import HEALED
from app.errors import NotFound
from app.feed import channels as feed
from app.people import audit
from app.tables import Channel


async def archive(organization: uuid.UUID, uid: str, *, by: str) -> None:
    """Removes it from every list; its deliveries stay in the log."""
    async with changing(organization) as org:
        old = await row(organization, uid)
        await put_away(organization, org, old.id)
        await audit.record(organization, by, "channel.archived", uid)


async def restore(organization: uuid.UUID, uid: str, *, by: str) -> None:
    """Brings a removed channel back. It is on again, or, if it never sent anything, once a test is
    accepted. Raises NotFound, Invalid when there are too many."""
    async with changing(organization) as org:
        current = await rows(organization)
        old = next((each for each in await removed(organization) if str(each.id) == uid), None)
        if old is None:
            raise NotFound
        check_number(current)
        leads = {each.id for each in current if each.fallback_for is None}
        tested = old.ok_at is not None
        await feed.mended(organization, org, [old.id])
        await Channel.update(
            {
                **HEALED,
                Channel.archived_at: None,
                Channel.enabled: tested,
                Channel.on_when_tested: not tested,
                Channel.position: after_all(current),
                Channel.fallback_for: old.fallback_for if old.fallback_for in leads else None,
            }
        ).where(Channel.id == old.id)
        await audit.record(organization, by, "channel.restored", uid, old.kind)


async def revive(old: ChannelRow | None) -> None:
    """Unarchives it before anything is stored, so that it may be a fallback or have one again."""
    if old is not None and old.archived_at is not None:
        await Channel.update({Channel.archived_at: None}).where(Channel.id == old.id)


async def put_away(organization: uuid.UUID, org: Locked, channel: uuid.UUID) -> None:
    await feed.mended(organization, org, [channel])
    away: dict[Column | str, Any] = {
        Channel.enabled: False,
        Channel.on_when_tested: False,
        Channel.archived_at: org.now,
        Channel.announced_at: None,
    }
    await Channel.update(away).where(Channel.id == channel)
    await silence(organization, channel, reason="channel_archived", now=org.now)
