"""The indexes of events for other programs."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.engine.finder import engine_finder

ID = "2026-11-30T11:48:55:000000"
VERSION = "1.38.0"
DESCRIPTION = "The indexes of events"

STATEMENTS = (
    # One page after the other, and what is too old.
    "CREATE INDEX feed_event_number ON feed_event (organization, number, id)",
    # Those of a message, when it is erased.
    "CREATE INDEX feed_event_message ON feed_event (message)",
)


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="app", description=DESCRIPTION)

    async def fill():
        for statement in STATEMENTS:
            await engine_finder().run_ddl(statement)

    manager.add_raw(fill)
    return manager
