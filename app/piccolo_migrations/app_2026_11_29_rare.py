"""Indexes of what few messages have in common and of those that wait, each with what it is for."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.engine.finder import engine_finder

ID = "2026-11-29T20:40:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "Indexes of what few messages have in common"

INDEXES = (
    # Filters of the inbox. What is usual has no entry where that is known.
    "CREATE INDEX message_category ON message (organization, category, id)",
    "CREATE INDEX message_site ON message (organization, site, id)",
    "CREATE INDEX message_priority ON message (organization, priority, id)"
    " WHERE priority <> 'normal'",
    "CREATE INDEX message_added ON message (organization, id) WHERE added_at IS NOT NULL",
    # How many wait, and what for: all that is counted stands in it.
    "CREATE INDEX message_waiting ON message"
    " (organization, status, snoozed_until, read_at, assignee, due_at)"
    " WHERE status = 'pending'",
)


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="app", description=DESCRIPTION)

    async def fill():
        for statement in INDEXES:
            await engine_finder().run_ddl(statement)

    manager.add_raw(fill)
    return manager
