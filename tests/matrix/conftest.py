"""A world for every row: on SQLite and on PostgreSQL, with nothing running in it yet."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from app import queue
from app.tables import Organization
from cli.bundled import Bundled
from tests.fakes.vendors import FakeVendors
from tests.matrix.world import World


@pytest.fixture
async def fakes() -> AsyncIterator[FakeVendors]:
    async with FakeVendors() as running:
        yield running


@pytest.fixture
async def redis(tmp_path: Path) -> AsyncIterator[Bundled]:
    server = Bundled(tmp_path)
    await server.start()
    queue.connect(server.url)
    yield server
    await queue.close()
    await server.stop()


@pytest.fixture
async def world(
    db: str, org: Organization, fakes: FakeVendors, redis: Bundled, tmp_path: Path
) -> AsyncIterator[World]:
    made = World(url=db, folder=tmp_path, org=org, fakes=fakes, redis=redis)
    yield made
    for child in made.children:
        if child.alive:
            child.kill()
