"""A worker removes files that have nobody."""

from __future__ import annotations

import asyncio
import contextlib

import pytest

from app.errors import NotFound
from app.files import store
from app.tables import Organization, VisitorFile, new_id
from tasks import files


async def test_it_removes_what_is_over(org: Organization, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "EVERY_SECONDS", 0.01)
    uid = new_id()
    f = VisitorFile
    row = {f.id: uid, f.organization: org.id, f.name: "a", f.kind: "b", f.joined_at: org.created_at}
    await f.insert(f(row))
    await store.put(org.id, str(uid), b"x")
    running = asyncio.create_task(files.tend_files())
    async with asyncio.timeout(20):
        while await f.exists():
            await asyncio.sleep(0.01)
    running.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await running
    with pytest.raises(NotFound):
        await store.get(org.id, str(uid))
