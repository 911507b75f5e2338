"""Rules for new messages: what they want and do, and what they leave at a message. The next
migration indexes them."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns import UUID, Boolean, ForeignKey, Integer, OnDelete, Text, Timestamptz, Varchar
from piccolo.table import Table

ID = "2026-11-29T16:30:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "Rules for new messages"


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
    rule_mode = Varchar(8, default="all")


class Message(Table):
    id = own_id()
    left_category = Text(null=True, default=None)
    channels = Text(null=True, default=None)


class MessageRule(Table):
    id = own_id()
    organization = owner(Organization)
    position = Integer(default=0)
    name = Varchar(64)
    enabled = Boolean(default=True)
    wanted = Text(default="{}")
    effects = Text(default="{}")
    removed_at = Timestamptz(null=True, default=None)
    created_at = Timestamptz(default=now)


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="app", description=DESCRIPTION)
    for table in (Organization, Message, MessageRule):
        names = {"class_name": table.__name__, "tablename": table._meta.tablename}
        if table is MessageRule:
            manager.add_table(**names)
        for column in table._meta.columns:
            if table is not MessageRule and column._meta.name == "id":
                continue
            manager.add_column(
                table_class_name=names["class_name"],
                tablename=names["tablename"],
                column_name=column._meta.name,
                column_class=type(column),
                params=column._meta.params,
            )
    return manager
