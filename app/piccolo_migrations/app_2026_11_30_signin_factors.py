"""Second factors of accounts, and browsers that are remembered. The next migration indexes them."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns import UUID, BigInt, Boolean, ForeignKey, OnDelete, Text, Timestamptz, Varchar
from piccolo.table import Table

ID = "2026-11-30T02:00:11:000000"
VERSION = "1.38.0"
DESCRIPTION = "Second factors"


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
    return ForeignKey(table, null=False, on_delete=OnDelete.cascade, index=False)


class Account(Table):
    id = own_id()


class Authenticator(Table):
    id = own_id()
    account = owner(Account)
    secret = Text()
    step = BigInt(default=0)
    created_at = Timestamptz(default=now)
    confirmed_at = Timestamptz(null=True, default=None)
    used_at = Timestamptz(null=True, default=None)


class RecoveryCode(Table):
    id = own_id()
    account = owner(Account)
    code_hash = Varchar(64)


class Passkey(Table):
    id = own_id()
    account = owner(Account)
    credential = Varchar(1400)
    public_key = Text()
    sign_count = BigInt(default=0)
    transports = Text(default="")
    name = Varchar(64, default="")
    synced = Boolean(default=False)
    created_at = Timestamptz(default=now)
    used_at = Timestamptz(null=True, default=None)


class RememberedDevice(Table):
    id = own_id()
    account = owner(Account)
    mark_hash = Varchar(64)
    address = Varchar(64, default="")
    user_agent = Varchar(512, default="")
    created_at = Timestamptz(default=now)
    used_at = Timestamptz(default=now)
    expires_at = Timestamptz(default=now)


class SpentChallenge(Table):
    id = own_id()
    account = owner(Account)
    mark = Varchar(64)
    expires_at = Timestamptz(default=now)


TABLES = (Authenticator, RecoveryCode, Passkey, RememberedDevice, SpentChallenge)

async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="app", description=DESCRIPTION)
    for table in TABLES:
        manager.add_table(class_name=table.__name__, tablename=table._meta.tablename)
        for column in table._meta.columns:
            manager.add_column(
                table_class_name=table.__name__,
                tablename=table._meta.tablename,
                column_name=column._meta.name,
                column_class=type(column),
                params=column._meta.params,
            )

    return manager
