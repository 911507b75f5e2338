"""The index of rules for new messages, with what it is for."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.engine.finder import engine_finder

ID = "2026-11-29T16:31:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "The index of rules for new messages"

INDEXES = (
    # The rules of an organization, in their order.
    "CREATE INDEX message_rule_of ON message_rule (organization, position)",
)


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="app", description=DESCRIPTION)

    async def fill():
        for statement in INDEXES:
            await engine_finder().run_ddl(statement)

    manager.add_raw(fill)
    return manager
