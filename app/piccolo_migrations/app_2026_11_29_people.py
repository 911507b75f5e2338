"""People who are invited, their own time zone and when they were last seen. The next migration
indexes the links."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns import UUID, ForeignKey, OnDelete, Timestamptz, Varchar
from piccolo.table import Table

ID = "2026-11-29T22:50:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "Invitations, and what people choose for themselves"


# The product gives every id and every time. Piccolo knows these two by their names, and the
# database gets no default from them.
def new_id():
    return None


def now():
    return None


def own_id():
    return UUID(primary_key=True, default=new_id)


def owner(table, null=False):
    """The row goes when its owner goes."""
    return ForeignKey(table, null=null, on_delete=OnDelete.cascade, index=False)


class Organization(Table):
    id = own_id()


class Agent(Table):
    id = own_id()
    timezone = Varchar(64, default="")
    seen_at = Timestamptz(null=True, default=None)


class AccountLink(Table):
    id = own_id()
    organization = owner(Organization)
    agent = owner(Agent, null=True)
    code_hash = Varchar(64, unique=True)
    email = Varchar(254, default="")
    role = Varchar(16, default="")
    created_by = Varchar(254, default="")
    created_at = Timestamptz(default=now)
    expires_at = Timestamptz(default=now)


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="app", description=DESCRIPTION)
    for table in (Agent, AccountLink):
        names = {"class_name": table.__name__, "tablename": table._meta.tablename}
        if table is AccountLink:
            manager.add_table(**names)
        for column in table._meta.columns:
            if table is Agent and column._meta.name == "id":
                continue
            manager.add_column(
                table_class_name=names["class_name"],
                tablename=names["tablename"],
                column_name=column._meta.name,
                column_class=type(column),
                params=column._meta.params,
            )
    return manager
