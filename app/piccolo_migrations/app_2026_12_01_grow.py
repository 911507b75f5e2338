"""An index of what waits, so that numbers beside tabs are ranges of it."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.engine.finder import engine_finder

ID = "2026-12-01T06:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "An index of what waits"

STATEMENTS = (
    # (SQLite reads the row for a column that only the condition of the index names: the status.)
    # How many wait, are unread, or wait for how long: all that is counted stands in it.
    "CREATE INDEX message_pending ON message"
    " (organization, status, snoozed_until, read_at, created_at, due_at)"
    " WHERE status = 'pending'",
)


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="app", description=DESCRIPTION)

    async def fill():
        for statement in STATEMENTS:
            await engine_finder().run_ddl(statement)

    manager.add_raw(fill)
    return manager
