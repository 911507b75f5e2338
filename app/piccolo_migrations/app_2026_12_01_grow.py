"""Indexes of what waits, so that each number beside a tab is a range of one of them."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.engine.finder import engine_finder

ID = "2026-12-01T06:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "Indexes of what waits"

STATEMENTS = (
    # (SQLite reads the row for a column that only the condition of the index names: the status.)
    # How many wait, are unread, or wait for how long: all that is counted stands in it. It takes
    # the place of message_waiting, which has no created_at.
    "CREATE INDEX message_pending ON message"
    " (organization, status, snoozed_until, read_at, created_at, due_at)"
    " WHERE status = 'pending'",
    "DROP INDEX message_waiting",
    # Whose they are, or that they are nobody's.
    "CREATE INDEX message_whose ON message (organization, status, assignee, snoozed_until)"
    " WHERE status = 'pending'",
    # What is due, with all that its count and its filter take; in the place of message_overdue.
    "CREATE INDEX message_due ON message (organization, status, due_at, snoozed_until, id)"
    " WHERE due_at IS NOT NULL AND status = 'pending'",
    "DROP INDEX message_overdue",
    # Nothing has read it since what waits has an index of its own.
    "DROP INDEX message_unread",
)


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="app", description=DESCRIPTION)

    async def fill():
        for statement in STATEMENTS:
            await engine_finder().run_ddl(statement)

    manager.add_raw(fill)
    return manager
