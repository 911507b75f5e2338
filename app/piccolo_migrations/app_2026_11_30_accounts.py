"""Accounts: who signs in, apart from the organizations that they belong to. Everybody who could sign
in gets an account with the id of their agent. An address is unique among accounts only from now on,
so that one person can belong to several organizations.

SQLite can neither drop a constraint nor add a column that must not be NULL: the tables are made anew
there, which app.database.migrate allows by switching the following of foreign keys off."""

import re

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns import UUID, ForeignKey, OnDelete, Timestamptz, Varchar
from piccolo.engine.finder import engine_finder
from piccolo.table import Table

ID = "2026-11-30T00:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "Accounts, which may belong to several organizations"

ACCOUNTS = (
    "CREATE TABLE account (id UUID PRIMARY KEY NOT NULL,"
    " email VARCHAR(254) UNIQUE NOT NULL DEFAULT '',"
    " password_hash VARCHAR(256) NOT NULL DEFAULT '', locale VARCHAR(16) NOT NULL DEFAULT '',"
    " timezone VARCHAR(64) NOT NULL DEFAULT '', created_at TIMESTAMPTZ NOT NULL)",
    "INSERT INTO account (id, email, password_hash, locale, timezone, created_at)"
    " SELECT id, email, password_hash, locale, timezone, created_at FROM agent",
)
OWNED = "account UUID{} REFERENCES account (id) ON DELETE CASCADE ON UPDATE CASCADE"
MOVED = ("password_hash", "locale", "timezone")
INDEXES = (
    # Whoever belongs to an organization does so once.
    "CREATE UNIQUE INDEX agent_once ON agent (organization, account)",
    # Somebody's organizations; the foreign key is followed when an account goes.
    "CREATE INDEX agent_account ON agent (account)",
    # Where somebody is signed in.
    "CREATE INDEX session_account ON session (account)",
)
ON_POSTGRES = (
    "ALTER TABLE agent DROP CONSTRAINT agent_email_key",
    f"ALTER TABLE agent ADD COLUMN {OWNED.format('')}",
    "UPDATE agent SET account = id",
    "ALTER TABLE agent ALTER COLUMN account SET NOT NULL",
    f"ALTER TABLE session ADD COLUMN {OWNED.format('')}",
    "UPDATE session SET account = agent",
    "ALTER TABLE session ALTER COLUMN account SET NOT NULL",
)
# What a migration before deleted took these with it only while foreign keys were followed.
ORPHANS = "DELETE FROM search_leaf WHERE segment NOT IN (SELECT id FROM search_segment)"
NOT_ALONE = "Foreign keys are followed: use `leavemsg serve` or `leavemsg doctor`, not piccolo"


# The product gives every id and every time. Piccolo knows these two by their names.
def new_id():
    return None


def now():
    return None


class Account(Table):
    id = UUID(primary_key=True, default=new_id)
    email = Varchar(254, unique=True)
    password_hash = Varchar(256)
    locale = Varchar(16, default="")
    timezone = Varchar(64, default="")
    created_at = Timestamptz(default=now)


class Owned(Table):
    account = ForeignKey(Account, null=False, on_delete=OnDelete.cascade, index=False)


class Stated(MigrationManager):
    """Tells Piccolo how the tables are now; the statements make them so."""

    async def run(self, backwards=False):
        for statements in self.raw:
            await statements()


def state(manager):
    manager.add_table(class_name="Account", tablename="account")
    for column in Account._meta.columns:
        added(manager, "Account", "account", column)
    for name in ("Agent", "Session"):
        added(manager, name, name.lower(), Owned.account)
    manager.alter_column(
        table_class_name="Agent",
        tablename="agent",
        column_name="email",
        db_column_name="email",
        params={"unique": False},
        old_params={"unique": True},
        column_class=Varchar,
        old_column_class=Varchar,
    )
    for name in MOVED:
        manager.drop_column(
            table_class_name="Agent", tablename="agent", column_name=name, db_column_name=name
        )


def added(manager, table, tablename, column):
    manager.add_column(
        table_class_name=table,
        tablename=tablename,
        column_name=column._meta.name,
        column_class=type(column),
        params=column._meta.params,
    )


async def forwards():
    manager = Stated(migration_id=ID, app_name="app", description=DESCRIPTION)
    state(manager)

    async def fill():
        engine = engine_finder()
        for statement in ACCOUNTS:
            await engine.run_ddl(statement)
        if engine.engine_type == "sqlite":
            await anew(engine)
        else:
            for statement in ON_POSTGRES:
                await engine.run_ddl(statement)
        for column in MOVED:
            await engine.run_ddl(f"ALTER TABLE agent DROP COLUMN {column}")
        for statement in INDEXES:
            await engine.run_ddl(statement)

    manager.add_raw(fill)
    return manager


async def anew(engine):
    # A table that is dropped would take along all that refers to it.
    [following] = await engine.run_ddl("PRAGMA foreign_keys")
    if following["foreign_keys"]:
        raise RuntimeError(NOT_ALONE)
    await made_anew(engine, "agent", "id")
    await made_anew(engine, "session", "agent")
    await engine.run_ddl(ORPHANS)


async def made_anew(engine, table, account):
    """The table with its rows, and with the account of each, whose id stands in that column."""
    [made] = await engine.run_ddl(
        f"SELECT sql FROM sqlite_master WHERE type = 'table' AND name = '{table}'"
    )
    indexes = await engine.run_ddl(
        f"SELECT sql FROM sqlite_master WHERE tbl_name = '{table}' AND type = 'index'"
        " AND sql IS NOT NULL"
    )
    columns = re.sub(r'("?email"? VARCHAR\(254\)) UNIQUE', r"\1", made["sql"].partition("(")[2])
    columns = columns.rstrip().removesuffix(")")
    for statement in (
        f"CREATE TABLE {table}_anew ({columns}, {OWNED.format(' NOT NULL')})",
        f"INSERT INTO {table}_anew SELECT *, {account} FROM {table}",
        f"DROP TABLE {table}",
        f"ALTER TABLE {table}_anew RENAME TO {table}",
        *(each["sql"] for each in indexes),
    ):
        await engine.run_ddl(statement)
