"""Behind PgBouncer in transaction mode: the real program, where it is installed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import pytest

from app import database
from app.database import migrate, pgbouncer
from app.database.snapshot import snapshot
from app.errors import Misconfigured
from app.tables import Organization
from tests.bouncer import Bouncer, program
from tests.servers import PostgresServer

MANY = 40


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ("postgres://u:p@h/n", ("postgres://u:p@h/n", False)),
        ("postgres://u:p@h/n?pgbouncer=true", ("postgres://u:p@h/n", True)),
        ("postgres://h/n?pgbouncer=true&sslmode=require", ("postgres://h/n?sslmode=require", True)),
        ("postgres://h/n?sslmode=require&pgbouncer=1", ("postgres://h/n?sslmode=require", True)),
        ("postgres://h/n?pgbouncer=false", ("postgres://h/n?pgbouncer=false", False)),
    ],
)
def test_it_is_asked_for_at_the_end_of_the_address(given: str, found: tuple[str, bool]) -> None:
    assert pgbouncer.asked(given) == found


@pytest.fixture
def bouncer(postgres_server: PostgresServer) -> Iterator[Bouncer]:
    if program() is None:
        pytest.skip("pgbouncer is not installed: apt install pgbouncer")
    running = Bouncer(postgres_server).start()
    yield running
    running.stop()


@pytest.fixture
async def engine(
    bouncer: Bouncer, postgres_server: PostgresServer, configure: Callable[..., Any]
) -> AsyncIterator[database.Postgres]:
    made = database.Postgres(bouncer.dsn(await postgres_server.create()))
    database.use(made)
    await made.open()
    yield made
    await made.close()


async def count() -> int:
    return int((await database.rows(dict, 'SELECT count(*) AS n FROM "organization"'))[0]["n"])


async def write(number: int) -> None:
    async with database.transaction():
        await Organization.insert(Organization(slug=f"shop-{number}", name=f"shop {number}"))
        # What was prepared before it is prepared again, here and by others in this session.
        assert await Organization.exists().where(Organization.slug == f"shop-{number}")


@pytest.mark.usefixtures("engine")
async def test_the_product_works_with_a_session_for_each_transaction() -> None:
    await migrate.run()
    before = await count()
    await asyncio.gather(
        *(write(number) for number in range(MANY)), *(count() for _ in range(MANY))
    )

    assert await count() == before + MANY
    async with snapshot() as held:
        read = [len(block) async for block in held.rows("organization", ["slug"])]
    assert sum(read) == before + MANY


@pytest.mark.usefixtures("engine")
async def test_two_that_migrate_at_once_wait_for_each_other_and_leave_no_lock() -> None:
    await asyncio.gather(migrate.run(), migrate.run())

    sql = "SELECT count(*) AS n FROM pg_locks WHERE locktype = 'advisory'"
    assert (await database.rows(dict, sql))[0]["n"] == 0


@pytest.mark.usefixtures("engine")
async def test_a_transaction_has_its_limits_and_leaves_none_behind() -> None:
    limits = "SELECT current_setting('lock_timeout') AS l, current_setting('plan_cache_mode') AS p"
    async with database.transaction():
        assert (await database.rows(dict, limits))[0] == {"l": "10s", "p": "force_custom_plan"}


async def test_who_does_not_say_so_is_told_what_to_add(
    bouncer: Bouncer, postgres_server: PostgresServer, configure: Callable[..., Any]
) -> None:
    untold = database.Postgres(bouncer.dsn(await postgres_server.create(), told=False))
    with pytest.raises(Misconfigured) as refused:
        await untold.open()
    assert refused.value.faults == [
        "CONFIG DATABASE_URL: leads to PgBouncer — add ?pgbouncer=true to it"
    ]
