"""The index of tokens' requests. A token that was never rotated has its secret since it was made."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.engine.finder import engine_finder

ID = "2026-11-30T01:45:20:000000"
VERSION = "1.38.0"
DESCRIPTION = "The index of tokens' requests"

STATEMENTS = (
    # The last requests of a token; the foreign key is followed when it goes.
    "CREATE INDEX token_request_list ON token_request (token, id)",
    "UPDATE token SET secret_at = created_at",
)


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="app", description=DESCRIPTION)

    async def fill():
        for statement in STATEMENTS:
            await engine_finder().run_ddl(statement)

    manager.add_raw(fill)
    return manager
