"""Bringing a database to the newest schema."""

from __future__ import annotations

import asyncio
import multiprocessing
import sqlite3
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from piccolo.apps.migrations.commands.new import AutoMigrationManager
from piccolo.apps.migrations.tables import Migration
from piccolo.table import TABLE_REGISTRY

from app import database, messages, presence, tables, widget
from app.blocks import stored as blocks
from app.brands import stored as brands
from app.database import migrate, postgres
from app.errors import Unavailable
from app.fields import change, versions
from app.fields.check import Answers
from app.fields.shape import Label
from app.people import organizations
from app.tables import Message
from app.widget.seen import record
from app.widget.setup import read_now
from tests.servers import PostgresServer

BEFORE_DRAFTS = "2026-11-30T12:22:30:000000"
"""Next come indexes of organizations, and a table that refers to messages."""
WAITS_FOR_MESSAGES = """
SELECT count(*) FROM pg_locks
WHERE NOT granted AND relation = 'message'::regclass
"""


@pytest.fixture(params=["sqlite", "postgres"])
async def empty(
    request: pytest.FixtureRequest, tmp_path: Path, configure: Callable[..., Any]
) -> AsyncIterator[tuple[str, str]]:
    """A database of each kind without any table; its address and path."""
    url, path = "", str(tmp_path / "leavemsg.sqlite")
    if request.param == "postgres":
        server: PostgresServer = request.getfixturevalue("postgres_server")
        url = await server.create()
    engine = database.make(url, path)
    database.use(engine)
    await engine.open()
    yield url, path
    await engine.close()


def in_a_process(url: str, path: str) -> None:
    async def work() -> None:
        engine = database.make(url, path)
        database.use(engine)
        await engine.open()
        await migrate.run()
        await engine.close()

    asyncio.run(work())


async def test_an_empty_database_gets_every_table_once(empty: tuple[str, str]) -> None:
    assert await migrate.missing()
    await migrate.run()
    assert await migrate.missing() == []
    for table in tables.ALL:
        assert await table.select().limit(1) == []
    assert not [each for each in TABLE_REGISTRY if each.__module__ == "types"]
    before = await Migration.select(Migration.name, Migration.ran_on)
    await migrate.run()
    assert await Migration.select(Migration.name, Migration.ran_on) == before


async def test_several_processes_at_once_do_it_once(empty: tuple[str, str]) -> None:
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        await asyncio.to_thread(pool.starmap, in_a_process, [empty] * 2)
    names = [row["name"] for row in await Migration.select(Migration.name)]
    assert len(names) == len(set(names))
    assert await migrate.missing() == []


