"""Who of an organization sees contact data. Tokens that read messages go on seeing it."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns import UUID, Text
from piccolo.engine.finder import engine_finder
from piccolo.table import Table

ID = "2026-11-30T11:50:10:000000"
VERSION = "1.38.0"
DESCRIPTION = "Who sees contact data"

SEES = (
    "UPDATE token SET scopes = scopes || ' messages:contacts'"
    " WHERE ' ' || scopes || ' ' LIKE '% messages:read %'"
    " AND ' ' || scopes || ' ' NOT LIKE '% messages:contacts %'"
)


# The product gives every id. Piccolo knows this one by its name, and the database gets no default
# from it.
def new_id():
    return None


class Organization(Table):
    id = UUID(primary_key=True, default=new_id)
    contacts = Text(default="")


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="app", description=DESCRIPTION)
    manager.add_column(
        table_class_name="Organization",
        tablename="organization",
        column_name="contacts",
        column_class=Text,
        params=Organization.contacts._meta.params,
    )

    async def see():
        await engine_finder().run_ddl(SEES)

    manager.add_raw(see)
    return manager
