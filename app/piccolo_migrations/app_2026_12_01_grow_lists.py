"""Indexes that have all that lists of what waits take, so that they read no other messages."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.engine.finder import engine_finder

ID = "2026-12-01T06:10:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "Indexes that have all that lists of what waits take"

STATEMENTS = (
    # Whose they are, or that they are nobody's: the activity and the id put a list in order.
    "CREATE INDEX message_care ON message"
    " (organization, status, assignee, snoozed_until, activity, id) WHERE status = 'pending'",
    # What is due, with all that its count, its list and at last the overview take.
    "CREATE INDEX message_awaited ON message (organization, status, due_at, snoozed_until,"
    " activity, id, created_at, first_handled_at, category)"
    " WHERE due_at IS NOT NULL AND status = 'pending'",
    # The last test of a channel, of which there are few, is not looked for among all its tries.
    "CREATE INDEX attempt_of_test ON attempt (channel, id) WHERE dispatch IS NULL",
    # Others stand in their place. Last, for nobody reads the table from here to the end.
    "DROP INDEX message_waiting",
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
