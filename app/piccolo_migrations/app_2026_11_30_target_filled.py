"""The one promise that there was is the target of all categories. What the overview sums up has
more kinds now, so its days are counted anew."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.engine.finder import engine_finder

ID = "2026-11-30T02:10:20:000000"
VERSION = "1.38.0"
DESCRIPTION = "Targets from the promise"

STATEMENTS = (
    "UPDATE organization SET targets = '{\"minutes\":' || CAST(reply_hours * 60 AS TEXT) || '}'"
    " WHERE reply_hours IS NOT NULL",
    "DELETE FROM kept_days",
)


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="app", description=DESCRIPTION)

    async def fill():
        for statement in STATEMENTS:
            await engine_finder().run_ddl(statement)

    manager.add_raw(fill)
    return manager
