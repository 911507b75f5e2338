"""Tombstones, how long messages are kept, and when one was anonymised."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns import UUID, ForeignKey, OnDelete, Text, Timestamptz
from piccolo.table import Table

ID = "2026-11-30T09:20:10:000000"
VERSION = "1.38.0"
DESCRIPTION = "Erasing messages"


# The product gives every id and moment. Piccolo knows these by their names, and the database gets
# no default from them.
def new_id():
    return None


def now():
    return None


def own_id():
    return UUID(primary_key=True, default=new_id)


class Organization(Table):
    id = own_id()
    retention = Text(default="")


class Message(Table):
    id = own_id()
    erased_at = Timestamptz(null=True, default=None)


class Tombstone(Table):
    id = own_id()
    organization = ForeignKey(Organization, null=False, on_delete=OnDelete.cascade)
    at = Timestamptz(default=now)


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="app", description=DESCRIPTION)
    manager.add_table(class_name="Tombstone", tablename="tombstone")
    for table, names in (
        (Organization, ("retention",)),
        (Message, ("erased_at",)),
        (Tombstone, ("id", "organization", "at")),
    ):
        for name in names:
            column = table._meta.get_column_by_name(name)
            manager.add_column(
                table_class_name=table.__name__,
                tablename=table._meta.tablename,
                column_name=name,
                column_class=type(column),
                params=column._meta.params,
            )
    return manager
