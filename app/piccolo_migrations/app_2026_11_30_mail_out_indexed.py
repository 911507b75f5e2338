"""The index of replies by mail: their limits look at those of the last day."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.engine.finder import engine_finder

ID = "2026-11-30T05:40:11:000000"
VERSION = "1.38.0"
DESCRIPTION = "The index of replies by mail"

INDEX = (
    "CREATE INDEX delivery_replied ON delivery (organization, created_at) WHERE purpose = 'reply'"
)


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="app", description=DESCRIPTION)

    async def fill():
        await engine_finder().run_ddl(INDEX)

    manager.add_raw(fill)
    return manager
