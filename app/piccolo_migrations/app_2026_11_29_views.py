"""Saved views of the inbox. The next migration indexes them."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns import UUID, Boolean, ForeignKey, Integer, OnDelete, Text, Timestamptz, Varchar
from piccolo.table import Table

ID = "2026-11-29T18:50:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "Saved views of the inbox"


# The product gives every id and every time. Piccolo knows these two by their names, and the
# database gets no default from them.
def new_id():
    return None


def now():
    return None


def own_id():
    return UUID(primary_key=True, default=new_id)


def owner(table):
    """The row goes when its owner goes."""
    return ForeignKey(table, null=False, on_delete=OnDelete.cascade)


class Organization(Table):
    id = own_id()


class SavedView(Table):
    id = own_id()
    organization = owner(Organization)
    agent = UUID(null=True, default=None)
    name = Varchar(64)
    query = Text(default="")
    shared = Boolean(default=False)
    position = Integer(default=0)
    created_at = Timestamptz(default=now)


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="app", description=DESCRIPTION)
    names = {"class_name": SavedView.__name__, "tablename": SavedView._meta.tablename}
    manager.add_table(**names)
    for column in SavedView._meta.columns:
        manager.add_column(
            table_class_name=names["class_name"],
            tablename=names["tablename"],
            column_name=column._meta.name,
            column_class=type(column),
            params=column._meta.params,
        )
    return manager
