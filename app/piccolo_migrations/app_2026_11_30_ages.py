"""How old secrets are, when certificates end, and which channels are checked regularly. The next
migration fills them."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns import UUID, Boolean, Text, Timestamptz
from piccolo.table import Table

ID = "2026-11-30T02:05:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "Ages of secrets, and regular checks by choice"


# The product gives every id. Piccolo knows this one by its name, and the database gets no default
# from it.
def new_id():
    return None


class Channel(Table):
    id = UUID(primary_key=True, default=new_id)
    probed = Boolean(default=False)
    secret_at = Timestamptz(null=True, default=None)
    certificate_until = Timestamptz(null=True, default=None)


class Widget(Table):
    id = UUID(primary_key=True, default=new_id)
    identity_at = Timestamptz(null=True, default=None)


class Account(Table):
    id = UUID(primary_key=True, default=new_id)
    password_at = Timestamptz(null=True, default=None)


class Organization(Table):
    id = UUID(primary_key=True, default=new_id)
    rotation = Text(default="")


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="app", description=DESCRIPTION)
    for table in (Channel, Widget, Account, Organization):
        for column in table._meta.columns:
            if column._meta.name == "id":
                continue
            manager.add_column(
                table_class_name=table.__name__,
                tablename=table._meta.tablename,
                column_name=column._meta.name,
                column_class=type(column),
                params=column._meta.params,
            )
    return manager
