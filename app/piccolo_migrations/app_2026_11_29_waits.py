"""When a message was handled first, and after how much office time. The next migration fills
them."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns import Integer, Timestamptz
from piccolo.columns.indexes import IndexMethod

ID = "2026-11-29T23:20:10:000000"
VERSION = "1.38.0"
DESCRIPTION = "When a message was handled first"

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


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="app", description=DESCRIPTION)
    for name, column in (("first_handled_at", Timestamptz), ("open_minutes", Integer)):
        manager.add_column(
            table_class_name="Message",
            tablename="message",
            column_name=name,
            column_class=column,
            params=PLAIN,
        )
    return manager
