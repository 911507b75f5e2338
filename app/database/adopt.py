"""Takes over a database from before the first release, when there were 25 small migrations instead
of one for tables and one for indexes.

A database with at least 19 of them gets the missing parts, is compared with the expected schema,
and is marked as migrated. Nothing is copied and no row is lost.
"""

from __future__ import annotations

import re

from piccolo.apps.migrations.tables import Migration

from app import database
from app.database import schema
from app.errors import Misconfigured

THE_FIRST_19 = (
    "2026-11-22T15:00:00:000000",
    "2026-11-22T15:20:00:000000",
    "2026-11-22T15:52:00:831200",
    "2026-11-22T15:53:00:000000",
    "2026-11-22T16:05:12:601990",
    "2026-11-22T16:06:00:000000",
    "2026-11-22T16:20:00:000000",
    "2026-11-22T16:22:20:949176",
    "2026-11-22T16:23:00:000000",
    "2026-11-22T16:29:52:859542",
    "2026-11-22T16:30:00:000000",
    "2026-11-22T16:31:41:220017",
    "2026-11-22T16:50:00:000000",
    "2026-11-22T17:02:50:397360",
    "2026-11-22T17:03:00:000000",
    "2026-11-22T18:34:25:025473",
    "2026-11-22T18:40:00:000000",
    "2026-11-22T19:39:54:935899",
    "2026-11-22T23:00:00:000000",
)
LONGER_PHONES = "ALTER TABLE message ALTER COLUMN phone TYPE VARCHAR(64)"
THE_NEXT_6: dict[str, tuple[str, ...]] = {
    "2026-11-28T20:59:28:730490": (
        "CREATE TABLE IF NOT EXISTS instance"
        " (name VARCHAR(32) PRIMARY KEY NOT NULL DEFAULT '',"
        " value TEXT NOT NULL DEFAULT '', at TIMESTAMPTZ NOT NULL)",
    ),
    "2026-11-28T21:03:13:845044": (
        "CREATE TABLE IF NOT EXISTS trial (id UUID PRIMARY KEY NOT NULL, organization UUID NOT NULL"
        " REFERENCES organization (id) ON DELETE CASCADE ON UPDATE CASCADE,"
        " bucket VARCHAR(64) NOT NULL DEFAULT '', started_at TIMESTAMPTZ NOT NULL,"
        " blocks_until TIMESTAMPTZ NOT NULL)",
        "ALTER TABLE channel ADD COLUMN on_when_tested BOOLEAN NOT NULL DEFAULT false",
    ),
    "2026-11-28T21:04:00:000000": (
        "CREATE INDEX IF NOT EXISTS attempt_bucket ON attempt (bucket, blocks_until)",
        "CREATE INDEX IF NOT EXISTS trial_bucket ON trial (bucket, blocks_until)",
        "CREATE INDEX IF NOT EXISTS channel_bucket ON channel (bucket)",
    ),
    "2026-11-28T21:20:00:000000": (
        LONGER_PHONES,
        "ALTER TABLE message ADD COLUMN written TEXT NOT NULL DEFAULT '{}'",
    ),
    "2026-11-28T21:22:00:000000": (
        "CREATE INDEX IF NOT EXISTS delivery_flood ON delivery (organization)"
        " WHERE purpose = 'flood'",
    ),
    "2026-11-28T22:54:24:821877": (
        "CREATE TABLE IF NOT EXISTS bucket (id VARCHAR(64) PRIMARY KEY NOT NULL DEFAULT '')",
    ),
}
EARLIER = frozenset({*THE_FIRST_19, *THE_NEXT_6})
TOO_OLD = (
    "CONFIG DATABASE: is of a version from before 22 November 2026, which cannot be brought up to"
    " date — start with an empty database"
)
OTHER = (
    "CONFIG DATABASE: {} — it was changed by hand; change it back or restore a backup."
    " Nothing was changed"
)


async def adopt(done: set[str]) -> None:
    """`done` are the migrations that made the database. Within the caller's transaction. Raises
    Misconfigured when the database is not what they made."""
    # Making every table again takes longer than the rest of a start, and is seldom needed.
    from app.piccolo_migrations import app_2026_11_29_indexes, app_2026_11_29_tables

    if set(THE_FIRST_19) - done:
        raise Misconfigured([TOO_OLD])
    wanted = schema.expected(app_2026_11_29_tables.TABLES, app_2026_11_29_indexes.INDEXES)
    waiting = [
        statement
        for migration, statements in THE_NEXT_6.items()
        if migration not in done
        for statement in statements
    ]
    _refuse(schema.differences(_without(wanted, waiting), await schema.read()))
    for statement in waiting:
        await _apply(statement)
    # "IF NOT EXISTS" skips whatever has the same name, which may be something else.
    _refuse(schema.differences(wanted, await schema.read()))
    await _drop_defaults(wanted)
    await Migration.delete().where(Migration.app_name == "app", Migration.name.is_in([*EARLIER]))
    now = (app_2026_11_29_tables.ID, app_2026_11_29_indexes.ID)
    made = [Migration(name=name, app_name="app") for name in now if name not in done]
    if made:
        await Migration.insert(*made)


def _refuse(differences: list[str]) -> None:
    if differences:
        raise Misconfigured([OTHER.format(each) for each in differences])


def _without(wanted: schema.Schema, statements: list[str]) -> schema.Schema:
    """The schema expected before these statements."""
    tables = {name: dict(columns) for name, columns in wanted.tables.items()}
    indexes = dict(wanted.indexes)
    for statement in statements:
        if made := re.match(r"CREATE (TABLE|INDEX) IF NOT EXISTS (\w+)", statement):
            (tables if made[1] == "TABLE" else indexes).pop(made[2])
        elif added := re.match(r"ALTER TABLE (\w+) ADD COLUMN (\w+)", statement):
            tables[added[1]].pop(added[2])
        elif statement == LONGER_PHONES:
            tables["message"]["phone"] = schema.Shape("varchar(32)", default="''")
    return schema.Schema(tables, indexes)


async def _apply(statement: str) -> None:
    # SQLite ignores the length of text, and cannot change a column's.
    if statement == LONGER_PHONES and isinstance(database.engine(), database.SQLite):
        return
    await database.engine().run_ddl(statement)


async def _drop_defaults(wanted: schema.Schema) -> None:
    """Drops the defaults of ids and times, which were the migration's own; no statement used them.
    SQLite cannot drop them, which does no harm."""
    if isinstance(database.engine(), database.SQLite):
        return
    for table, columns in (await schema.read()).tables.items():
        for name, shape in columns.items():
            if shape.default and table in wanted.tables and not wanted.tables[table][name].default:
                await database.execute(f"ALTER TABLE {table} ALTER COLUMN {name} DROP DEFAULT")
