"""The indexes of mail that comes in, with what each is for."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.engine.finder import engine_finder

ID = "2026-11-30T05:42:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "The indexes of mail that comes in"

INDEXES = (
    # The mailboxes of an organization.
    "CREATE INDEX mailbox_of ON mailbox (organization)",
    # The same mail is stored once.
    "CREATE UNIQUE INDEX received_mail_once ON received_mail (organization, mark)",
    # What waits for somebody, of an organization.
    "CREATE INDEX received_mail_waiting ON received_mail (organization, id) WHERE state = 'waiting'",
    # What is not settled yet, of all of them.
    "CREATE INDEX received_mail_new ON received_mail (id) WHERE state = 'new'",
    # The mails of a message; the foreign key is followed when it goes.
    "CREATE INDEX received_mail_message ON received_mail (message)",
    # The attachments of a mail; the foreign keys are followed when a mail or an organization goes.
    "CREATE INDEX mail_attachment_mail ON mail_attachment (mail)",
    "CREATE INDEX mail_attachment_of ON mail_attachment (organization)",
)


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="app", description=DESCRIPTION)

    async def fill():
        for statement in INDEXES:
            await engine_finder().run_ddl(statement)

    manager.add_raw(fill)
    return manager
