"""A world for every row: on SQLite and on PostgreSQL, with nothing running in it yet."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from app import (
    database,
    limits,
    outside,
    queue,
)
from app.database import migrate
from app.people import organizations
from app.tables import Organization
from cli.bundled import Bundled
from tests.fakes.vendors import FakeVendors
from tests.matrix.world import World
from tests.servers import PostgresServer


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


@pytest.fixture(params=["sqlite", "postgres"])
async def db(
    request: pytest.FixtureRequest, tmp_path: Path, configure: Callable[..., Any]
) -> AsyncIterator[str]:
    """A database of its own for every row: triggers, other clocks and killed processes stay in
    it."""
    path, url = tmp_path / "leavemsg.sqlite", ""
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
    else:
        template = request.getfixturevalue("postgres_template")
        url = await request.getfixturevalue("postgres_server").create(template)
    engine = database.make(url, str(path))
    database.use(engine)
    await engine.open()
    limits.forget_all()
    yield url
    await outside.close()
    await engine.close()


@pytest.fixture
async def world(
    db: str, org: Organization, fakes: FakeVendors, redis: Bundled, tmp_path: Path
) -> AsyncIterator[World]:
    made = World(url=db, folder=tmp_path, org=org, fakes=fakes, redis=redis)
    yield made
    made.end()


@pytest.fixture(scope="session")
def mortal_server() -> Iterator[PostgresServer]:
    """A PostgreSQL of our own, because we kill it."""
    server = PostgresServer().start()
    yield server
    server.stop()


@pytest.fixture
async def mortal(
    mortal_server: PostgresServer,
    configure: Callable[..., Any],
    fakes: FakeVendors,
    redis: Bundled,
    tmp_path: Path,
) -> AsyncIterator[World]:
    """A world whose PostgreSQL may die."""
    url = await mortal_server.create()
    database.use(engine := database.make(url, ""))
    await engine.open()
    await migrate.run()
    made = World(
        url=url, folder=tmp_path, org=await organizations.first(), fakes=fakes, redis=redis
    )
    yield made
    made.end()
    await outside.close()
    await engine.close()
