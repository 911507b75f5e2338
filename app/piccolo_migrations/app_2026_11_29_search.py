"""The tables of the search index. The next migration makes their indexes."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns import UUID, BigInt, Bytea, ForeignKey, Integer, OnDelete, Timestamptz
from piccolo.table import Table

ID = "2026-11-29T16:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "The search index"


# The product gives every id and every time. Piccolo knows these two by their names, and the
# database gets no default from them.
def new_id():
    return None


def now():
    return None


def own_id():
    return UUID(primary_key=True, default=new_id)


def owner(table):
    """The row goes when its owner goes."""
    return ForeignKey(table, null=False, on_delete=OnDelete.cascade)


class Organization(Table):
    id = own_id()
    searched = UUID(null=True, default=None)


class Message(Table):
    id = own_id()


class SearchSegment(Table):
    id = BigInt(primary_key=True, default=0)
    organization = owner(Organization)
    after = UUID(default=new_id)
    last = UUID(default=new_id)
    blocks = Bytea()
    messages = Integer(default=0)
    leaves = Integer(default=0)


class SearchLeaf(Table):
    id = BigInt(primary_key=True, default=0)
    segment = owner(SearchSegment)
    bits = Bytea()


class SearchChange(Table):
    id = own_id()
    organization = owner(Organization)
    message = owner(Message)
    created_at = Timestamptz(default=now)


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="app", description=DESCRIPTION)

    def add(table, column):
        manager.add_column(
            table_class_name=table.__name__,
            tablename=table._meta.tablename,
            column_name=column._meta.name,
            column_class=type(column),
            params=column._meta.params,
        )

    for table in (SearchSegment, SearchLeaf, SearchChange):
        manager.add_table(class_name=table.__name__, tablename=table._meta.tablename)
        for column in table._meta.columns:
            add(table, column)
    add(Organization, Organization.searched)
    return manager
