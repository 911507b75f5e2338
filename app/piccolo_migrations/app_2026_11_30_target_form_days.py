"""The form's funnel by days. The next migration indexes it."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns import UUID, ForeignKey, Integer, OnDelete, Varchar
from piccolo.table import Table

ID = "2026-11-30T02:10:50:000000"
VERSION = "1.38.0"
DESCRIPTION = "The form's funnel"


# The product gives every id. Piccolo knows this one by its name, and the database gets no default
# from it.
def new_id():
    return None


def own_id():
    return UUID(primary_key=True, default=new_id)


def owner(table):
    """The row goes when its owner goes."""
    return ForeignKey(table, null=False, on_delete=OnDelete.cascade)


class Organization(Table):
    id = own_id()


class FormDay(Table):
    id = own_id()
    organization = owner(Organization)
    day = Varchar(10)
    shown = Integer(default=0)
    opened = Integer(default=0)
    begun = Integer(default=0)
    sent = Integer(default=0)
    refused = Integer(default=0)


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="app", description=DESCRIPTION)
    for table in (FormDay,):
        names = {"class_name": table.__name__, "tablename": table._meta.tablename}
        manager.add_table(**names)
        for column in table._meta.columns:
            manager.add_column(
                table_class_name=names["class_name"],
                tablename=names["tablename"],
                column_name=column._meta.name,
                column_class=type(column),
                params=column._meta.params,
            )
    return manager
