"""The index of phrases, with what it is for."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.engine.finder import engine_finder

ID = "2026-11-29T19:17:20:000000"
VERSION = "1.38.0"
DESCRIPTION = "The index of phrases"

INDEXES = (
    # The phrases of an organization, by title.
    "CREATE INDEX phrase_of ON phrase (organization, title)",
)


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="app", description=DESCRIPTION)

    async def fill():
        for statement in INDEXES:
            await engine_finder().run_ddl(statement)

    manager.add_raw(fill)
    return manager
