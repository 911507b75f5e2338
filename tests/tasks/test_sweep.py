"""What the sweep does besides looking for what is due."""

from __future__ import annotations

import asyncio
import datetime as dt
import sys

import pytest

from app import outside
from app.deliveries import Courier
from app.people.audit import acting, tries
from app.tables import Audit, BadTry, Organization
from tasks.sweep import sweep


async def test_tries_whose_hour_is_over_are_summed_up(
    org: Organization, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.modules["tasks.sweep"], "EVERY_SECONDS", 0.01)
    for _ in range(3):
        with acting("visitor", "203.0.113.0/24"):
            await tries.record(org.id, "", "sign_in.bad")
    long_ago = dt.datetime.now(dt.UTC) - tries.SPAN - dt.timedelta(minutes=1)
    await BadTry.update({BadTry.at: long_ago}, force=True)

    running = asyncio.create_task(sweep(Courier(outside.egress())))
    async with asyncio.timeout(20):
        while not await Audit.exists().where(Audit.action == tries.SUMMED):
            await asyncio.sleep(0.01)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)

    assert not await BadTry.exists()
