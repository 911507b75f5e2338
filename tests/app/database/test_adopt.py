"""Taking over databases from before the first release: dumps in ages/ were made by the product as
it was when it had 19 and 25 migrations."""

from __future__ import annotations

import asyncio
import multiprocessing
import sqlite3
from collections.abc import AsyncIterator, Callable
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Any, NamedTuple

import asyncpg
import httpx
import msgspec
import pytest
from piccolo.apps.migrations.tables import Migration

from app import channel_settings, database, messages, outside, tables
from app import piccolo_migrations as made
from app.database import adopt, migrate, schema
from app.deliveries import Courier
from app.errors import Misconfigured
from app.fields.check import Answers
from app.messages import Visit
from app.people import organizations, tokens
from app.piccolo_migrations import app_2026_11_29_indexes as indexes
from app.piccolo_migrations import app_2026_11_29_tables as begun
from app.settings import Settings
from tests.app.database.test_migrate import in_a_process
from tests.app.deliveries.conftest import settled
from tests.application import application
from tests.conftest import BASE_URL
from tests.fakes.vendors import FakeVendors
from tests.servers import PostgresServer

AGES = Path(__file__).with_name("ages")
TWENTY_AND_21 = (
    "CREATE TABLE instance (name VARCHAR(32) PRIMARY KEY NOT NULL DEFAULT '',"
    " value TEXT NOT NULL DEFAULT '',"
    " at TIMESTAMPTZ NOT NULL DEFAULT '2026-11-28 21:00:00.000001+00:00')",
    "CREATE TABLE trial (id UUID PRIMARY KEY NOT NULL"
    " DEFAULT '01a223fa-90b6-7149-8d09-af2a7fc8f5f8', organization UUID NOT NULL"
    " REFERENCES organization (id) ON DELETE CASCADE ON UPDATE CASCADE DEFAULT null,"
    " bucket VARCHAR(64) NOT NULL DEFAULT '',"
    " started_at TIMESTAMPTZ NOT NULL DEFAULT '2026-11-28 21:00:00.000001+00:00',"
    " blocks_until TIMESTAMPTZ NOT NULL DEFAULT '2026-11-28 21:00:00.000001+00:00')",
    "ALTER TABLE channel ADD COLUMN on_when_tested BOOLEAN NOT NULL DEFAULT false",
)
"""What the 20th and the 21st migration did, as they did it."""
CHANGED_BY_HAND = [
    ("ALTER TABLE message DROP COLUMN note", "column message.note is missing"),
    ("ALTER TABLE message ADD COLUMN mood TEXT", "column message.mood is unknown"),
    ("DROP INDEX delivery_owed", "index delivery_owed on table delivery is missing"),
    ("DROP TABLE widget_host", "table widget_host is missing"),
    ("CREATE UNIQUE INDEX one ON agent (name)", "unique index one on table agent is unknown"),
    (
        "ALTER TABLE token RENAME COLUMN used_at TO seen_at",
        "column token.used_at is missing",
    ),
]


class Old(NamedTuple):
    url: str
    path: str


@pytest.fixture(params=["19", "25"])
def age(request: pytest.FixtureRequest) -> str:
    """How many migrations there were."""
    return str(request.param)


@pytest.fixture(params=["sqlite", "postgres"])
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
async def old(
    age: str, kind: str, request: pytest.FixtureRequest, tmp_path: Path, configure: Any
) -> AsyncIterator[Old]:
    """A database of that age, with rows in every table that it used, in force."""
    text = (AGES / f"{age}.{kind}.sql").read_text("utf-8")
    path = str(tmp_path / "leavemsg.sqlite")
    url = ""
    if kind == "postgres":
        server: PostgresServer = request.getfixturevalue("postgres_server")
        url = await server.create()
        connection = await asyncpg.connect(url)
        await connection.execute(text)
        await connection.close()
    else:
        file = sqlite3.connect(path)
        file.executescript(text)
        file.close()
    async with in_force(url, path):
        yield Old(url, path)


