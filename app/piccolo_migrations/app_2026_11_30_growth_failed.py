"""The index of what failed."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.engine.finder import engine_finder

ID = "2026-11-30T19:40:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "The index of what failed"

STATEMENTS = (
    # All that the count of unanswered messages takes which a channel missed. The state leads SQLite
    # to it.
    "CREATE INDEX delivery_failed ON delivery"
    " (organization, state, channel, purpose, reason, message, agent) WHERE state = 'failed'",
)


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="app", description=DESCRIPTION)

    async def fill():
        for statement in STATEMENTS:
            await engine_finder().run_ddl(statement)

    manager.add_raw(fill)
    return manager
