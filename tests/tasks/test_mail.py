"""What was stored and not settled is settled by a worker."""

from __future__ import annotations

import asyncio
import contextlib

import pytest

from app.mail.receive import receive
from app.tables import Organization, ReceivedMail
from tasks import mail
from tests.app.mail.conftest import mail as written


async def test_it_settles_what_is_left(org: Organization, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mail, "EVERY_SECONDS", 0.01)
    uid = await receive(org.id, written())
    running = asyncio.create_task(mail.settle_mail())
    async with asyncio.timeout(20):
        while await ReceivedMail.exists().where(
            ReceivedMail.id == uid, ReceivedMail.state == "new"
        ):
            await asyncio.sleep(0.01)
    running.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await running
