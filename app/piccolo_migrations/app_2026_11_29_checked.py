"""When a channel that is seldom used was last looked at."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns import UUID, Timestamptz
from piccolo.table import Table

ID = "2026-11-29T23:38:12:000000"
VERSION = "1.38.0"
DESCRIPTION = "Regular checks of channels"


# The product gives every id. Piccolo knows this one by its name, and the database gets no default
# from it.
def new_id():
    return None


class Channel(Table):
    id = UUID(primary_key=True, default=new_id)
    checked_at = Timestamptz(null=True, default=None)


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="app", description=DESCRIPTION)
    manager.add_column(
        table_class_name="Channel",
        tablename="channel",
        column_name="checked_at",
        column_class=Timestamptz,
        params=Channel.checked_at._meta.params,
    )
    return manager
