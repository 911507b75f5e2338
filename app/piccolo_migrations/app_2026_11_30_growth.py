"""The index of the log of one channel."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.engine.finder import engine_finder

ID = "2026-11-30T19:20:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "The index of the log of one channel"

STATEMENTS = (
    # What is over, each state apart: a channel has many of one and few of another. What waits or is
    # being sent has indexes of its own, and is not slower for this one.
    "CREATE INDEX delivery_over ON delivery (channel, state, id)"
    " WHERE state IN ('sent', 'failed', 'cancelled')",
)


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="app", description=DESCRIPTION)

    async def fill():
        for statement in STATEMENTS:
            await engine_finder().run_ddl(statement)

    manager.add_raw(fill)
    return manager
