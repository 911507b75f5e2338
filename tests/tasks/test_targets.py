"""The loop that looks at targets and makes reports."""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt

import pytest

from app import channel_settings
from app.reports import change as reports
from app.reports import make
from app.tables import Announcement, Organization, Report
from app.targets import change, replies
from tasks import targets


async def test_it_goes_on_when_one_of_its_works_breaks(
    org: Organization, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(targets, "EVERY_SECONDS", 0.01)
    raw = {"type": "custom", "webhook_url": "http://127.0.0.1:9/h"}
    channel = await channel_settings.add(org.id, raw, by="tests")
    await reports.add(org.id, {"channel": channel}, by="tests")
    await Report.update({Report.since: dt.datetime(2026, 1, 1, tzinfo=dt.UTC)}, force=True)
    await change.save(org.id, {"minutes": 120}, by="tests")
    broken = 0
    whole = make.step

    async def breaks_once() -> None:
        nonlocal broken
        broken += 1
        if broken == 1:
            raise RuntimeError
        await whole()

    monkeypatch.setattr(make, "step", breaks_once)
    running = asyncio.create_task(targets.watch_over())
    async with asyncio.timeout(20):
        while not await Announcement.exists():
            await asyncio.sleep(0.02)
    running.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await running
    (row,) = await Organization.select(Organization.replies).where(Organization.id == org.id)
    assert replies.stored(row["replies"]).at
