"""Sums of the overview. The next migration indexes them."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns import UUID, ForeignKey, OnDelete, Text, Varchar
from piccolo.table import Table

ID = "2026-11-29T23:30:10:000000"
VERSION = "1.38.0"
DESCRIPTION = "Sums of the overview"


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


class KeptDays(Table):
    id = own_id()
    organization = owner(Organization)
    zone = Varchar(64)
    until = Varchar(10)


class DaySum(Table):
    id = own_id()
    organization = owner(Organization)
    day = Varchar(10)
    sums = Text(default="{}")
    told = Text(null=True, default=None)


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="app", description=DESCRIPTION)
    for table in (KeptDays, DaySum):
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
