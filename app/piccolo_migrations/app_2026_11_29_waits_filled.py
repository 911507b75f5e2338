"""What is handled by now was handled first when it was handled; whether it was opened again in
between, nobody counts. Office time is not known of earlier messages."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.engine.finder import engine_finder

ID = "2026-11-29T23:20:20:000000"
VERSION = "1.38.0"
DESCRIPTION = "When earlier messages were handled first"

STATEMENTS = (
    "UPDATE message SET first_handled_at = handled_at"
    " WHERE handled_at IS NOT NULL AND first_handled_at IS NULL",
    # What was handled on a day. Messages that were just left are not in it.
    "CREATE INDEX message_handled ON message (organization, handled_at)"
    " WHERE handled_at IS NOT NULL",
)


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="app", description=DESCRIPTION)

    async def fill():
        for statement in STATEMENTS:
            await engine_finder().run_ddl(statement)

    manager.add_raw(fill)
    return manager
