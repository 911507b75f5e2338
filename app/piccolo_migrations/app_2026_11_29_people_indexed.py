"""The indexes of invitations, with what they are for."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.engine.finder import engine_finder

ID = "2026-11-29T22:50:20:000000"
VERSION = "1.38.0"
DESCRIPTION = "The indexes of invitations"

INDEXES = (
    # The links of an organization, newest first.
    "CREATE INDEX account_link_list ON account_link (organization, created_at)",
    # A new link for somebody ends the one before; the foreign key is followed when they go.
    "CREATE INDEX account_link_of ON account_link (agent) WHERE agent IS NOT NULL",
)


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="app", description=DESCRIPTION)

    async def fill():
        for statement in INDEXES:
            await engine_finder().run_ddl(statement)

    manager.add_raw(fill)
    return manager
