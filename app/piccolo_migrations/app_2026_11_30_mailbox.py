"""By which id a mail that came in is known, and how its message was found."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns import UUID, Text, Varchar
from piccolo.table import Table

ID = "2026-11-30T08:10:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "Ids of mails that came in, and how their messages were found"


# The product gives every id. Piccolo knows this one by its name, and the database gets no default
# from it.
def new_id():
    return None


class ReceivedMail(Table):
    id = UUID(primary_key=True, default=new_id)
    message_id = Text(default="")
    found_by = Varchar(16, default="")


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="app", description=DESCRIPTION)
    for name, kind in (("message_id", Text), ("found_by", Varchar)):
        manager.add_column(
            table_class_name="ReceivedMail",
            tablename="received_mail",
            column_name=name,
            column_class=kind,
            params=getattr(ReceivedMail, name)._meta.params,
        )
    return manager
