"""Replies that programs propose. The next migration indexes them."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns import UUID, ForeignKey, OnDelete, Text, Timestamptz, Varchar
from piccolo.table import Table

ID = "2026-11-30T15:20:10:000000"
VERSION = "1.38.0"
DESCRIPTION = "Replies that programs propose"


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


class Message(Table):
    id = own_id()


class ReplyDraft(Table):
    id = own_id()
    organization = owner(Organization)
    message = owner(Message)
    author = Varchar(254)
    text = Text()
    created_at = Timestamptz(default=now)


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="app", description=DESCRIPTION)
    names = {
        "class_name": ReplyDraft.__name__,
        "tablename": ReplyDraft._meta.tablename,
    }
    manager.add_table(**names)
    for column in ReplyDraft._meta.columns:
        manager.add_column(
            table_class_name=names["class_name"],
            tablename=names["tablename"],
            column_name=column._meta.name,
            column_class=type(column),
            params=column._meta.params,
        )
    return manager
