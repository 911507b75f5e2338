"""The indexes of the search index's tables, each with what it is for."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.engine.finder import engine_finder

ID = "2026-11-29T16:01:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "Indexes of the search index"

INDEXES = (
    # The segments of an organization, newest first.
    "CREATE INDEX search_segment_of ON search_segment (organization, last)",
    # What goes with a segment.
    "CREATE INDEX search_leaf_of ON search_leaf (segment)",
    # What a search reads besides the index; what goes with a message.
    "CREATE INDEX search_change_of ON search_change (organization)",
    "CREATE INDEX search_change_message ON search_change (message)",
)


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="app", description=DESCRIPTION)

    async def create():
        for statement in INDEXES:
            await engine_finder().run_ddl(statement)

    manager.add_raw(create)
    return manager
