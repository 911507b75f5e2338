"""Response targets, and how they were kept lately. The next migration fills them."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns import Text
from piccolo.columns.indexes import IndexMethod

ID = "2026-11-30T02:10:10:000000"
VERSION = "1.38.0"
DESCRIPTION = "Response targets"


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="app", description=DESCRIPTION)
    for name in ("targets", "replies"):
        manager.add_column(
            table_class_name="Organization",
            tablename="organization",
            column_name=name,
            db_column_name=name,
            column_class_name="Text",
            column_class=Text,
            params={
                "default": "",
                "null": False,
                "primary_key": False,
                "unique": False,
                "index": False,
                "index_method": IndexMethod.btree,
                "choices": None,
                "db_column_name": None,
                "secret": False,
            },
            schema=None,
        )
    return manager
