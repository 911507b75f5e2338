"""The index of remarks. On its own: raw statements run before the tables of the same migration."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from app import database

ID = "2026-11-22T16:50:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "index of remarks"

INDEXES = ("CREATE INDEX IF NOT EXISTS remark_of ON remark (message, id)",)


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="app", description=DESCRIPTION)

    async def create() -> None:
        for statement in INDEXES:
            await database.fetch(statement)

    manager.add_raw(create)
    return manager
