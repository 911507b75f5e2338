"""The index of what is owed about floods: few rows, read with every message that is set aside in
one."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from app import database

ID = "2026-11-28T21:22:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "index of floods"

INDEXES = (
    "CREATE INDEX IF NOT EXISTS delivery_flood ON delivery (organization) WHERE purpose = 'flood'",
)


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="app", description=DESCRIPTION)

    async def create() -> None:
        for statement in INDEXES:
            await database.fetch(statement)

    manager.add_raw(create)
    return manager
