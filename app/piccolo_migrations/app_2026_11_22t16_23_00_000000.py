"""Indexes of the widget. On their own: raw statements run before the tables of the same migration are
made."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from app import database

ID = "2026-11-22T16:23:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "indexes of the widget"

INDEXES = (
    "CREATE UNIQUE INDEX IF NOT EXISTS widget_of ON widget (organization)",
    "CREATE UNIQUE INDEX IF NOT EXISTS widget_host_of ON widget_host (organization, origin)",
)


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="app", description=DESCRIPTION)

    async def create() -> None:
        for statement in INDEXES:
            await database.fetch(statement)

    manager.add_raw(create)
    return manager
