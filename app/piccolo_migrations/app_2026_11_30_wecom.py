"""Tokens that platforms lend."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns import UUID, Integer, Text, Timestamptz, Varchar
from piccolo.table import Table

ID = "2026-11-30T08:23:17:000000"
VERSION = "1.38.0"
DESCRIPTION = "Tokens that platforms lend"


class LentToken(Table):
    id = Varchar(64, primary_key=True)
    sealed = Text(default="")
    expires_at = Timestamptz(null=True, default=None)
    version = Integer(default=0)
    holder = UUID(null=True, default=None)
    lease_until = Timestamptz(null=True, default=None)
    failed = Text(default="")


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="app", description=DESCRIPTION)
    names = {"class_name": LentToken.__name__, "tablename": LentToken._meta.tablename}
    manager.add_table(**names)
    for column in LentToken._meta.columns:
        manager.add_column(
            table_class_name=names["class_name"],
            tablename=names["tablename"],
            column_name=column._meta.name,
            column_class=type(column),
            params=column._meta.params,
        )
    return manager
