"""The index of the block list, with what it is for, and the blocked words as an entry of it. The
next migration drops their column."""

import datetime as dt

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.engine.finder import engine_finder
from piccolo.querystring import QueryString

ID = "2026-11-29T19:44:17:000000"
VERSION = "1.38.0"
DESCRIPTION = "Blocked words as an entry of the block list"

INDEXES = (
    # The entries of an organization.
    "CREATE INDEX block_entry_of ON block_entry (organization, id)",
)
# An organization has one entry so far, which may have its id.
WORDS = (
    "INSERT INTO block_entry (id, organization, kind, text, reason, created_at, created_by)"
    " SELECT id, id, 'words', blocked_words, '', {}, '' FROM organization WHERE blocked_words <> ''"
)


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="app", description=DESCRIPTION)

    async def fill():
        engine = engine_finder()
        await engine.run_querystring(QueryString(WORDS, dt.datetime.now(dt.timezone.utc)))
        for statement in INDEXES:
            await engine.run_ddl(statement)

    manager.add_raw(fill)
    return manager
