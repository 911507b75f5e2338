"""Whether a channel is told of messages of high priority only."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns import UUID, Boolean
from piccolo.table import Table

ID = "2026-11-30T08:27:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "Channels for high priority only"


# The product gives every id. Piccolo knows this one by its name, and the database gets no default
# from it.
def new_id():
    return None


class Channel(Table):
    id = UUID(primary_key=True, default=new_id)
    only_high = Boolean(default=False)


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="app", description=DESCRIPTION)
    manager.add_column(
        table_class_name="Channel",
        tablename="channel",
        column_name="only_high",
        column_class=Boolean,
        params=Channel.only_high._meta.params,
    )
    return manager
