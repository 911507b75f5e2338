"""Whose turn it is, and what is taken back. The next migration indexes it."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns import UUID, Timestamptz
from piccolo.table import Table

ID = "2026-11-29T17:20:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "Messages for the next who is online"


# The product gives every id and every time. Piccolo knows these two by their names, and the
# database gets no default from them.
def new_id():
    return None


def now():
    return None


def own_id():
    return UUID(primary_key=True, default=new_id)


class Agent(Table):
    id = own_id()
    assigned_at = Timestamptz(null=True, default=None)


class Message(Table):
    id = own_id()
    back_at = Timestamptz(null=True, default=None)


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="app", description=DESCRIPTION)
    for table in (Agent, Message):
        names = {"class_name": table.__name__, "tablename": table._meta.tablename}
        for column in table._meta.columns:
            if column._meta.name == "id":
                continue
            manager.add_column(
                table_class_name=names["class_name"],
                tablename=names["tablename"],
                column_name=column._meta.name,
                column_class=type(column),
                params=column._meta.params,
            )
    return manager
