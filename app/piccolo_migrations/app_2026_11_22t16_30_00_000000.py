"""Indexes of the form's versions. On their own: raw statements run before the tables of the same
migration are made."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from app import database

ID = "2026-11-22T16:30:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "indexes of the form's versions"

INDEXES = (
    "CREATE UNIQUE INDEX IF NOT EXISTS form_version_of ON form_version (organization, number)",
)


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="app", description=DESCRIPTION)

    async def create() -> None:
        for statement in INDEXES:
            await database.fetch(statement)

    manager.add_raw(create)
    return manager
