"""Earlier states of the settings, and bad sign-ins that are summed up. The next migration indexes
them."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns import UUID, ForeignKey, Integer, OnDelete, Text, Timestamptz, Varchar
from piccolo.table import Table

ID = "2026-11-30T02:10:51:000000"
VERSION = "1.38.0"
DESCRIPTION = "The history of the settings, and bad sign-ins that are summed up"


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
    return ForeignKey(table, null=False, on_delete=OnDelete.cascade, index=False)


class Organization(Table):
    id = own_id()


class SettingVersion(Table):
    id = own_id()
    organization = owner(Organization)
    part = Varchar(16)
    state = Text(default="{}")
    entry = UUID(null=True, default=None)
    by = Varchar(254, default="")
    at = Timestamptz(default=now)


class BadTry(Table):
    id = own_id()
    organization = owner(Organization)
    action = Varchar(48)
    target = Varchar(64, default="")
    actor = Varchar(254, default="")
    more = Integer(default=0)
    addresses = Text(default="")
    at = Timestamptz(default=now)


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="app", description=DESCRIPTION)
    for table in (SettingVersion, BadTry):
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
