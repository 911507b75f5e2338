"""Reports and announcements. The next migration indexes them."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns import UUID, Boolean, ForeignKey, Integer, OnDelete, Text, Timestamptz, Varchar
from piccolo.table import Table

ID = "2026-11-30T02:10:30:000000"
VERSION = "1.38.0"
DESCRIPTION = "Reports and announcements"


# The product gives every id and moment. Piccolo knows these by their names, and the database gets
# no default from them.
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


class Report(Table):
    id = own_id()
    organization = owner(Organization)
    channel = UUID(null=True, default=None)
    every = Varchar(8, default="day")
    weekday = Integer(default=0)
    at = Varchar(5, default="09:00")
    skip_empty = Boolean(default=False)
    skip_closed = Boolean(default=False)
    since = Timestamptz(default=now)


class Announcement(Table):
    id = own_id()
    organization = owner(Organization)
    purpose = Varchar(8)
    report = UUID(null=True, default=None)
    period = Varchar(40, default="")
    channel = UUID(null=True, default=None)
    title = Text(default="")
    lines = Text(default="[]")
    link = Text(default="")
    skipped = Varchar(16, default="")
    created_at = Timestamptz(default=now)


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="app", description=DESCRIPTION)
    for table in (Report, Announcement):
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
