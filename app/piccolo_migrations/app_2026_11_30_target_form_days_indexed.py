"""The index of the form's funnel, with what it is for."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.engine.finder import engine_finder

ID = "2026-11-30T02:10:55:000000"
VERSION = "1.38.0"
DESCRIPTION = "The index of the form's funnel"

# A day of an organization has one row, which every process adds to.
INDEX = "CREATE UNIQUE INDEX form_day_of ON form_day (organization, day)"


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="app", description=DESCRIPTION)

    async def fill():
        await engine_finder().run_ddl(INDEX)

    manager.add_raw(fill)
    return manager
