"""Nobody knows when secrets of before were set: they count as old as what has them. Mail servers are
checked regularly, as before."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.engine.finder import engine_finder

ID = "2026-11-30T02:05:20:000000"
VERSION = "1.38.0"
DESCRIPTION = "Ages of the secrets of before"

STATEMENTS = (
    "UPDATE channel SET secret_at = created_at",
    "UPDATE channel SET probed = true WHERE kind = 'email'",
    "UPDATE account SET password_at = created_at",
    "UPDATE widget SET identity_at = updated_at WHERE identity <> ''",
)


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="app", description=DESCRIPTION)

    async def fill():
        for statement in STATEMENTS:
            await engine_finder().run_ddl(statement)

    manager.add_raw(fill)
    return manager