@pytest.fixture
async def in_between(old: Old) -> Old:
    """One that stopped at the 21st."""
    for statement in TWENTY_AND_21:
        await database.execute(statement)
    names = list(adopt.THE_NEXT_6)[:2]
    await Migration.insert(*(Migration(name=name, app_name="app") for name in names))
    return old


class in_force:
    """The database is the one that everything speaks to."""

    def __init__(self, url: str, path: str) -> None:
        self.engine = database.make(url, path)

    async def __aenter__(self) -> None:
        database.use(self.engine)
        await self.engine.open()

    async def __aexit__(self, *_: object) -> None:
        await outside.close()
        await self.engine.close()


GONE = {
    "blocked_words": {"organization"},
    **dict.fromkeys(("password_hash", "locale", "timezone"), {"agent"}),
}
"""Columns whose values stand elsewhere now."""
SEES = " messages:contacts"
"""A scope of its own since; whoever read messages goes on seeing that."""


async def rows() -> dict[str, list[dict[str, Any]]]:
    """Everything that is stored, but for the list of migrations."""
    names = (await schema.read()).tables
    return {name: await database.rows(dict, f"SELECT * FROM {name} ORDER BY 1") for name in names}


async def names() -> list[str]:
    return sorted(await Migration.get_migrations_which_ran(app_name="app"))


def all_indexes() -> list[str]:
    """The statements of every migration that creates indexes, without those that are gone."""
    found = [import_module(each.name) for each in iter_modules(made.__path__, f"{made.__name__}.")]
    gone = {name for each in found for name in getattr(each, "GONE", ())}
    said = [(*getattr(each, "INDEXES", ()), *getattr(each, "STATEMENTS", ())) for each in found]
    said.append(tuple(each.INDEX for each in found if hasattr(each, "INDEX")))
    made_by = [statement for each in said for statement in each]
    left = list[str]()
    for statement in made_by:
        if statement.startswith("DROP INDEX "):
            left = [each for each in left if statement.split()[-1] not in each.split()]
        else:
            left.append(statement)
    return [each for each in left if not gone & set(each.split())]


async def assert_is_as_new() -> None:
    wanted = schema.expected(tables.ALL, all_indexes())
    found = await schema.read()
    assert schema.differences(wanted, found) == []
    if not isinstance(database.engine(), database.SQLite):
        assert found == wanted
    assert (await names())[:2] == [begun.ID, indexes.ID]
    assert (await migrate.state(), await migrate.missing()) == ("ok", [])


async def test_every_row_is_there_afterwards_and_the_schema_is_that_of_a_new_one(old: Old) -> None:
    before = await rows()
    assert await migrate.state() == "old"
    await migrate.run()
    after = await rows()
    for table, kept in before.items():
        # Only PostgreSQL needs rows to lock buckets by.
        assert kept or table == "bucket"
        if table == "token":
            kept = [{**row, "scopes": row["scopes"] + SEES} for row in kept]
        left = {name for name in kept[0] if table not in GONE.get(name, ())} if kept else set()
        now = [{key: row[key] for key in left} for row in after[table]]
        assert now == [{key: row[key] for key in left} for row in kept]
    await assert_is_as_new()


@pytest.mark.parametrize("age", ["19"])
async def test_a_database_between_the_two_is_taken_over(in_between: Old) -> None:
    before = await rows()
    await migrate.run()
    after = await rows()
    assert {name: len(after[name]) for name in before} == {
        name: len(found) for name, found in before.items()
    }
    await assert_is_as_new()


async def test_the_second_start_changes_nothing(old: Old) -> None:
    await migrate.run()
    before = await Migration.select()
    await migrate.run()
    assert await Migration.select() == before


