"""Indexes of the log of deliveries: newest first, of the organization or of one channel."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from app import database

ID = "2026-11-22T16:20:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "indexes of the log of deliveries"

INDEXES = (
    "CREATE INDEX IF NOT EXISTS delivery_newest ON delivery (organization, id)",
    "CREATE INDEX IF NOT EXISTS delivery_of_channel ON delivery (channel, id)",
    "CREATE INDEX IF NOT EXISTS attempt_tests ON attempt (organization, id)"
    " WHERE dispatch IS NULL",
)


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="app", description=DESCRIPTION)

    async def create() -> None:
        for statement in INDEXES:
            await database.fetch(statement)

    manager.add_raw(create)
    return manager
