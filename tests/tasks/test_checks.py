"""The loop of regular checks."""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
from collections.abc import AsyncIterator
from typing import Any

import pytest

from app import channel_settings, outside
from app.tables import Channel, Organization
from tasks import checks
from tests.fakes.mail import FakeMail


@pytest.fixture
async def mail() -> AsyncIterator[FakeMail]:
    async with FakeMail() as running:
        yield running


async def test_it_looks_again_and_again(
    org: Organization, mail: FakeMail, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checks, "EVERY_SECONDS", 0.01)
    config = {"host": "127.0.0.1", "port": mail.port("plain-noauth"), "tls_mode": "none"}
    raw: dict[str, Any] = {"type": "email", "smtp_config": config, "to": ["a@shop.example"]}
    raw["from"] = "desk@shop.example"
    uid = await channel_settings.add(org.id, raw, by="tests")
    long_ago = dt.datetime.now(dt.UTC) - dt.timedelta(days=30)

    running = asyncio.create_task(checks.look_after(outside.egress()))
    for turn in (1, 2):
        values: Any = {Channel.created_at: long_ago, Channel.checked_at: long_ago}
        await Channel.update(values).where(Channel.id == uid)
        async with asyncio.timeout(20):
            while len(mail.visits) < turn:
                await asyncio.sleep(0.02)

    running.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await running