@pytest.mark.parametrize("kind", ["sqlite"])
async def test_foreign_keys_hold_when_tables_were_made_anew(old: Old) -> None:
    await migrate.run()
    assert await database.rows(dict, "PRAGMA foreign_key_check") == []
    await database.execute("DELETE FROM account")
    assert await database.rows(dict, "SELECT id FROM agent UNION SELECT id FROM session") == []


async def test_two_processes_at_once_do_it_once(old: Old) -> None:
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        await asyncio.to_thread(pool.starmap, in_a_process, [(old.url, old.path)] * 2)
    await assert_is_as_new()


async def test_what_stops_half_way_has_changed_nothing(
    old: Old, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = (await rows(), await schema.read(), await names())

    async def fails(_: object) -> None:
        raise ValueError("in the middle")

    monkeypatch.setattr(adopt, "_drop_defaults", fails)
    with pytest.raises(ValueError, match="in the middle"):
        await migrate.run()
    assert (await rows(), await schema.read(), await names()) == before
    monkeypatch.undo()
    await migrate.run()
    await assert_is_as_new()


@pytest.mark.parametrize(("statement", "said"), CHANGED_BY_HAND)
async def test_one_that_was_changed_by_hand_is_named_and_left_alone(
    old: Old, statement: str, said: str
) -> None:
    await database.execute(statement)
    before = (await rows(), await schema.read(), await names())
    with pytest.raises(Misconfigured) as caught:
        await migrate.run()
    assert f"CONFIG DATABASE: {said}" in str(caught.value)
    assert (await rows(), await schema.read(), await names()) == before


@pytest.mark.parametrize("kind", ["postgres"])
async def test_a_column_of_another_type_is_named(old: Old) -> None:
    """SQLite cannot change a column's type."""
    await database.execute("ALTER TABLE message ALTER COLUMN note TYPE VARCHAR(10)")
    await database.execute("ALTER TABLE message ALTER COLUMN name DROP NOT NULL")
    with pytest.raises(Misconfigured) as caught:
        await migrate.run()
    assert "column message.note: type is varchar(10), text is expected" in str(caught.value)
    assert "column message.name: null is yes, no is expected" in str(caught.value)


async def test_what_is_older_than_the_first_of_them_is_refused(old: Old) -> None:
    await Migration.delete().where(Migration.name == adopt.THE_FIRST_19[-1])
    with pytest.raises(Misconfigured, match="22 November"):
        await migrate.run()


@pytest.fixture
async def fakes() -> AsyncIterator[FakeVendors]:
    async with FakeVendors() as running:
        yield running


async def test_the_product_works_on_it(
    old: Old, configure: Callable[..., Settings], answers: Answers, fakes: FakeVendors
) -> None:
    """It shows the channels and messages of before, takes a message and sends it."""
    await migrate.run()
    org = await organizations.first()
    shown = await channel_settings.read(org.id)
    assert {each["type"] for each in shown["notifications"]} == {"wecom", "custom", "email"}

    entry = {"type": "custom", "webhook_url": fakes.add_hook("new"), "name": "new"}
    await channel_settings.add(org.id, entry, by="tests")
    given = msgspec.structs.replace(answers, content="还有货吗？")
    left = await messages.leave(org, given, Visit(), submission_id="after")
    courier = Courier(outside.egress())
    await settled(courier, org)
    await courier.stop(5)
    assert ["还有货吗？" in call.raw.decode() for call in fakes.calls("hook", "new")].count(
        True
    ) == 1
    assert "sent" in {each.state for each in (await messages.show(org.id, left.uid)).deliveries}

    token = await tokens.create(org.id, "tests", ["all"])
    transport = httpx.ASGITransport(app=application(configure()), client=("127.0.0.1", 50000))
    async with httpx.AsyncClient(transport=transport, base_url=BASE_URL) as client:
        listed = await client.get(
            "/api/v1/leavemsg/query/org", headers={"Authorization": f"Bearer {token}"}
        )
        assert (await client.get("/login")).status_code == 200
    assert {each["visitor"]["name"] for each in listed.json()["items"]} >= {"张三", "李四"}