async def test_one_that_fails_leaves_nothing_behind(
    empty: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    manager = AutoMigrationManager()
    folder = manager.get_app_config("app").resolved_migrations_folder_path
    *_, last = manager.get_migration_modules(folder).values()

    async def fails() -> None:
        raise ValueError("in the middle")

    monkeypatch.setattr(last, "forwards", fails)
    with pytest.raises(ValueError, match="in the middle"):
        await migrate.run()
    assert not await Migration.table_exists()
    monkeypatch.undo()
    await migrate.run()
    assert await migrate.missing() == []


@pytest.mark.usefixtures("configure")
async def test_a_statement_may_take_long(
    postgres_server: PostgresServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres, "COMMAND_SECONDS", 0.1)
    engine = database.make(await postgres_server.create(), "")
    database.use(engine)
    await engine.open()
    with pytest.raises(Unavailable):
        await database.execute("SELECT pg_sleep(0.3)")
    async with migrate._alone():
        await database.execute("SELECT pg_sleep(0.3)")
    await engine.close()


@pytest.mark.usefixtures("configure")
async def test_who_serves_meanwhile_never_stands_back_for_a_migration(
    postgres_server: PostgresServer,
) -> None:
    """Who has written a message holds a table that the migration wants later, and then wants what
    the migration has changed before: one of the two has to give up."""
    url = await postgres_server.create()
    engine = database.make(url, "")
    database.use(engine)
    await engine.open()
    try:
        await migrate.run(until=BEFORE_DRAFTS)
        async with asyncio.TaskGroup() as together:
            together.create_task(visit(url, together.create_task(migrate.run())))
        assert await migrate.missing() == []
    finally:
        await engine.close()


async def visit(url: str, migration: asyncio.Task[None]) -> None:
    visitor = await asyncpg.connect(url)
    async with visitor.transaction():
        await visitor.execute("LOCK TABLE message IN ROW EXCLUSIVE MODE")
        while not (migration.done() or await visitor.fetchval(WAITS_FOR_MESSAGES)):
            await asyncio.sleep(0.02)
        await visitor.execute("UPDATE organization SET name = name")
    assert not migration.done()
    await visitor.close()


HOLDS = ("LOCK TABLE migration IN EXCLUSIVE MODE", "SELECT pg_advisory_xact_lock({})")


@pytest.mark.usefixtures("configure")
async def test_a_lock_that_is_never_given_up_ends_with_a_plain_word(
    postgres_server: PostgresServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(migrate, "LOCKED_MILLISECONDS", 20)
    monkeypatch.setattr(migrate, "AGAIN_SECONDS", 0.02)
    url = await postgres_server.create()
    engine = database.make(url, "")
    database.use(engine)
    await engine.open()
    first, second, *_ = migrate.known()
    await migrate.run(until=first)
    monkeypatch.setattr(migrate, "MIGRATED_SECONDS", 0.2)
    holder = await asyncpg.connect(url)
    for held in HOLDS:
        async with holder.transaction():
            await holder.execute(held.format(migrate.ADVISORY_LOCK))
            with pytest.raises(Unavailable, match="somebody holds one of them"):
                await migrate.run(until=second)
        assert await migrate.done() == [first]
    await holder.close()
    await engine.close()


async def test_the_tables_in_the_code_are_those_of_the_migrations(db: str) -> None:
    """What `piccolo migrations new app --auto` would write now is nothing."""
    manager = AutoMigrationManager(auto_input="y")
    found = await manager.get_alter_statements(manager.get_app_config("app"))
    assert [statement for each in found for statement in each.statements] == []


def test_a_lock_of_another_process_is_waited_for(tmp_path: Path) -> None:
    path = tmp_path / "leavemsg.sqlite"
    holder = sqlite3.connect(path, isolation_level=None)
    holder.execute("PRAGMA journal_mode = WAL")
    holder.execute("BEGIN IMMEDIATE")
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        running = pool.apply_async(in_a_process, ("", str(path)))
        running.wait(1.5)
        assert not running.ready()
        holder.execute("COMMIT")
        running.get(30)
    assert holder.execute("SELECT count(*) FROM organization").fetchone() == (0,)
    holder.close()


async def test_a_wechat_id_that_was_an_answer_becomes_a_contact(empty: tuple[str, str]) -> None:
    await migrate.run()
    org = await organizations.create("shop", "Shop")
    kinds = {"wx": Label({"en": "WeChat"}, kind="wechat"), "wish": Label({"en": "Wish"})}
    for number, said in enumerate(
        [
            Answers(content="1", fields={"wish": "red", "wx": "zs_88abc"}, labels=kinds),
            Answers(content="2", fields={"wechat": "by_a_program"}),
            Answers(content="3", fields={"wechat": "on weekdays"}),
            Answers(content="4", fields={"wish": "red"}, labels=kinds),
        ]
    ):
        await messages.leave(org, said, messages.Visit(), submission_id=str(number))
    await database.execute("ALTER TABLE message DROP COLUMN wechat")
    await Migration.delete().where(Migration.name.like("2026-11-29T19:33%"))

    await migrate.run()
    found = await Message.select(Message.wechat).order_by(Message.id)
    assert [row["wechat"] for row in found] == ["zs_88abc", "by_a_program", "", ""]


async def test_what_is_handled_was_handled_first_when_it_was_handled(
    empty: tuple[str, str],
) -> None:
    await migrate.run()
    org = await organizations.create("shop", "Shop")
    for number in range(3):
        said = Answers(content=str(number))
        left = await messages.leave(org, said, messages.Visit(), submission_id=str(number))
        if number:
            await messages.handle(org.id, left.uid, outcome="phone", by="li")
    for index in ("message_handled", "message_late", "message_awaited"):
        await database.execute(f"DROP INDEX {index}")
    for column in ("first_handled_at", "open_minutes"):
        await database.execute(f"ALTER TABLE message DROP COLUMN {column}")
    await Migration.delete().where(Migration.name.like("2026-11-29T23:20:_0%"))

    await migrate.run()
    rows = await Message.select(Message.handled_at, Message.first_handled_at).order_by(Message.id)
    assert [row["first_handled_at"] == row["handled_at"] for row in rows] == [True] * 3
    assert [row["first_handled_at"] is None for row in rows] == [True, False, False]


async def test_blocked_words_become_an_entry_of_the_block_list(empty: tuple[str, str]) -> None:
    await migrate.run()
    for slug, words in (("shop", "casino\n代开发票"), ("none", "")):
        await organizations.create(slug, slug)
        column = "TEXT NOT NULL DEFAULT ''"
        if slug == "shop":
            await database.execute(f"ALTER TABLE organization ADD COLUMN blocked_words {column}")
        await database.execute(
            "UPDATE organization SET blocked_words = ? WHERE slug = ?", words, slug
        )
    await database.execute("DROP TABLE block_entry")
    await Migration.delete().where(Migration.name.like("2026-11-29T19:44%"))

    await migrate.run()
    shop, none = await organizations.by_slug("shop"), await organizations.by_slug("none")
    [block] = await blocks.read(shop.id)
    assert (block.kind, block.text, block.expires_at) == ("words", "casino\n代开发票", None)
    assert await blocks.read(none.id) == []


async def test_what_stood_on_the_button_in_two_languages_stays_there(
    empty: tuple[str, str],
) -> None:
    await migrate.run()
    org = await organizations.create("shop", "Shop")
    await widget.save(org.id, {"label_en": "later"}, by="x")
    await database.execute("UPDATE widget SET label = ?, label_en = ?", "问问“我们”", 'Ask "us"')
    await database.execute("ALTER TABLE widget DROP COLUMN labels")
    await Migration.delete().where(Migration.name.like("2026-11-29T13%"))

    await migrate.run()
    widget.forget(org.id)
    assert (await widget.read(org.id)).labels == {"zh-CN": "问问“我们”", "en": 'Ask "us"'}


async def test_what_an_organization_had_is_its_first_brands(empty: tuple[str, str]) -> None:
    await migrate.run()
    org = await organizations.create("shop", "Shop")
    await widget.save(org.id, {"phone": "400 800 1234"}, by="x")
    await presence.set_rule(org.id, "hours", by="x")
    await change.add(org.id, "text", by="x")
    await versions.publish(org.id, by="x")
    await record(org.id, "https://shop.example")
    said = Answers(content="1")
    await messages.leave(org, said, messages.Visit(), submission_id="1")
    await database.execute("DROP TABLE brand")
    for table, index in (
        ("message", "message_of_brand"),
        ("form_version", "form_version_brand"),
        ("presence_rule", "presence_rule_each"),
        ("widget", "widget_each"),
        ("widget_host", "widget_host_each"),
    ):
        await database.execute(f"DROP INDEX {index}")
        await database.execute(f"ALTER TABLE {table} DROP COLUMN brand")
    for index, columns in (
        ("presence_rule_of", "presence_rule (organization)"),
        ("widget_of", "widget (organization)"),
        ("widget_host_of", "widget_host (organization, origin)"),
    ):
        await database.execute(f"CREATE UNIQUE INDEX {index} ON {columns}")
    await Migration.delete().where(Migration.name.like("2026-11-30T01:3%"))
    await Migration.delete().where(Migration.name.like("2026-11-30T02:00:00%"))
    # What was added to the table later.
    await Migration.delete().where(Migration.name.like("2026-11-30T03:16:00%"))

    await migrate.run()
    brand = await brands.by_slug("shop")
    assert (brand.id, brand.name, brand.is_first) == (org.id, "Shop", True)
    assert (await read_now(brand.id)).phone == "400 800 1234"
    assert (await presence.read(org)).rule == "hours"
    assert (await versions.published_now(brand.id)).number == 1
    assert [each.origin for each in await widget.seen(brand.id)] == ["https://shop.example"]
    assert [row["brand"] for row in await Message.select(Message.brand)] == [None]
