"""The indexes of what endpoints are sent."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.engine.finder import engine_finder

ID = "2026-11-30T12:10:21:000000"
VERSION = "1.38.0"
DESCRIPTION = "The indexes of what endpoints are sent"

STATEMENTS = (
    # Whether an endpoint has taken an earlier event of the same message, or channel.
    "CREATE INDEX delivery_event ON delivery (about) WHERE purpose = 'event'",
    "CREATE INDEX feed_event_channel ON feed_event (channel) WHERE channel IS NOT NULL",
)


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="app", description=DESCRIPTION)

    async def fill():
        for statement in STATEMENTS:
            await engine_finder().run_ddl(statement)

    manager.add_raw(fill)
    return manager
