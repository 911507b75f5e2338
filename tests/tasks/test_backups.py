"""A worker has backups made by a process of its own."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from pathlib import Path

import pytest

from app import instance
from app.backup import scheduled
from app.settings import Settings
from app.tables import Organization
from tasks import backups


@pytest.mark.process
async def test_what_is_due_is_made_and_a_failure_is_tried_again(
    org: Organization,
    configure: Callable[..., Settings],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    configure(LEAVEMSG_BACKUPS_TO=str(tmp_path / "there"))
    said = tmp_path / "said"
    monkeypatch.setattr(backups, "EVERY_SECONDS", 0.01)
    monkeypatch.setattr(
        backups,
        "COMMAND",
        f"import sys; open({str(said)!r}, 'w').write(' '.join(sys.argv[1:])); 1/0",
    )
    running = asyncio.create_task(backups.keep_backups())
    async with asyncio.timeout(30):
        while (fact := await instance.read(scheduled.TRY)) is None or fact.value in {
            scheduled.NEVER,
            scheduled.RUNNING,
        }:
            await asyncio.sleep(0.02)
    running.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await running

    assert said.read_text() == "backup run --json"
    assert fact.value == scheduled.FAILED
    assert not await scheduled.take()


async def test_without_a_place_nothing_is_begun(
    org: Organization, configure: Callable[..., Settings], monkeypatch: pytest.MonkeyPatch
) -> None:
    configure(LEAVEMSG_BACKUPS_TO="")
    monkeypatch.setattr(backups, "EVERY_SECONDS", 0.01)
    running = asyncio.create_task(backups.keep_backups())
    await asyncio.sleep(0.05)
    running.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await running

    assert await instance.read(scheduled.TRY) is None
