"""The indexes of visitors' files, with what each is for."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.engine.finder import engine_finder

ID = "2026-11-30T08:22:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "The indexes of visitors' files"

INDEXES = (
    # The files of a message; the foreign key is followed when it goes.
    "CREATE INDEX visitor_file_message ON visitor_file (message)",
    # The files of an organization, which are followed when it goes, and what they weigh together.
    "CREATE INDEX visitor_file_of ON visitor_file (organization, size)",
    # What came from one network lately.
    "CREATE INDEX visitor_file_sender ON visitor_file (sender, created_at)",
    # What has no message: it waits for one, or is to be removed.
    "CREATE INDEX visitor_file_loose ON visitor_file (created_at) WHERE message IS NULL",
    # What the virus scanner has not seen yet.
    "CREATE INDEX visitor_file_waiting ON visitor_file (id) WHERE state = 'waiting'",
)


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="app", description=DESCRIPTION)

    async def fill():
        for statement in INDEXES:
            await engine_finder().run_ddl(statement)

    manager.add_raw(fill)
    return manager
