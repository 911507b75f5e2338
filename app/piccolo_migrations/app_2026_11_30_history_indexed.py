"""The indexes of the settings' history and of bad sign-ins, with what they are for."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.engine.finder import engine_finder

ID = "2026-11-30T02:10:52:000000"
VERSION = "1.38.0"
DESCRIPTION = "The indexes of the settings' history"

INDEXES = (
    # The states of one part, newest first.
    "CREATE INDEX setting_version_of ON setting_version (organization, part, id)",
    # A try is counted where the first of its kind was.
    "CREATE UNIQUE INDEX bad_try_of ON bad_try (organization, action, target)",
    # Those whose hour is over.
    "CREATE INDEX bad_try_at ON bad_try (at)",
)


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="app", description=DESCRIPTION)

    async def fill():
        for statement in INDEXES:
            await engine_finder().run_ddl(statement)

    manager.add_raw(fill)
    return manager
