"""The indexes of mail to one agent alone, with what they are for."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.engine.finder import engine_finder

ID = "2026-11-29T23:10:32:413000"
VERSION = "1.38.0"
DESCRIPTION = "The indexes of mail to one agent alone"

INDEXES = (
    # A message is owed to a channel once for each purpose, and to an agent once for each event.
    "CREATE UNIQUE INDEX delivery_owed ON delivery"
    " (message, COALESCE(agent, channel), purpose, COALESCE(about, message))",
    # What waits for agents: few rows, looked at with every plan.
    "CREATE INDEX delivery_personal ON delivery (organization)"
    " WHERE agent IS NOT NULL AND state = 'pending'",
    # The foreign keys are followed when an agent goes.
    "CREATE INDEX delivery_to_agent ON delivery (agent) WHERE agent IS NOT NULL",
    "CREATE INDEX dispatch_to_agent ON dispatch (agent) WHERE agent IS NOT NULL",
)


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="app", description=DESCRIPTION)

    async def fill():
        for statement in ("DROP INDEX delivery_owed", *INDEXES):
            await engine_finder().run_ddl(statement)

    manager.add_raw(fill)
    return manager
