"""The index of messages that may be taken back, with what it is for."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.engine.finder import engine_finder

ID = "2026-11-29T17:21:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "The index of messages that may be taken back"

INDEXES = (
    # Messages that somebody must have begun by then: few rows.
    "CREATE INDEX message_back ON message (back_at) WHERE back_at IS NOT NULL",
)


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="app", description=DESCRIPTION)

    async def fill():
        for statement in INDEXES:
            await engine_finder().run_ddl(statement)

    manager.add_raw(fill)
    return manager
