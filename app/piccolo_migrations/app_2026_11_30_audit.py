"""Who an entry of the audit is by, from where, what stood before and after, and its place in the
chain. A worker gives entries of before theirs. The next migration indexes it."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns import UUID, BigInt, Boolean, ForeignKey, OnDelete, Text, Varchar
from piccolo.table import Table

ID = "2026-11-30T01:40:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "Chained entries of the audit"


# The product gives every id. Piccolo knows this one by its name, and the database gets no default
# from it.
def new_id():
    return None


def own_id():
    return UUID(primary_key=True, default=new_id)


class Organization(Table):
    id = own_id()


class Audit(Table):
    id = own_id()
    kind = Varchar(8, default="")
    who = Varchar(36, default="")
    area = Varchar(16, default="")
    address = Varchar(64, default="")
    change = Text(default="")
    mark = Varchar(32, default="")
    number = BigInt(null=True, default=None)
    hash = Varchar(32, default="")


class AuditHead(Table):
    id = own_id()
    organization = ForeignKey(Organization, null=False, on_delete=OnDelete.cascade, index=False)
    number = BigInt(default=0)
    hash = Varchar(32, default="")
    old = BigInt(default=0)
    settled = Boolean(default=False)
    since = BigInt(default=0)
    seal = Varchar(32, default="")


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="app", description=DESCRIPTION)
    for table in (Audit, AuditHead):
        names = {"class_name": table.__name__, "tablename": table._meta.tablename}
        if table is AuditHead:
            manager.add_table(**names)
        for column in table._meta.columns:
            if table is Audit and column._meta.name == "id":
                continue
            manager.add_column(
                table_class_name=names["class_name"],
                tablename=names["tablename"],
                column_name=column._meta.name,
                column_class=type(column),
                params=column._meta.params,
            )
    return manager
