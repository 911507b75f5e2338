"""Whether PostgreSQL keeps what it has confirmed."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from app import database, settings
from app.diagnosis import durability, parts
from app.people import organizations
from cli import running
from tests.servers import DISK, PostgresServer


async def test_sqlite_is_told_by_us_and_needs_no_look(org: Any, db: str) -> None:
    """The tests' own PostgreSQL waits for no disk."""
    assert len(await durability.look()) == (len(DISK) if db else 0)


@pytest.fixture
async def plain_role(postgres_server: PostgresServer, postgres_database: str) -> AsyncIterator[str]:
    """A role of its own, whose settings reach no other test."""
    await postgres_server.ask("CREATE ROLE shop LOGIN SUPERUSER")
    name = postgres_database.split("@/")[1].split("?")[0]
    yield name
    await postgres_server.ask(f'ALTER DATABASE "{name}" RESET synchronous_commit')
    await postgres_server.ask("DROP ROLE shop")


async def test_each_place_of_a_setting_has_the_words_that_mend_it(
    postgres_server: PostgresServer, plain_role: str, configure: Callable[..., Any]
) -> None:
    """The tests' own server waits for no disk: all three are off by its command line."""
    name = plain_role
    places = (
        ("", "postgres -c synchronous_commit=on"),
        (f'ALTER DATABASE "{name}" SET', f'ALTER DATABASE "{name}" RESET synchronous_commit'),
        ("ALTER ROLE shop SET", 'ALTER ROLE "shop" RESET synchronous_commit'),
        (
            f'ALTER ROLE shop IN DATABASE "{name}" SET',
            f'ALTER ROLE "shop" IN DATABASE "{name}" RESET synchronous_commit',
        ),
        ("URL", "synchronous_commit=on (DATABASE_URL, PGOPTIONS)"),
    )
    for place, fix in places:
        url = postgres_server.dsn(name).replace("postgres@", "shop@")
        if place == "URL":
            url += "&synchronous_commit=off"
        elif place:
            await postgres_server.ask(f"{place} synchronous_commit = off")
        found = await _looked(url)
        assert [state for state, _ in found] == ["warn"] * len(DISK), place
        assert [told for _, told in found if told.endswith(f"To mend it: {fix}")], (place, found)
        assert [told for _, told in found if told.endswith("postgres -c fsync=on")]


async def _looked(url: str) -> list[tuple[str, str]]:
    engine = database.Postgres(url)
    database.use(engine)
    await engine.open()
    try:
        return [(each.state, each.told()) for each in await durability.look()]
    finally:
        await engine.close()


async def test_each_start_says_it_and_so_does_the_doctor(
    db: str, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        await running.first_steps()
    said = [record.getMessage() for record in caplog.records if "power loss" in record.getMessage()]
    assert len(said) == (len(DISK) if db else 0)
    await organizations.first()
    told = [each for each in await parts.look(settings.current()) if each.about == "durability"]
    assert [each.state for each in told] == (["warn"] * len(DISK) if db else [])
