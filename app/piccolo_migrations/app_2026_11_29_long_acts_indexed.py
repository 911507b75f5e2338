"""The indexes of acts on many messages, with what it is for."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.engine.finder import engine_finder

ID = "2026-11-29T19:21:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "The indexes of acts on many messages"

INDEXES = (
    # What a worker goes on with, and the pages of an organization show.
    "CREATE INDEX long_act_running ON long_act (organization, id) WHERE ended_at IS NULL",
    # The parts that are left, in their order.
    "CREATE INDEX long_act_part_of ON long_act_part (act, id)",
)


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="app", description=DESCRIPTION)

    async def fill():
        for statement in INDEXES:
            await engine_finder().run_ddl(statement)

    manager.add_raw(fill)
    return manager
