"""What a team does with messages: who takes care of one, its tags, until when it rests, and the
story of all that. The next migration fills and indexes it."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns import UUID, BigInt, ForeignKey, OnDelete, Text, Timestamptz, Varchar
from piccolo.table import Table

ID = "2026-11-29T15:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "Assignees, tags, the trash and the story of a message"


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
    changed = BigInt(default=0)
    activity = BigInt(default=0)
    added_at = Timestamptz(null=True, default=None)
    due_at = Timestamptz(null=True, default=None)
    assignee = UUID(null=True, default=None)
    assigned_at = Timestamptz(null=True, default=None)
    priority = Varchar(8, default="normal")
    snoozed_until = Timestamptz(null=True, default=None)
    kept_status = Varchar(16, default="")
    trashed_at = Timestamptz(null=True, default=None)
    site = Varchar(255, default="")


class Tag(Table):
    id = own_id()
    organization = owner(Organization)
    name = Varchar(32)
    created_at = Timestamptz(default=now)


class Tagging(Table):
    id = own_id()
    organization = owner(Organization)
    message = owner(Message)
    tag = owner(Tag)


class Event(Table):
    id = own_id()
    organization = owner(Organization)
    message = owner(Message)
    at = Timestamptz(default=now)
    actor = Varchar(254, default="")
    action = Varchar(32)
    facts = Text(default="{}")
    act = UUID(null=True, default=None)
    number = BigInt(default=0)


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="app", description=DESCRIPTION)
    for table in (Message, Tag, Tagging, Event):
        names = {"class_name": table.__name__, "tablename": table._meta.tablename}
        if table is not Message:
            manager.add_table(**names)
        for column in table._meta.columns:
            if table is Message and column._meta.name == "id":
                continue
            manager.add_column(
                table_class_name=names["class_name"],
                tablename=names["tablename"],
                column_name=column._meta.name,
                column_class=type(column),
                params=column._meta.params,
            )
    return manager
