"""Whether the notices of a channel have links that act, and which of them hold."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns import UUID, Boolean, Integer
from piccolo.table import Table

ID = "2026-11-30T05:55:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "Links in notices that act"


# The product gives every id. Piccolo knows this one by its name, and the database gets no default
# from it.
def new_id():
    return None


class Channel(Table):
    id = UUID(primary_key=True, default=new_id)
    one_tap = Boolean(default=True)
    tap_series = Integer(default=1)


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="app", description=DESCRIPTION)
    for name, kind in (("one_tap", Boolean), ("tap_series", Integer)):
        manager.add_column(
            table_class_name="Channel",
            tablename="channel",
            column_name=name,
            column_class=kind,
            params=getattr(Channel, name)._meta.params,
        )
    return manager
