"""How much of a message a channel may say."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns import UUID, Varchar
from piccolo.table import Table

ID = "2026-11-30T12:22:30:000000"
VERSION = "1.38.0"
DESCRIPTION = "What channels say of a message"


# The product gives every id. Piccolo knows this one by its name, and the database gets no default
# from it.
def new_id():
    return None


class Channel(Table):
    id = UUID(primary_key=True, default=new_id)
    shows = Varchar(8, default="all")


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="app", description=DESCRIPTION)
    manager.add_column(
        table_class_name="Channel",
        tablename="channel",
        column_name="shows",
        column_class=Varchar,
        params=Channel.shows._meta.params,
    )
    return manager
