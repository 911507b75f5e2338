"""The index of messages by their outcome, with what it is for."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.engine.finder import engine_finder

ID = "2026-11-29T19:07:20:000000"
VERSION = "1.38.0"
DESCRIPTION = "The index of messages by their outcome"

INDEXES = (
    # A list of those that were handled so. What is not handled has no entry.
    "CREATE INDEX message_outcome ON message (organization, outcome, activity, id)"
    " WHERE outcome <> ''",
)


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="app", description=DESCRIPTION)

    async def fill():
        for statement in INDEXES:
            await engine_finder().run_ddl(statement)

    manager.add_raw(fill)
    return manager
