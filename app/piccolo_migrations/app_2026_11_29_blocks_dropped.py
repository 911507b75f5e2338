"""The column of the blocked words, which are an entry of the block list now."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

ID = "2026-11-29T19:44:27:000000"
VERSION = "1.38.0"
DESCRIPTION = "Blocked words without a column of their own"


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="app", description=DESCRIPTION)
    manager.drop_column(
        table_class_name="Organization",
        tablename="organization",
        column_name="blocked_words",
        db_column_name="blocked_words",
    )
    return manager
