"""The indexes of second factors, with what they are for."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.engine.finder import engine_finder

ID = "2026-11-30T02:00:12:000000"
VERSION = "1.38.0"
DESCRIPTION = "The indexes of second factors"

INDEXES = (
    # One app for each account.
    "CREATE UNIQUE INDEX authenticator_once ON authenticator (account)",
    # A code is looked for among those of one account; the foreign key is followed when it goes.
    "CREATE INDEX recovery_code_of ON recovery_code (account)",
    # Who signs in with a passkey alone is found by it; it belongs to one account.
    "CREATE UNIQUE INDEX passkey_credential ON passkey (credential)",
    "CREATE INDEX passkey_of ON passkey (account)",
    # A browser is remembered once for each account.
    "CREATE UNIQUE INDEX remembered_device_once ON remembered_device (account, mark_hash)",
    # A challenge is answered once.
    "CREATE UNIQUE INDEX spent_challenge_once ON spent_challenge (mark)",
    "CREATE INDEX spent_challenge_of ON spent_challenge (account)",
)


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="app", description=DESCRIPTION)

    async def fill():
        for statement in INDEXES:
            await engine_finder().run_ddl(statement)

    manager.add_raw(fill)
    return manager
