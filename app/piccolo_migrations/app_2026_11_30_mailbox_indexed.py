"""The index of mails by their ids: who answers their own mail goes on with its message."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.engine.finder import engine_finder

ID = "2026-11-30T08:11:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "The index of mails by their ids"

INDEX = (
    "CREATE INDEX received_mail_named ON received_mail (organization, message_id)"
    " WHERE message_id <> ''"
)


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="app", description=DESCRIPTION)

    async def fill():
        await engine_finder().run_ddl(INDEX)

    manager.add_raw(fill)
    return manager
