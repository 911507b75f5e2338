"""Mail that comes in, and the mailboxes that it is fetched from. The next migration indexes them."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns import UUID, Boolean, ForeignKey, Integer, OnDelete, Text, Timestamptz, Varchar
from piccolo.table import Table

ID = "2026-11-30T05:41:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "Mail that comes in"


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
    return ForeignKey(table, null=null, on_delete=OnDelete.cascade)


class Organization(Table):
    id = own_id()


class Message(Table):
    id = own_id()


class Mailbox(Table):
    id = own_id()
    organization = owner(Organization)
    config = Text()
    secret = Text(default="")
    secret_at = Timestamptz(default=now)
    enabled = Boolean(default=True)
    seen = Text(default="")
    looked_at = Timestamptz(null=True, default=None)
    fault = Varchar(64, default="")
    fault_words = Text(default="")
    fault_at = Timestamptz(null=True, default=None)
    holder = UUID(null=True, default=None)
    held_until = Timestamptz(null=True, default=None)
    created_at = Timestamptz(default=now)


class ReceivedMail(Table):
    id = own_id()
    organization = owner(Organization)
    mailbox = UUID(null=True, default=None)
    mark = Varchar(64)
    original = Text(default="")
    state = Varchar(8, default="new")
    reason = Varchar(16, default="")
    kind = Varchar(16, default="")
    message = owner(Message, null=True)
    remark = UUID(null=True, default=None)
    sender = Varchar(254, default="")
    sender_name = Varchar(128, default="")
    subject = Text(default="")
    text = Text(default="")
    said = Text(default="")
    left_out = Integer(default=0)
    tries = Integer(default=0)
    received_at = Timestamptz(default=now)
    settled_at = Timestamptz(null=True, default=None)
    settled_by = Varchar(254, default="")


class MailAttachment(Table):
    id = own_id()
    organization = owner(Organization)
    mail = owner(ReceivedMail)
    name = Varchar(128)
    kind = Varchar(128, default="")
    size = Integer(default=0)
    content = Text(default="")


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="app", description=DESCRIPTION)
    for table in (Mailbox, ReceivedMail, MailAttachment):
        names = {"class_name": table.__name__, "tablename": table._meta.tablename}
        manager.add_table(**names)
        for column in table._meta.columns:
            manager.add_column(
                table_class_name=names["class_name"],
                tablename=names["tablename"],
                column_name=column._meta.name,
                column_class=type(column),
                params=column._meta.params,
            )
    return manager
