"""The index of saved views, with what it is for."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.engine.finder import engine_finder

ID = "2026-11-29T18:51:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "The index of saved views"

INDEXES = (
    # The views of an organization, in their order.
    "CREATE INDEX saved_view_of ON saved_view (organization, position)",
)


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="app", description=DESCRIPTION)

    async def fill():
        for statement in INDEXES:
            await engine_finder().run_ddl(statement)

    manager.add_raw(fill)
    return manager
