"""The same two databases, but one PostgreSQL database for all tests here: emptying it takes a
hundredth of the time of a new one."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import argon2
import pytest

from app import agents, database, limits, outside, settings
from tests.servers import PostgresServer, aside


@pytest.fixture(scope="session", autouse=True)
def _cheap_passwords() -> Iterator[None]:
    """A hash that costs what it must would be most of what these tests do."""
    before = agents.HASHER
    agents.HASHER = argon2.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    yield
    agents.HASHER = before


@pytest.fixture(scope="session")
def postgres_database(postgres_server: PostgresServer, postgres_template: str) -> str:
    return aside(postgres_server.create(postgres_template))


@pytest.fixture(params=["sqlite", "postgres"])
async def db(
    request: pytest.FixtureRequest, tmp_path: Path, configure: Callable[..., settings.Settings]
) -> AsyncIterator[str]:
    """An empty database of each kind, in force; its value is the address (empty for SQLite)."""
    path = tmp_path / "leavemsg.sqlite"
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
    url = "" if request.param == "sqlite" else request.getfixturevalue("postgres_database")
    engine = database.make(url, str(path))
    database.use(engine)
    await engine.open()
    # Every other row belongs to an organization, and goes with it.
    await database.fetch("DELETE FROM organization")
    limits.forget_all()
    yield url
    await outside.close()
    await engine.close()
