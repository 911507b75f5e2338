"""What admins see of a token, its rotation, and its last requests. The next migration indexes
them."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns import UUID, ForeignKey, Integer, OnDelete, Text, Timestamptz, Varchar
from piccolo.table import Table

ID = "2026-11-30T01:45:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "Tokens: rotation, addresses and a log"


# The product gives every id and every time. Piccolo knows these two by their names, and the
# database gets no default from them.
def new_id():
    return None


def now():
    return None


class Token(Table):
    id = UUID(primary_key=True, default=new_id)
    ends = Varchar(4, default="")
    secret_at = Timestamptz(null=True, default=None)
    networks = Text(default="")
    created_by = Varchar(254, default="")
    used_from = Varchar(64, default="")
    old_hash = Varchar(64, default="")
    old_ends = Varchar(4, default="")
    old_until = Timestamptz(null=True, default=None)
    old_used_at = Timestamptz(null=True, default=None)


class TokenRequest(Table):
    id = UUID(primary_key=True, default=new_id)
    token = ForeignKey(Token, null=False, on_delete=OnDelete.cascade, index=False)
    at = Timestamptz(default=now)
    method = Varchar(8)
    route = Varchar(128)
    status = Integer(default=0)
    address = Varchar(64, default="")


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="app", description=DESCRIPTION)
    for table in (Token, TokenRequest):
        names = {"class_name": table.__name__, "tablename": table._meta.tablename}
        if table is TokenRequest:
            manager.add_table(**names)
        for column in table._meta.columns:
            if table is Token and column._meta.name == "id":
                continue
            manager.add_column(
                table_class_name=names["class_name"],
                tablename=names["tablename"],
                column_name=column._meta.name,
                column_class=type(column),
                params=column._meta.params,
            )
    return manager
