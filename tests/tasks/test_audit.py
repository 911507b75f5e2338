"""The loop that keeps the audit's chain behind its entries."""

from __future__ import annotations

import asyncio

import pytest

from app.people import audit
from app.people.audit.verify import verify
from app.tables import Organization
from tasks.audit import chain_up


async def test_it_looks_again_and_again(org: Organization, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tasks.audit.EVERY_SECONDS", 0.01)
    running = asyncio.create_task(chain_up())
    for turn in (1, 2):
        await audit.record(org.id, "test", "channel.on")
        async with asyncio.timeout(20):
            while (await verify(org.id)).entries < turn:
                await asyncio.sleep(0.01)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
