"""When the first steps of an organization were over."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns import UUID, Timestamptz
from piccolo.table import Table

ID = "2026-11-29T22:58:04:000000"
VERSION = "1.38.0"
DESCRIPTION = "The first steps are over"


# The product gives every id. Piccolo knows this one by its name, and the database gets no default
# from it.
def new_id():
    return None


class Organization(Table):
    id = UUID(primary_key=True, default=new_id)
    settled_at = Timestamptz(null=True, default=None)


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="app", description=DESCRIPTION)
    manager.add_column(
        table_class_name="Organization",
        tablename="organization",
        column_name="settled_at",
        column_class=Timestamptz,
        params=Organization.settled_at._meta.params,
    )
    return manager
