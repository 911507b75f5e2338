"""An organization's own outcomes, and why there was nothing to do. The next migration indexes
them."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns import Text, Varchar
from piccolo.columns.indexes import IndexMethod

ID = "2026-11-29T19:07:10:000000"
VERSION = "1.38.0"
DESCRIPTION = "An organization's own outcomes"

PLAIN = {
    "default": "",
    "null": False,
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
    manager.add_column(
        table_class_name="Organization",
        tablename="organization",
        column_name="outcomes",
        column_class=Text,
        params=PLAIN,
    )
    manager.add_column(
        table_class_name="Message",
        tablename="message",
        column_name="outcome_reason",
        column_class=Varchar,
        params={**PLAIN, "length": 16},
    )
    return manager
