"""Room for a phone as it was written, and what was typed where less is kept."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns.column_types import Text, Varchar
from piccolo.columns.indexes import IndexMethod

from app import database

ID = "2026-11-28T21:20:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "phones and other answers as they were written"


class Manager(MigrationManager):
    """SQLite holds text of any length, and cannot change a column's."""

    async def _run_alter_columns(self, backwards=False):
        if not isinstance(database.engine(), database.SQLite):
            await super()._run_alter_columns(backwards=backwards)


async def forwards():
    manager = Manager(migration_id=ID, app_name="app", description=DESCRIPTION)
    manager.alter_column(
        table_class_name="Message",
        tablename="message",
        column_name="phone",
        db_column_name="phone",
        params={"length": 64},
        old_params={"length": 32},
        column_class=Varchar,
        old_column_class=Varchar,
        schema=None,
    )
    manager.add_column(
        table_class_name="Message",
        tablename="message",
        column_name="written",
        db_column_name="written",
        column_class_name="Text",
        column_class=Text,
        params={
            "default": "{}",
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
