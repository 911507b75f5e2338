"""Index of who sent the same text lately: everybody, not only its first."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from app import database

ID = "2026-11-22T18:40:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "index of who sent the same text"

INDEX = (
    "CREATE INDEX IF NOT EXISTS message_text ON message (organization, fingerprint, created_at)"
)


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="app", description=DESCRIPTION)

    async def create() -> None:
        await database.fetch(INDEX)

    manager.add_raw(create)
    return manager
