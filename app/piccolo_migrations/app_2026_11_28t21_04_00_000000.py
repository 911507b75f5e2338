"""Indexes of the places of a credential, whoever takes them."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from app import database

ID = "2026-11-28T21:04:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "indexes of the places of a credential"

INDEXES = (
    "CREATE INDEX IF NOT EXISTS attempt_bucket ON attempt (bucket, blocks_until)",
    "CREATE INDEX IF NOT EXISTS trial_bucket ON trial (bucket, blocks_until)",
    "CREATE INDEX IF NOT EXISTS channel_bucket ON channel (bucket)",
)


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="app", description=DESCRIPTION)

    async def create() -> None:
        for statement in INDEXES:
            await database.fetch(statement)

    manager.add_raw(create)
    return manager
