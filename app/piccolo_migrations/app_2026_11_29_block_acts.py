"""Which act on many messages has put an entry on the block list."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns import UUID
from piccolo.table import Table

ID = "2026-11-29T22:40:07:000000"
VERSION = "1.38.0"
DESCRIPTION = "The act of an entry of the block list"


# The product gives every id. Piccolo knows this one by its name, and the database gets no default
# from it.
def new_id():
    return None


class BlockEntry(Table):
    id = UUID(primary_key=True, default=new_id)
    act = UUID(null=True, default=None)


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="app", description=DESCRIPTION)
    manager.add_column(
        table_class_name="BlockEntry",
        tablename="block_entry",
        column_name="act",
        column_class=UUID,
        params=BlockEntry.act._meta.params,
    )
    return manager
