"""What became of a try for each recipient, and notices that can be taken back. The next migration
indexes them."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns import UUID, ForeignKey, Integer, OnDelete, Text, Timestamptz, Varchar
from piccolo.table import Table

ID = "2026-11-30T08:37:41:000000"
VERSION = "1.38.0"
DESCRIPTION = "Recipients of a try, and recalls"


# The product gives every id and every time. Piccolo knows these two by their names, and the
# database gets no default from them.
def new_id():
    return None


def now():
    return None


class Organization(Table):
    id = UUID(primary_key=True, default=new_id)


class Channel(Table):
    id = UUID(primary_key=True, default=new_id)


class Message(Table):
    id = UUID(primary_key=True, default=new_id)


class Attempt(Table):
    recipients = Text(default="[]")


class Recall(Table):
    id = UUID(primary_key=True, default=new_id)
    organization = ForeignKey(Organization, null=False, on_delete=OnDelete.cascade, index=False)
    channel = ForeignKey(Channel, null=False, on_delete=OnDelete.cascade, index=False)
    message = ForeignKey(Message, null=False, on_delete=OnDelete.cascade, index=False)
    receipt = Text(default="")
    state = Varchar(16, default="held")
    tries = Integer(default=0)
    sent_at = Timestamptz(default=now)
    due_at = Timestamptz(null=True, default=None)
    lease_until = Timestamptz(null=True, default=None)
    code = Varchar(64, default="")
    hint = Text(default="")
    facts = Text(default="{}")
    done_at = Timestamptz(null=True, default=None)


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="app", description=DESCRIPTION)
    for table in (Attempt, Recall):
        names = {"class_name": table.__name__, "tablename": table._meta.tablename}
        if table is Recall:
            manager.add_table(**names)
        for column in table._meta.columns:
            if table is Attempt and column._meta.name == "id":
                continue
            manager.add_column(
                table_class_name=names["class_name"],
                tablename=names["tablename"],
                column_name=column._meta.name,
                column_class=type(column),
                params=column._meta.params,
            )
    return manager
