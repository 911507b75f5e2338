"""The index that confirmations are counted by: few rows, read with every message that may get
one."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from app import database

ID = "2026-11-22T17:03:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "index of confirmations"

INDEXES = (
    "CREATE INDEX IF NOT EXISTS delivery_confirmed ON delivery (organization, created_at)"
    " WHERE purpose = 'confirm'",
)


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="app", description=DESCRIPTION)

    async def create() -> None:
        for statement in INDEXES:
            await database.fetch(statement)

    manager.add_raw(create)
    return manager
