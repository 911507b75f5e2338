"""PostgreSQL: a pool that outlives every kind of absence of the server."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import asyncpg
import pytest

from app import database, turns
from app.database.postgres import FOR_VISITORS, POOL_SIZE
from app.diagnosis import durability
from app.errors import Misconfigured, Unavailable
from tests.servers import PostgresServer

END_YOURSELF = "SELECT pg_terminate_backend(pg_backend_pid())"


@pytest.fixture
async def engine(
    postgres_database: str, configure: Callable[..., Any]
) -> AsyncIterator[database.Postgres]:
    made = database.Postgres(postgres_database)
    database.use(made)
    await made.open()
    yield made
    await made.close()


@pytest.fixture
def own_server() -> Iterator[PostgresServer]:
    """One that may be killed."""
    server = PostgresServer().start()
    yield server
    server.stop()


async def one() -> int:
    return int((await database.rows(dict, "SELECT 1 AS one"))[0]["one"])


async def in_a_transaction(sql: str = "SELECT 1") -> None:
    async with database.transaction():
        await database.execute(sql)


async def test_a_lost_connection_is_an_outage_and_costs_no_place(engine: database.Postgres) -> None:
    for _ in range(POOL_SIZE + 2):
        with pytest.raises(Unavailable):
            await in_a_transaction(END_YOURSELF)
    async with asyncio.timeout(30):
        await asyncio.gather(*(in_a_transaction() for _ in range(POOL_SIZE)))


async def test_the_task_that_lost_it_goes_on_with_another(engine: database.Postgres) -> None:
    with pytest.raises(Unavailable):
        await in_a_transaction(END_YOURSELF)
    assert engine.current_transaction.get() is None
    assert await one() == 1


async def test_a_connection_that_died_while_idle_is_not_used_again(
    engine: database.Postgres,
) -> None:
    assert engine.pool is not None
    async with engine.pool.acquire() as connection:
        pid = connection.get_server_pid()
    killer = database.Postgres(engine.config["dsn"])
    await killer.open()
    assert killer.pool is not None
    await killer.pool.fetch("SELECT pg_terminate_backend($1)", pid)
    await killer.close()
    await asyncio.sleep(0.1)
    await in_a_transaction()


async def test_a_session_that_may_only_read_is_used_once(engine: database.Postgres) -> None:
    """As after a switch to another server: the old sessions still hold what they were told."""
    name = (await database.rows(dict, "SELECT current_database() AS name"))[0]["name"]
    only_reads = f'ALTER DATABASE "{name}" SET default_transaction_read_only'
    await database.execute(f"{only_reads} = on")
    assert engine.pool is not None
    await engine.pool.expire_connections()
    async with asyncio.timeout(30):
        await asyncio.gather(*(in_a_transaction() for _ in range(POOL_SIZE)))
    admin = await asyncpg.connect(engine.config["dsn"])
    await admin.execute("SET default_transaction_read_only = off")
    await admin.execute(f"{only_reads} = off")
    await admin.close()

    with pytest.raises(Unavailable) as refused:
        await in_a_transaction("CREATE TABLE written (id int)")
    assert refused.value.reason == "read_only"
    await in_a_transaction("CREATE TABLE written (id int)")
    await in_a_transaction("DROP TABLE written")


async def test_who_is_cancelled_while_the_server_works_costs_no_place(
    engine: database.Postgres,
) -> None:
    for _ in range(POOL_SIZE + 2):
        task = asyncio.create_task(in_a_transaction("SELECT pg_sleep(30)"))
        await asyncio.sleep(0.03)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    async with asyncio.timeout(30):
        await asyncio.gather(*(in_a_transaction() for _ in range(POOL_SIZE)))


async def test_a_server_that_was_killed_and_came_back_is_used_again(
    own_server: PostgresServer, configure: Callable[..., Any]
) -> None:
    engine = database.Postgres(own_server.dsn("postgres"))
    database.use(engine)
    await engine.open()
    await asyncio.gather(*(in_a_transaction() for _ in range(POOL_SIZE)))

    async def holding() -> None:
        async with database.transaction():
            await asyncio.sleep(0.3)
            await one()

    held = [asyncio.create_task(holding()) for _ in range(POOL_SIZE - 2)]
    await asyncio.sleep(0.1)
    await asyncio.to_thread(own_server.kill)
    assert {type(each) for each in await asyncio.gather(*held, return_exceptions=True)} == {
        Unavailable
    }
    for work in (one, in_a_transaction, database.now):
        with pytest.raises(Unavailable):
            await work()
    await asyncio.to_thread(own_server.start)
    async with asyncio.timeout(30):
        await asyncio.gather(*(in_a_transaction() for _ in range(POOL_SIZE * 2)))
    # As PostgreSQL comes: what it has confirmed outlives a power cut.
    assert [each.state for each in await durability.look()] == ["ok"]
    await engine.close()


async def test_before_it_is_open_nothing_answers(configure: Callable[..., Any]) -> None:
    database.use(database.Postgres("postgresql://postgres@/x?host=/nowhere"))
    with pytest.raises(Unavailable):
        await one()


@pytest.mark.parametrize(
    "url", ["postgresql://postgres@/x?host=/nowhere", "postgres://127.0.0.1:9/x"]
)
async def test_a_server_that_is_not_there_is_an_outage(url: str) -> None:
    with pytest.raises(Unavailable):
        await database.Postgres(url).open()


async def test_a_database_that_is_not_there_is_an_outage(postgres_server: PostgresServer) -> None:
    with pytest.raises(Unavailable):
        await database.Postgres(postgres_server.dsn("nothing")).open()


async def test_an_address_that_is_none_is_a_wrong_setting() -> None:
    with pytest.raises(Misconfigured, match="CONFIG DATABASE_URL") as caught:
        await database.Postgres("postgres://user:canary@host/db?sslmode=canary").open()
    assert "canary" not in str(caught.value)


async def test_a_plan_is_made_for_the_value_that_is_asked_for(engine: database.Postgres) -> None:
    """Also after several times, when PostgreSQL would take one for any value."""
    async with database.transaction():
        for _ in range(9):
            await database.rows(dict, "SELECT 1 AS one FROM message WHERE status = ?", "spam")
        sql = "SELECT sum(generic_plans)::int FROM pg_prepared_statements WHERE statement LIKE ?"
        assert await database.value(int, sql, "%FROM message WHERE status%") == 0


async def test_visitors_have_connections_that_nobody_else_takes(engine: database.Postgres) -> None:
    async def hold(over: asyncio.Event) -> None:
        async with database.transaction():
            await over.wait()

    over = asyncio.Event()
    others = [asyncio.create_task(hold(over)) for _ in range(POOL_SIZE - FOR_VISITORS)]
    while not engine._others.locked():
        await asyncio.sleep(0)
    waiting = asyncio.create_task(one())
    with turns.of_visitors():
        await in_a_transaction()
        assert await one() == 1
    assert not waiting.done()
    over.set()
    await asyncio.gather(*others)
    assert await waiting == 1
