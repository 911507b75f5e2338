"""Workers take back what is due."""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import uuid

import pytest

from app import channel_settings, database, outside
from app.messages import Left
from app.tables import Organization, Recall, new_id
from tasks import recalls
from tests.app.deliveries.conftest import Leave, leave

__all__ = ["leave"]


async def test_it_does_what_is_due_and_forgets_what_is_over(
    org: Organization, leave: Leave, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recalls, "EVERY_SECONDS", 0.01)
    raw = {"type": "wecom_app", "corpid": "ww00", "agentid": 1, "secret": "none", "enabled": False}
    channel = await channel_settings.add(org.id, {**raw, "to_users": ["@all"]}, by="tests")
    left: Left = await leave()
    now = await database.now()
    row = {
        Recall.organization: org.id,
        Recall.channel: uuid.UUID(channel),
        Recall.message: uuid.UUID(left.uid),
        Recall.receipt: "m1",
    }
    long_ago = now - dt.timedelta(days=365)
    await Recall.insert(
        Recall({**row, Recall.id: new_id(), Recall.state: "pending", Recall.due_at: now}),
        Recall({**row, Recall.id: new_id(), Recall.sent_at: long_ago}),
    )
    running = asyncio.create_task(recalls.take_back_notices(outside.egress()))
    async with asyncio.timeout(20):
        while (found := await Recall.select(Recall.state)) != [{"state": "failed"}]:
            assert len(found) <= 2
            await asyncio.sleep(0.01)
    running.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await running
