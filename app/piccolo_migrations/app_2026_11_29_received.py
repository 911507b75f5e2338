"""Who saw a test arrive in a channel, and when."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns import UUID, Timestamptz, Varchar
from piccolo.table import Table

ID = "2026-11-29T22:52:31:000000"
VERSION = "1.38.0"
DESCRIPTION = "A person saw a test arrive"


# The product gives every id. Piccolo knows this one by its name, and the database gets no default
# from it.
def new_id():
    return None


class Channel(Table):
    id = UUID(primary_key=True, default=new_id)
    received_at = Timestamptz(null=True, default=None)
    received_by = Varchar(254, default="")


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="app", description=DESCRIPTION)
    for column in (Channel.received_at, Channel.received_by):
        manager.add_column(
            table_class_name="Channel",
            tablename="channel",
            column_name=column._meta.name,
            column_class=type(column),
            params=column._meta.params,
        )
    return manager
