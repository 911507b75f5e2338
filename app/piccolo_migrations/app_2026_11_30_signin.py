"""What an organization asks of who signs in."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns import Text
from piccolo.columns.indexes import IndexMethod

ID = "2026-11-30T01:40:11:000000"
VERSION = "1.38.0"
DESCRIPTION = "The sign-in policy of an organization"


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="app", description=DESCRIPTION)
    manager.add_column(
        table_class_name="Organization",
        tablename="organization",
        column_name="sign_in",
        db_column_name="sign_in",
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
