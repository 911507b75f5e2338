"""Acts on many messages. The next migration indexes them."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns import UUID, ForeignKey, Integer, OnDelete, Text, Timestamptz, Varchar
from piccolo.table import Table

ID = "2026-11-29T19:20:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "Acts on many messages"


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


class LongAct(Table):
    id = own_id()
    organization = owner(Organization)
    actor = Varchar(254, default="")
    action = Varchar(32)
    said = Text(default="")
    undoes = UUID(null=True, default=None)
    total = Integer(default=0)
    done = Integer(default=0)
    changed = Integer(default=0)
    stopped = Varchar(8, default="")
    created_at = Timestamptz(default=now)
    ended_at = Timestamptz(null=True, default=None)


class LongActPart(Table):
    id = own_id()
    organization = owner(Organization)
    act = owner(LongAct)
    messages = Text(default="[]")


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="app", description=DESCRIPTION)
    for table in (LongAct, LongActPart):
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
