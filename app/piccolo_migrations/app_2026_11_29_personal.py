"""Mail to one agent alone. The next migration indexes it."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns import UUID, Boolean, ForeignKey, OnDelete
from piccolo.table import Table

ID = "2026-11-29T23:10:31:413000"
VERSION = "1.38.0"
DESCRIPTION = "Mail to one agent alone"


# The product gives every id. Piccolo knows this one by its name, and the database gets no default
# from it.
def new_id():
    return None


def own_id():
    return UUID(primary_key=True, default=new_id)


class Agent(Table):
    id = own_id()
    mail_assigned = Boolean(default=True)
    mail_mentions = Boolean(default=True)


class Delivery(Table):
    id = own_id()
    agent = ForeignKey(Agent, null=True, on_delete=OnDelete.cascade, index=False)


class Dispatch(Table):
    id = own_id()
    agent = ForeignKey(Agent, null=True, on_delete=OnDelete.cascade, index=False)


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="app", description=DESCRIPTION)
    for table in (Agent, Delivery, Dispatch):
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
