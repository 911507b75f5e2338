"""Who may frame a form is decided by name: what nobody had decided stays as it was, and says so."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from app import database

ID = "2026-11-22T23:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "widget.embedding is listed or any"

DECIDED = "UPDATE widget SET embedding = 'any' WHERE embedding = 'open'"


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="app", description=DESCRIPTION)

    async def decide() -> None:
        await database.fetch(DECIDED)

    manager.add_raw(decide)
    return manager
