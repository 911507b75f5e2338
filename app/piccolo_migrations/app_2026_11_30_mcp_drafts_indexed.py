"""The index of replies that programs propose, with what it is for."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.engine.finder import engine_finder

ID = "2026-11-30T15:20:20:000000"
VERSION = "1.38.0"
DESCRIPTION = "The index of replies that programs propose"

INDEXES = (
    # Read with every page of a message; followed when one goes.
    "CREATE INDEX reply_draft_of ON reply_draft (message)",
)


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="app", description=DESCRIPTION)

    async def fill():
        for statement in INDEXES:
            await engine_finder().run_ddl(statement)

    manager.add_raw(fill)
    return manager
