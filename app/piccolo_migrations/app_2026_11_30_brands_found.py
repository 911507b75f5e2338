"""The messages of the first brand are found by an index, too: they may be few among those of
others."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.engine.finder import engine_finder

ID = "2026-11-30T02:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "The messages of every brand are found by an index"

GONE = ("message_brand",)
INDEXES = (
    # The messages of a brand; those of the first name none.
    "CREATE INDEX message_of_brand ON message (organization, brand, id)",
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
