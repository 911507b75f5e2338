"""Brands: the faces of an organization to visitors, and what belongs to one. The next migration
gives every organization its first."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns import UUID, ForeignKey, Integer, OnDelete, Timestamptz, Varchar
from piccolo.columns.indexes import IndexMethod
from piccolo.table import Table

ID = "2026-11-30T01:30:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "Brands"


# The product gives every id and every time. Piccolo knows these two by their names, and the
# database gets no default from them.
def new_id():
    return None


def now():
    return None


class Organization(Table):
    id = UUID(primary_key=True, default=new_id)


class Brand(Table):
    id = UUID(primary_key=True, default=new_id)
    organization = ForeignKey(Organization, null=False, on_delete=OnDelete.cascade)
    slug = Varchar(64, unique=True)
    name = Varchar(128, default="")
    locale = Varchar(16, default="")
    position = Integer(default=0)
    archived_at = Timestamptz(null=True, default=None)
    created_at = Timestamptz(default=now)


PLAIN = {
    "default": None,
    "null": True,
    "primary_key": False,
    "unique": False,
    "index": False,
    "index_method": IndexMethod.btree,
    "choices": None,
    "db_column_name": None,
    "secret": False,
}
BELONG = {
    "Message": "message",
    "FormVersion": "form_version",
    "PresenceRule": "presence_rule",
    "Widget": "widget",
    "WidgetHost": "widget_host",
}


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="app", description=DESCRIPTION)
    names = {"class_name": "Brand", "tablename": "brand"}
    manager.add_table(**names)
    for column in Brand._meta.columns:
        manager.add_column(
            table_class_name="Brand",
            tablename="brand",
            column_name=column._meta.name,
            column_class=type(column),
            params=column._meta.params,
        )
    for table, name in BELONG.items():
        manager.add_column(
            table_class_name=table,
            tablename=name,
            column_name="brand",
            column_class=UUID,
            params=PLAIN,
        )
    return manager
