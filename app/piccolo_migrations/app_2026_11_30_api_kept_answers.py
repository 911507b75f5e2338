"""Answers to programs that are kept for a day. The next migration indexes them."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns import UUID, ForeignKey, OnDelete, Text, Timestamptz, Varchar
from piccolo.table import Table

ID = "2026-11-30T11:40:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "Answers to programs, kept for a day"


# The product gives every id and every time. Piccolo knows these two by their names, and the
# database gets no default from them.
def new_id():
    return None


def now():
    return None


class Token(Table):
    id = UUID(primary_key=True, default=new_id)


class Message(Table):
    id = UUID(primary_key=True, default=new_id)


class ReceivedMail(Table):
    id = UUID(primary_key=True, default=new_id)


class KeptAnswer(Table):
    id = UUID(primary_key=True, default=new_id)
    token = ForeignKey(Token, null=False, on_delete=OnDelete.cascade, index=False)
    message = ForeignKey(Message, null=True, on_delete=OnDelete.cascade, index=False)
    mail = ForeignKey(ReceivedMail, null=True, on_delete=OnDelete.cascade, index=False)
    mark = Varchar(64)
    said = Varchar(64)
    state = Varchar(16, default="running")
    answer = Text(default="")
    created_at = Timestamptz(default=now)


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="app", description=DESCRIPTION)
    names = {"class_name": "KeptAnswer", "tablename": KeptAnswer._meta.tablename}
    manager.add_table(**names)
    for column in KeptAnswer._meta.columns:
        manager.add_column(
            table_class_name=names["class_name"],
            tablename=names["tablename"],
            column_name=column._meta.name,
            column_class=type(column),
            params=column._meta.params,
        )
    return manager
