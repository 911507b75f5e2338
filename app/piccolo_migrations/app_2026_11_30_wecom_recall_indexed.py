"""The indexes of recalls."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.engine.finder import engine_finder

ID = "2026-11-30T08:37:55:000000"
VERSION = "1.38.0"
DESCRIPTION = "The indexes of recalls"

STATEMENTS = (
    # Those of a message, when it is handled; the foreign key is followed when it goes.
    "CREATE INDEX recall_message ON recall (message)",
    "CREATE INDEX recall_channel ON recall (channel)",
    "CREATE INDEX recall_organization ON recall (organization)",
    # What is due, which is nearly nothing.
    "CREATE INDEX recall_due ON recall (due_at) WHERE state = 'pending'",
    # What nobody will take back any more.
    "CREATE INDEX recall_held ON recall (sent_at) WHERE state = 'held'",
)


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="app", description=DESCRIPTION)

    async def fill():
        for statement in STATEMENTS:
            await engine_finder().run_ddl(statement)

    manager.add_raw(fill)
    return manager
