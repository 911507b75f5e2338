"""What waits for an agent is found by the agent, also on SQLite, which keeps no statistics."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.engine.finder import engine_finder

ID = "2026-11-29T23:31:07:118000"
VERSION = "1.38.0"
DESCRIPTION = "What waits for an agent is found by the agent"

GONE = ("delivery_personal", "delivery_to_agent")
INDEXES = (
    # What waits for agents is looked at with every plan; all of it when an agent goes.
    "CREATE INDEX delivery_of_agent ON delivery (agent, state) WHERE agent IS NOT NULL",
)


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="app", description=DESCRIPTION)

    async def fill():
        for index in GONE:
            await engine_finder().run_ddl(f"DROP INDEX {index}")
        for statement in INDEXES:
            await engine_finder().run_ddl(statement)

    manager.add_raw(fill)
    return manager
