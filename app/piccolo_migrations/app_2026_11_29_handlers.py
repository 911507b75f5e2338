"""Indexes of who has handled messages, of what visitors said of it and of what was late. A message
that was just left has an entry in none of them."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.engine.finder import engine_finder

ID = "2026-11-29T23:35:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "Indexes of how messages were handled"

INDEXES = (
    # Filters of the inbox, and what the overview's numbers link to.
    "CREATE INDEX message_handler ON message (organization, handled_by, id)"
    " WHERE handled_by <> ''",
    "CREATE INDEX message_solved ON message (organization, solved, id) WHERE solved <> ''",
    "CREATE INDEX message_late ON message (organization, id) WHERE first_handled_at > due_at",
)


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="app", description=DESCRIPTION)

    async def create():
        for statement in INDEXES:
            await engine_finder().run_ddl(statement)

    manager.add_raw(create)
    return manager
