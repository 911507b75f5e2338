"""The indexes of the overview's sums, with what they are for."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.engine.finder import engine_finder

ID = "2026-11-29T23:30:20:000000"
VERSION = "1.38.0"
DESCRIPTION = "The indexes of the overview's sums"

INDEXES = (
    # One row for each organization.
    "CREATE UNIQUE INDEX kept_days_of ON kept_days (organization)",
    # The days of an organization, in their order.
    "CREATE UNIQUE INDEX day_sum_of ON day_sum (organization, day)",
)


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="app", description=DESCRIPTION)

    async def fill():
        for statement in INDEXES:
            await engine_finder().run_ddl(statement)

    manager.add_raw(fill)
    return manager
