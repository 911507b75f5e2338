"""A message may mention somebody several times before they look at it."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.engine.finder import engine_finder

ID = "2026-11-29T22:55:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "A row of each mention"

GONE = ("mention_once",)
INDEXES = (
    # Of one message, whom it mentions; the foreign keys are followed when a message goes.
    "CREATE INDEX mention_in ON mention (message, agent)",
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
