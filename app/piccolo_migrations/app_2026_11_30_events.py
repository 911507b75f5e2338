"""What happened, for other programs, and since when it is recorded."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns import UUID, BigInt, ForeignKey, OnDelete, Text, Timestamptz, Varchar
from piccolo.table import Table

ID = "2026-11-30T11:48:12:000000"
VERSION = "1.38.0"
DESCRIPTION = "Events for other programs"


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
    feed_from = BigInt(null=True, default=None)


class FeedEvent(Table):
    id = own_id()
    organization = ForeignKey(Organization, null=False, on_delete=OnDelete.cascade)
    number = BigInt(default=0)
    type = Varchar(32)
    at = Timestamptz(default=now)
    message = UUID(null=True, default=None)
    channel = UUID(null=True, default=None)
    data = Text(default="{}")


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="app", description=DESCRIPTION)
    manager.add_table(class_name="FeedEvent", tablename="feed_event")
    for table, names in (
        (Organization, ("feed_from",)),
        (
            FeedEvent,
            ("id", "organization", "number", "type", "at", "message", "channel", "data"),
        ),
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
