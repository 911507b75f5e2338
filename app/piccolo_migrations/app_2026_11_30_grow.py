"""The indexes that lead the clockwork past organizations for which there is nothing to do."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.engine.finder import engine_finder

ID = "2026-11-30T15:20:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "The indexes that lead past organizations without work"

STATEMENTS = (
    # For which a worker regularly does something.
    "CREATE INDEX organization_targets ON organization (id) WHERE targets <> ''",
    "CREATE INDEX organization_retention ON organization (id) WHERE retention <> ''",
    "CREATE INDEX organization_feed ON organization (id) WHERE feed_from IS NOT NULL",
    # Channels that do not work at the moment.
    "CREATE INDEX channel_failing ON channel (id) WHERE failures > 0",
    # Days whose notices are not known to be over.
    "CREATE INDEX day_sum_untold ON day_sum (organization, day) WHERE told IS NULL",
)


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="app", description=DESCRIPTION)

    async def fill():
        for statement in STATEMENTS:
            await engine_finder().run_ddl(statement)

    manager.add_raw(fill)
    return manager
