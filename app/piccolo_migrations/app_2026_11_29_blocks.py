"""The block list. The next migration indexes it and moves the blocked words there."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns import UUID, ForeignKey, OnDelete, Text, Timestamptz, Varchar
from piccolo.table import Table

ID = "2026-11-29T19:44:07:000000"
VERSION = "1.38.0"
DESCRIPTION = "The block list"


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


class BlockEntry(Table):
    id = own_id()
    organization = ForeignKey(Organization, null=False, on_delete=OnDelete.cascade)
    kind = Varchar(8)
    text = Text()
    reason = Varchar(200, default="")
    expires_at = Timestamptz(null=True, default=None)
    created_at = Timestamptz(default=now)
    created_by = Varchar(254, default="")


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="app", description=DESCRIPTION)
    names = {"class_name": "BlockEntry", "tablename": BlockEntry._meta.tablename}
    manager.add_table(**names)
    for column in BlockEntry._meta.columns:
        manager.add_column(
            table_class_name=names["class_name"],
            tablename=names["tablename"],
            column_name=column._meta.name,
            column_class=type(column),
            params=column._meta.params,
        )
    return manager
