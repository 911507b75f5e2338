"""Pictures and files of visitors. The next migration indexes them."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns import UUID, ForeignKey, Integer, OnDelete, Timestamptz, Varchar
from piccolo.table import Table

ID = "2026-11-30T08:21:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "Pictures and files of visitors"


# The product gives every id and every time. Piccolo knows these two by their names, and the
# database gets no default from them.
def new_id():
    return None


def now():
    return None


def own_id():
    return UUID(primary_key=True, default=new_id)


class Organization(Table):
    id = own_id()


class Message(Table):
    id = own_id()
    files = Integer(default=0)


class VisitorFile(Table):
    id = own_id()
    organization = ForeignKey(Organization, null=False, on_delete=OnDelete.cascade)
    message = ForeignKey(Message, null=True, on_delete=OnDelete.set_null)
    name = Varchar(128)
    kind = Varchar(128)
    size = Integer(default=0)
    small = Integer(default=0)
    state = Varchar(8, default="kept")
    sender = Varchar(32, default="")
    joined_at = Timestamptz(null=True, default=None)
    created_at = Timestamptz(default=now)


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="app", description=DESCRIPTION)
    manager.add_table(class_name="VisitorFile", tablename="visitor_file")
    columns = [(VisitorFile, each) for each in VisitorFile._meta.columns]
    for table, column in [*columns, (Message, Message.files)]:
        manager.add_column(
            table_class_name=table.__name__,
            tablename=table._meta.tablename,
            column_name=column._meta.name,
            column_class=type(column),
            params=column._meta.params,
        )
    return manager
