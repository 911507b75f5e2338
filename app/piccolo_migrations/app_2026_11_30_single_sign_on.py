"""Providers that sign people in, and as whom they know them. The next migration indexes them."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns import UUID, Boolean, ForeignKey, OnDelete, Text, Timestamptz, Varchar
from piccolo.table import Table

ID = "2026-11-30T04:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "Signing in by a provider"


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


class Account(Table):
    id = own_id()


class Session(Table):
    id = own_id()
    provider = UUID(null=True, default=None)


class SignInProvider(Table):
    id = own_id()
    organization = owner(Organization)
    config = Text()
    secret = Text(default="")
    secret_at = Timestamptz(default=now)
    enabled = Boolean(default=True)
    created_at = Timestamptz(default=now)


class LinkedIdentity(Table):
    id = own_id()
    organization = owner(Organization)
    provider = owner(SignInProvider)
    account = owner(Account)
    realm = Varchar(64)
    subject = Varchar(255)
    label = Varchar(254, default="")
    own = Boolean(default=False)
    created_at = Timestamptz(default=now)
    used_at = Timestamptz(null=True, default=None)


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="app", description=DESCRIPTION)
    for table in (Session, SignInProvider, LinkedIdentity):
        names = {"class_name": table.__name__, "tablename": table._meta.tablename}
        if table is not Session:
            manager.add_table(**names)
        for column in table._meta.columns:
            if table is Session and column._meta.name == "id":
                continue
            manager.add_column(
                table_class_name=names["class_name"],
                tablename=names["tablename"],
                column_name=column._meta.name,
                column_class=type(column),
                params=column._meta.params,
            )
    return manager
